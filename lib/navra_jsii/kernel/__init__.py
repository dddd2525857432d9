"""jsii's kernel: the node process that runs the JavaScript of constructs."""
