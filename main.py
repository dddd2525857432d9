"""What `cdktf synth` runs: every environment into Terraform JSON."""

from navra_stacks.cli.error_handling import running
from navra_stacks.cli.synth import synth

if __name__ == "__main__":
    with running():
        synth()
