"use strict";
// Runs before jsii's kernel in its node process, and changes how it loads modules. Nothing here is
// needed for them to work: where a thing is not as expected, it is left as it is.
const fs = require("fs");
const Module = require("module");
const path = require("path");
const { told } = require("./ahead.js");
const { compileQuickly } = require("./code.js");
const { resolveQuickly } = require("./resolve.js");

/** Milliseconds for which a node that jsii supports is not looked at again: support ends one day. */
const SUPPORTED = 30 * 86400e3;

/** jsii tells, at each start, of a node that it does not support. To find that out takes 10 ms. */
function checkNode() {
  const file = path.join(__dirname, `supported-${process.version}`);
  const age = Date.now() - (fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  if (age >= 0 && age < SUPPORTED) return;
  const { error } = console;
  let silent = true;
  console.error = (...said) => {
    silent = false;
    error(...said);
  };
  try {
    require("./check.js");
    if (silent) fs.writeFileSync(file, "", { mode: 0o600 });
  } catch {} // it is looked at again
  console.error = error;
}

/** cdktf requires the whole of archiver to define what only an archived asset calls: 0.1 s. */
function deferArchiver() {
  const load = Module._load;
  const user = /[\\/]cdktf[\\/]lib[\\/]private[\\/]fs\.js$/;
  Module._load = function (request, parent, isMain) {
    if (request !== "archiver" || !user.test(parent?.filename)) return load.apply(this, arguments);
    let loaded; // node 14, which jsii runs in, has no ??=
    const archiver = () => (loaded = loaded ?? load.call(Module, request, parent, isMain));
    return new Proxy(function () {}, {
      apply: (_, self, given) => Reflect.apply(archiver(), self, given),
      get: (_, name) => archiver()[name],
    });
  };
}

/** The lines of a stack trace, which V8 words when somebody reads the first of them. */
class Frames {
  constructor(error) {
    this.error = error;
  }
  worded(lines) {
    const stack = this.error?.stack;
    this.error = undefined;
    if (stack) lines.push(...stack.split("\n").slice(1).map((s) => s.replace(/^\s*at\s+/, "")));
    return lines;
  }
}
for (const trap of Object.getOwnPropertyNames(Reflect)) {
  Frames.prototype[trap] = function (lines, ...given) {
    return Reflect[trap](this.worded(lines), ...given);
  };
}

/** cdktf words where each token was made, of which only an error ever tells. */
function wordLater(exported) {
  const known =
    'function captureStackTrace(below) { below = below || captureStackTrace; // hide myself if ' +
    'nothing else const object = { stack: "" }; const previousLimit = Error.stackTraceLimit; ' +
    "try { Error.stackTraceLimit = Number.MAX_SAFE_INTEGER; Error.captureStackTrace(object, " +
    "below); } finally { Error.stackTraceLimit = previousLimit; } if (!object.stack) { return []; " +
    '} return object.stack .split("\\n") .slice(1) .map((s) => s.replace(/^\\s*at\\s+/, "")); }';
  if (String(exported.captureStackTrace).replace(/\s+/g, " ") !== known) return;
  exported.captureStackTrace = function captureStackTrace(below) {
    const object = { stack: "" };
    const limit = Error.stackTraceLimit;
    try {
      Error.stackTraceLimit = Number.MAX_SAFE_INTEGER;
      Error.captureStackTrace(object, below || captureStackTrace);
    } finally {
      Error.stackTraceLimit = limit;
    }
    return new Proxy([], new Frames(object));
  };
}

/** Change the module of cdktf's that does it, once it has run. */
function changeTraces() {
  const run = Module._extensions[".js"];
  const file = /[\\/]cdktf[\\/]lib[\\/]tokens[\\/]private[\\/]stack-trace\.js$/;
  Module._extensions[".js"] = function (module, filename) {
    run.apply(this, arguments);
    if (file.test(filename)) wordLater(module.exports);
  };
}

checkNode();
deferArchiver();
changeTraces();
compileQuickly();
resolveQuickly();
global.navraTold = told;
require("./kernel.js");
