"use strict";
const Module = require("module");
const crypto = require("crypto");
const fs = require("fs");
const path = require("path");
const v8 = require("v8");
const vm = require("vm");

/**
 * Cache of the code that V8 compiled in earlier runs, by the SHA-256 of the modules' source.
 *
 * Node's own cache is keyed by file name, and jsii loads modules from a different directory in each
 * run. The file starts with the SHA-256 and the length of its index; the index has the offset, the
 * length and the SHA-256 of each part. V8 itself rejects code of another version of V8.
 */
class Code {
  /** Maximum size in bytes of the code that is collected from several programs. */
  static LIMIT = 16 * 2 ** 20;

  /** Milliseconds after which the unused file of another version of V8 is removed. */
  static UNUSED_MILLISECONDS = 30 * 86400e3;

  constructor(directory) {
    this.file = path.join(directory, `code-${v8.cachedDataVersionTag()}`);
    this.index = new Map();
    this.used = new Map();
    this.missing = false;
    this.buffer = Buffer.alloc(0);
    try {
      this.open();
    } catch {
      this.index.clear();
    }
  }

  open() {
    this.descriptor = fs.openSync(this.file, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW);
    const { uid, mode, size } = fs.fstatSync(this.descriptor);
    if (uid !== process.geteuid() || mode & 0o077) throw new Error("accessible to other users");
    const head = this.read(0, 36);
    const digest = head.toString("hex", 0, 32);
    const length = head.readUInt32LE(32);
    this.start = 36 + length;
    if (this.start > size) throw new Error("damaged");
    const text = this.read(36, length);
    if (sha256(text) !== digest) throw new Error("damaged");
    this.index = new Map(JSON.parse(text));
  }

  /** Read bytes into a buffer that the next call overwrites. V8 copies the bytes that it reads. */
  read(position, length) {
    if (this.buffer.length < length) this.buffer = Buffer.allocUnsafeSlow(length);
    const part = this.buffer.subarray(0, length);
    fs.readSync(this.descriptor, part, 0, length, position);
    return part;
  }

  part(key) {
    const [offset, length, digest] = this.index.get(key) ?? [];
    if (digest === undefined) return undefined;
    const part = this.read(this.start + offset, length);
    return sha256(part) === digest ? part : undefined;
  }

  script(source, filename) {
    const key = sha256(source);
    const cachedData = this.part(key);
    const script = new vm.Script(Module.wrap(source), {
      filename,
      cachedData,
      columnOffset: -Module.wrapper[0].length,
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    if (!cachedData || script.cachedDataRejected) this.missing = true;
    this.used.set(key, script);
    return script;
  }

  /** Write the code that this run compiled, together with the code of other programs. */
  save() {
    if (!this.missing) return;
    const index = [];
    const parts = [];
    let offset = 0;
    const add = (key, part) => {
      index.push([key, [offset, part.length, sha256(part)]]);
      parts.push(part);
      offset += part.length;
    };
    // Created at the end, so that it includes functions that were compiled when first called.
    for (const [key, script] of this.used) add(key, script.createCachedData());
    for (const [key, [, length]] of this.index) {
      const part = this.used.has(key) || offset + length > Code.LIMIT ? undefined : this.part(key);
      if (part) add(key, Buffer.from(part));
    }
    const text = Buffer.from(JSON.stringify(index));
    const head = Buffer.alloc(36);
    head.write(sha256(text), "hex");
    head.writeUInt32LE(text.length, 32);
    this.write(Buffer.concat([head, text, ...parts]));
  }

  /** Write the file atomically: a reader gets the old content or the new one. */
  write(content) {
    const unfinished = `${this.file}.${process.pid}.${crypto.randomBytes(4).toString("hex")}`;
    try {
      fs.writeFileSync(unfinished, content, { flag: "wx", mode: 0o600 });
      fs.renameSync(unfinished, this.file);
    } finally {
      fs.rmSync(unfinished, { force: true });
    }
    const directory = path.dirname(this.file);
    for (const name of fs.readdirSync(directory).filter((entry) => entry.startsWith("code-"))) {
      const file = path.join(directory, name);
      if (fs.statSync(file).mtimeMs < Date.now() - Code.UNUSED_MILLISECONDS) fs.rmSync(file, { force: true });
    }
  }
}

function sha256(data) {
  return crypto.hash("sha256", data, "hex");
}

/** Compile modules with the cached code of earlier runs. */
function useCodeCache() {
  // Earlier versions of V8 report the name of the file from which the code was first compiled.
  if (Number(process.versions.node.split(".")[0]) < 24 || process.sourceMapsEnabled) return;
  const code = new Code(__dirname);
  const compile = Module.prototype._compile;
  Module.prototype._compile = function (content, filename, format) {
    let script;
    try {
      if (format === undefined || format === "commonjs") {
        // Source maps are not used here, and those of cdktf are twice as large as the code.
        const source = content.replace(/\n\/\/# sourceMappingURL=data:\S*\s*$/, "\n");
        script = code.script(source, filename);
      }
    } catch {} // node reports an error in the source as usual
    if (script === undefined) return compile.apply(this, arguments);
    const require = (id) => this.require(id);
    require.resolve = (request, options) => Module._resolveFilename(request, this, false, options);
    require.resolve.paths = (request) => Module._resolveLookupPaths(request, this);
    require.main = process.mainModule;
    require.extensions = Module._extensions;
    require.cache = Module._cache;
    const args = [this.exports, require, this, filename, path.dirname(filename)];
    return Reflect.apply(script.runInThisContext(), this.exports, args);
  };
  process.on("exit", (status) => {
    try {
      if (status === 0) code.save();
    } catch {} // the next run compiles again
  });
}

module.exports = { useCodeCache };
