// node commands.js FILE COMMAND... runs a program of node's for each command, one after the other.
// Of the five seconds that the cdktf command takes, it loads itself for three: here it does so once.
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
