// The workload by cdktf in plain node: node node_program.js <workload> <out>.
"use strict";
const { readFileSync } = require("fs");
const { join } = require("path");
const { App, TerraformStack } = require("cdktf");
const { AwsProvider } = require("@cdktf/provider-aws/lib/provider");

const [workload, out] = process.argv.slice(2);
const app = new App({ outdir: out });
for (const [name, described] of Object.entries(JSON.parse(readFileSync(workload, "utf8")).node)) {
  const stack = new TerraformStack(app, name);
  new AwsProvider(stack, "aws", { region: "us-east-1" });
  for (const [folder, kind, address, settings] of described) {
    new (require(join("@cdktf/provider-aws/lib", folder))[kind])(stack, address, settings);
  }
}
app.synth();
