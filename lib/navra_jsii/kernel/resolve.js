"use strict";
const Module = require("module");
const crypto = require("crypto");

/** SHA-256 of the file in cdktf 0.21 and cdktn 0.24, without its source map. Any other file is left unchanged. */
const KNOWN = "f7caa184304b2e7fabe5a660d16503a99e8793992eec091850e8a9cf0c5b7ff3";

/** Returns whether cdktf would return a string unchanged, since it contains no token. */
const IS_PLAIN = `
function isPlain(x, prefix) {
    return (typeof x === "string" &&
        prefix.length < 200 &&
        !/\\{TfToken\\[|[-|\\d.+]e[-|\\d.eE+]/.test(x) &&
        x !== token_1.Token.STRING_MAP_TOKEN_VALUE &&
        x !== token_1.Token.ANY_MAP_TOKEN_VALUE);
}
`;

const CHANGED = [
  ["makeContext()[0].resolve(key)", "isPlain(key, prefix) ? key : "],
  ["makeContext(key)[0].resolve(obj[key])", "isPlain(obj[key], prefix) ? obj[key] : "],
  ["makeContext(`${i}`)[0].resolve(x)", "isPlain(x, prefix) ? x : "],
];

/**
 * Skip plain strings.
 *
 * cdktf creates four functions and searches three times to resolve each string and each key.
 */
function skipPlainStrings(file) {
  const compile = Module.prototype._compile;
  Module.prototype._compile = function (content, filename, format) {
    return compile.call(this, file.test(filename) ? changed(content) : content, filename, format);
  };
}

function changed(content) {
  const [source] = content.split("//# sourceMappingURL=");
  if (crypto.createHash("sha256").update(source).digest("hex") !== KNOWN) return content;
  return CHANGED.reduce((text, [slow, quick]) => text.replace(slow, () => quick + slow), source) + IS_PLAIN;
}

module.exports = { skipPlainStrings };
