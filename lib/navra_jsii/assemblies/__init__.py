"""jsii assemblies: packages of JavaScript and of the description of its types."""
