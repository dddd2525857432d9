"use strict";
// Runs before jsii's kernel in the same node process, and changes how modules are loaded. Each
// change only saves time: where something is not as expected, it is left unchanged.
const fs = require("fs");
const Module = require("module");
const path = require("path");
const { handlePipelined, pipelinedStack } = require("./pipelining.js");
const { useCodeCache } = require("./code_cache.js");
const { skipPlainStrings } = require("./resolve.js");

/** Milliseconds until a supported version of node is checked again, since its support may end. */
const SUPPORTED = 30 * 86400e3;

/**
 * Print jsii's warning about a node that it does not support.
 *
 * The check takes 10 ms, so it is not repeated at each start if node is supported.
 */
function checkNode() {
  const file = path.join(__dirname, `supported-${process.version}`);
  const age = Date.now() - (fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  if (age >= 0 && age < SUPPORTED) return;
  const { error } = console;
  let silent = true;
  console.error = (...values) => {
    silent = false;
    error(...values);
  };
  try {
    require("./check.js");
    if (silent) fs.writeFileSync(file, "", { mode: 0o600 });
  } catch {} // the next start checks again
  console.error = error;
}

/** Returns an expression for the path of a file of cdktf, or of the other engine in use. */
function file(path) {
  return new RegExp(`/${process.argv[4]}/lib/${path}$`.replace(/[/]/g, "[\\\\/]").replace(/[.]/g, "\\."));
}

/** Load archiver on first use. cdktf requires it, which takes 0.1 s, but only archives use it. */
function deferArchiver() {
  const load = Module._load;
  const user = file("private/fs.js");
  Module._load = function (request, parent, isMain) {
    if (request !== "archiver" || !user.test(parent?.filename)) return load.apply(this, arguments);
    let loaded; // node 14, which jsii supports, has no ??=
    const archiver = () => (loaded = loaded ?? load.call(Module, request, parent, isMain));
    return new Proxy(function () {}, {
      apply: (_, self, args) => Reflect.apply(archiver(), self, args),
      get: (_, name) => archiver()[name],
    });
  };
}

/** Proxy handler for the lines of a stack trace, which V8 formats when they are first read. */
class Frames {
  constructor(error) {
    this.error = error;
  }
  formatted(lines) {
    const stack = this.error?.stack;
    this.error = undefined;
    if (stack) lines.push(...stack.split("\n").slice(1).map((s) => s.replace(/^\s*at\s+/, "")));
    return lines;
  }
}
for (const trap of Object.getOwnPropertyNames(Reflect)) {
  Frames.prototype[trap] = function (lines, ...args) {
    return Reflect[trap](this.formatted(lines), ...args);
  };
}

/**
 * Format the creation stack of a token when it is first read.
 *
 * cdktf formats it for every token, but only errors show it.
 */
function formatLater(exported) {
  const known =
    'function captureStackTrace(below) { below = below || captureStackTrace; // hide myself if ' +
    'nothing else const object = { stack: "" }; const previousLimit = Error.stackTraceLimit; ' +
    "try { Error.stackTraceLimit = Number.MAX_SAFE_INTEGER; Error.captureStackTrace(object, " +
    "below); } finally { Error.stackTraceLimit = previousLimit; } if (!object.stack) { return []; " +
    '} return object.stack .split("\\n") .slice(1) .map((s) => s.replace(/^\\s*at\\s+/, "")); }';
  if (String(exported.captureStackTrace).replace(/\s+/g, " ") !== known) return;
  exported.captureStackTrace = function captureStackTrace(below) {
    const stack = pipelinedStack();
    if (stack !== undefined) return stack;
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

/** Change the module of cdktf that records creation stacks, once it has run. */
function changeTraces() {
  const run = Module.prototype._compile;
  const traces = file("tokens/private/stack-trace.js");
  Module.prototype._compile = function (content, filename) {
    const result = run.apply(this, arguments);
    if (traces.test(filename)) formatLater(this.exports);
    return result;
  };
}

require("./index_workers.js");
checkNode();
deferArchiver();
useCodeCache();
changeTraces();
skipPlainStrings(file("tokens/private/resolve.js"));
global.navraHandlePipelined = handlePipelined;
require("./kernel.js");
