"use strict";
// What Python tells the kernel without waiting: nothing is replied to it, and where it fails, nothing
// more of the kind is done until Python asks for something, which is answered with that failure.

const TOKEN = /^\$\{TfToken\[([a-zA-Z0-9:._-]+)\]\}$/;

let failure;

/** Let the text that Python took for an attribute mean the token that stands for it here. */
function name(text, value) {
  const tokens = global.__cdktfTokenMap?.stringTokenMap;
  const [, key] = TOKEN.exec(value) ?? [];
  if (!tokens?.has(key)) throw new Error(`${JSON.stringify(value)} is not a reference`);
  tokens.set(TOKEN.exec(text)[1], tokens.get(key));
}

/** Whether a request needs no more work; the kernel asks before each. */
function told(host, request) {
  if (request?.ahead === undefined) {
    if (failure === undefined) return false;
    host.writeError(failure);
    failure = undefined;
    return true;
  }
  if (failure !== undefined) return true;
  try {
    const value = host.findApi(request.api).call(host.kernel, request).value;
    if (request.api === "get") name(request.ahead, value);
  } catch (error) {
    failure = error;
  }
  return true;
}

module.exports = { told };
