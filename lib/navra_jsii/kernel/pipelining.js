"use strict";
// Handles the pipelined requests, to which Python expects no reply. When one fails, further
// pipelined requests are skipped. The next request with a reply is not processed: its reply is the
// error.

const TOKEN = /^\$\{TfToken\[([a-zA-Z0-9:._-]+)\]\}$/;

let failure;

/** The pipelined request that is processed now. */
let current;

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
  current = request;
  try {
    const value = host.findApi(request.api).call(host.kernel, request).value;
    if (request.api === "get") name(request.pipelined, value);
  } catch (error) {
    failure = error;
  } finally {
    current = undefined;
  }
  return true;
}

/**
 * Return the creation stack of a token of a pipelined request; undefined outside such a request.
 *
 * Its frames would be those of the kernel, the same for every request. Capturing them for the dozens
 * of tokens of a resource takes longer than creating it, and keeping them takes memory.
 */
function pipelinedStack() {
  if (current !== undefined && current.stack === undefined)
    current.stack = [`${current.api} ${current.fqn || current.property || current.method} (pipelined)`];
  return current?.stack;
}

module.exports = { handlePipelined, pipelinedStack };
