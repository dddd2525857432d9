"""One noun a file: settings and the handles of neighbours in, AWS resources out."""

# Before cdktf is imported anywhere below: the AWS bindings must load lazily.
from navra_stacks import bindings as _bindings  # noqa: F401
