"use strict";
// jsii writes an index of an assembly's types in a worker thread. The worker finds the assembly by a
// link in the kernel's directory. When a larger assembly replaces it, the link changes, and a worker
// that still runs would write its index into the larger one, in the cache that all programs share.
// So the worker gets the directory to which the link refers now.
const fs = require("fs");
const threads = require("worker_threads");

threads.Worker = class Worker extends threads.Worker {
  constructor(file, options) {
    const link = options?.workerData?.packageDir;
    const workerData = link && { ...options.workerData, packageDir: fs.realpathSync(link) };
    super(file, link ? { ...options, workerData } : options);
  }
};
