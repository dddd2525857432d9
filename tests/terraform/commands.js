// node commands.js FILE COMMAND... runs a Node program with each command, one after the other.
// The cdktf command takes five seconds, three of them to load its code: here it does so only once.
const [, , file, ...commands] = process.argv;

function next() {
  if (commands.length === 0) return;
  process.argv.splice(1, Infinity, file, ...commands.shift().split(" "));
  for (const loaded of Object.keys(require.cache)) {
    if (/\/bin\/cdktf|\/yargs\//.test(loaded)) delete require.cache[loaded]; // they read argv
  }
  require(file);
}

process.on("beforeExit", next);
next();
