"use strict";
const Module = require("module");
const crypto = require("crypto");
const fs = require("fs");
const path = require("path");
const v8 = require("v8");
const vm = require("vm");

/**
 * What V8 compiled of the modules in earlier runs, by the SHA-256 of their source.
 *
 * Node has such a cache, but by file name, and jsii loads from a directory that is another in each
 * run. The file starts with the SHA-256 and the length of its index, which has those of each part.
 * V8 itself refuses what another version of it wrote.
 */
class Code {
  /** Bytes that several programs may gather. */
  static LIMIT = 16 * 2 ** 20;

  /** Milliseconds after which another version's goes. */
  static UNUSED = 30 * 86400e3;

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
    if (uid !== process.geteuid() || mode & 0o077) throw new Error("not ours alone");
    const head = this.read(0, 36);
    const digest = head.toString("hex", 0, 32);
    const length = head.readUInt32LE(32);
    this.start = 36 + length;
    if (this.start > size) throw new Error("damaged");
    const text = this.read(36, length);
    if (sha256(text) !== digest) throw new Error("damaged");
    this.index = new Map(JSON.parse(text));
  }

  /** Some bytes, until the next call: what V8 has read of them, it has copied. */
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

  /** Keep what this run compiled for the next one, and what other programs did. */
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
    // Now, since it holds what was compiled when it was first called, too.
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

  /** Whoever reads the file sees the old one or the new one. */
  write(content) {
    const unfinished = `${this.file}.${process.pid}.${crypto.randomBytes(4).toString("hex")}`;
    try {
      fs.writeFileSync(unfinished, content, { flag: "wx", mode: 0o600 });
      fs.renameSync(unfinished, this.file);
    } finally {
      fs.rmSync(unfinished, { force: true });
    }
    const directory = path.dirname(this.file);
    for (const name of fs.readdirSync(directory).filter((one) => one.startsWith("code-"))) {
      const file = path.join(directory, name);
      if (fs.statSync(file).mtimeMs < Date.now() - Code.UNUSED) fs.rmSync(file, { force: true });
    }
  }
}

function sha256(data) {
  return crypto.hash("sha256", data, "hex");
}

/** Compile modules with what is kept of earlier runs. */
function compileQuickly() {
  // Earlier versions of V8 keep the name of the file that the code was first compiled from.
  if (Number(process.versions.node.split(".")[0]) < 24 || process.sourceMapsEnabled) return;
  const code = new Code(__dirname);
  const compile = Module.prototype._compile;
  Module.prototype._compile = function (content, filename, format) {
    let script;
    try {
      if (format === undefined || format === "commonjs") {
        // A map of the source is never read here; those of cdktf are twice its size.
        const source = content.replace(/\n\/\/# sourceMappingURL=data:\S*\s*$/, "\n");
        script = code.script(source, filename);
      }
    } catch {} // an error in it is told as ever
    if (script === undefined) return compile.apply(this, arguments);
    const require = (id) => this.require(id);
    require.resolve = (request, options) => Module._resolveFilename(request, this, false, options);
    require.resolve.paths = (request) => Module._resolveLookupPaths(request, this);
    require.main = process.mainModule;
    require.extensions = Module._extensions;
    require.cache = Module._cache;
    const given = [this.exports, require, this, filename, path.dirname(filename)];
    return Reflect.apply(script.runInThisContext(), this.exports, given);
  };
  process.on("exit", (status) => {
    try {
      if (status === 0) code.save();
    } catch {} // the next run compiles once more
  });
}

module.exports = { compileQuickly };
