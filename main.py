"""What `cdktf synth` runs: every environment into Terraform JSON."""

# First, so that node starts while Python imports the rest.
import navra_stacks.bindings  # noqa: F401
from navra_stacks.cli import main

if __name__ == "__main__":
    main(["synth"])
