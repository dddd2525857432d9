"""What `cdktf synth` runs: every environment into Terraform JSON."""

# First, so that node starts while Python imports the rest.
import navra_stacks.bindings  # noqa: F401
from navra_stacks.commands.running import running
from navra_stacks.commands.synth import synth

if __name__ == "__main__":
    with running():
        synth()
