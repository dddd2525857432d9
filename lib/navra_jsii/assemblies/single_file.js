"use strict";
// The main module of a package whose other files are in one file, files.json.
//
// jsii unpacks a package for each user, and hundreds of files take longer to create than to read
// and to run. The modules have the names that they would have as files of their own.
const fs = require("fs");
const Module = require("module");
const path = require("path");

const root = path.dirname(__dirname);
const files = JSON.parse(fs.readFileSync(path.join(root, "files.json"), "utf8"));

/** Returns the file for a path without an extension, or for the path of a folder. */
function find(requested) {
  const name = requested.replace(/\/$/, "");
  const about = files[`${name}/package.json`];
  const main = about === undefined ? undefined : JSON.parse(about).main;
  const folder = typeof main === "string" ? path.posix.join(name, main) : name;
  return [name, `${name}.js`, `${name}.json`, folder, `${folder}.js`, `${folder}/index.js`].find(
    (file) => Object.prototype.hasOwnProperty.call(files, file),
  );
}

/** Returns the file that a module in a folder requires, or undefined if node has to find it. */
function resolve(request, folder) {
  if (/^\.{1,2}(\/|$)/.test(request)) return find(path.posix.join(folder, request));
  if (Module.builtinModules.includes(request)) return undefined;
  for (; ; folder = path.posix.dirname(folder)) {
    const found = find(path.posix.join(folder, "node_modules", request));
    if (found !== undefined || folder === ".") return found;
  }
}

/** Make a module find the other files, and run it. */
function run(loaded, name) {
  const folder = path.posix.dirname(name);
  loaded.require = (request) => {
    const found = resolve(request, folder);
    return found === undefined ? Module.prototype.require.call(loaded, request) : load(found);
  };
  if (name.endsWith(".json")) loaded.exports = JSON.parse(files[name]);
  else loaded._compile(files[name], loaded.filename);
}

function load(name) {
  const filename = path.join(root, name);
  const known = Module._cache[filename];
  if (known !== undefined) return known.exports;
  const loaded = new Module(filename, module);
  loaded.filename = filename;
  loaded.paths = Module._nodeModulePaths(path.dirname(filename));
  Module._cache[filename] = loaded;
  try {
    run(loaded, name);
  } catch (error) {
    delete Module._cache[filename];
    throw error;
  }
  loaded.loaded = true;
  return loaded.exports;
}

run(module, "lib/index.js");
