"use strict";
const fs = require("fs");
const Module = require("module");
const path = require("path");
const zlib = require("zlib");

/** The npm packages of an assembly that few programs need: their files by path, see core.py. */
const PACKED = "packages.json.gz";

const unpacked = new Set();

/** Unpack the packages beside a file, or above it. Returns whether there were any. */
function unpack(filename) {
  let directory = path.dirname(filename);
  while (!fs.existsSync(path.join(directory, PACKED))) {
    if (directory === path.dirname(directory)) return false;
    directory = path.dirname(directory);
  }
  if (unpacked.has(directory)) return false;
  unpacked.add(directory);
  const files = JSON.parse(zlib.gunzipSync(fs.readFileSync(path.join(directory, PACKED))));
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(directory, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    // Another process may read the file, since the directory is jsii's cache.
    fs.writeFileSync(`${file}.${process.pid}`, text);
    fs.renameSync(`${file}.${process.pid}`, file);
  }
  return true;
}

/** Unpack packages when a module of them is required for the first time. */
function unpackOnDemand() {
  const resolve = Module._resolveFilename;
  Module._resolveFilename = function (request, parent) {
    try {
      return resolve.apply(this, arguments);
    } catch (error) {
      if (error.code !== "MODULE_NOT_FOUND" || !parent?.filename || !unpack(parent.filename)) {
        throw error;
      }
      return resolve.apply(this, arguments);
    }
  };
}

module.exports = { unpackOnDemand };
