"use strict";
// Handles the pipelined requests, to which Python expects no reply. When one fails, further
// pipelined requests are skipped. The next request with a reply is not processed: its reply is the
// error.

const TOKEN = /^\$\{TfToken\[([a-zA-Z0-9:._-]+)\]\}$/;

let failure;

/** Register the token that Python chose for an attribute as an alias of the attribute's token. */
function name(text, value) {
  const tokens = global.__cdktfTokenMap?.stringTokenMap;
  const [, key] = TOKEN.exec(value) ?? [];
  if (!tokens?.has(key)) throw new Error(`${JSON.stringify(value)} is not a reference`);
  tokens.set(TOKEN.exec(text)[1], tokens.get(key));
}

/** Return whether a request has been handled here; the kernel calls this before each request. */
function handlePipelined(host, request) {
  if (request?.pipelined === undefined) {
    if (failure === undefined) return false;
    host.writeError(failure);
    failure = undefined;
    return true;
  }
  if (failure !== undefined) return true;
  try {
    const value = host.findApi(request.api).call(host.kernel, request).value;
    if (request.api === "get") name(request.pipelined, value);
  } catch (error) {
    failure = error;
  }
  return true;
}

module.exports = { handlePipelined };
