"use strict";
// Runs before jsii's kernel in its node process, and changes how it loads modules. Nothing here is
// needed for them to work: where a thing is not as expected, it is left as it is.
const Module = require("module");
const { compileQuickly } = require("./code.js");

/** Cdktf requires the whole of archiver to define what only an archived asset calls: 0.1 s. */
function deferArchiver() {
  const load = Module._load;
  const user = /[\\/]cdktf[\\/]lib[\\/]private[\\/]fs\.js$/;
  Module._load = function (request, parent, isMain) {
    if (request !== "archiver" || !user.test(parent?.filename)) return load.apply(this, arguments);
    let loaded;
    const archiver = () => (loaded ??= load.call(Module, request, parent, isMain));
    return new Proxy(function () {}, {
      apply: (_, self, given) => Reflect.apply(archiver(), self, given),
      get: (_, name) => archiver()[name],
    });
  };
}

deferArchiver();
compileQuickly();
require("./kernel.js");
