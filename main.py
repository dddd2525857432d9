"""What `cdktf synth` runs: every environment into Terraform JSON."""

from navra_stacks.commands.running import running
from navra_stacks.commands.synth import synth

if __name__ == "__main__":
    with running():
        synth()
