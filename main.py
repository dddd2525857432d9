"""The program that `cdktf synth` runs: write every environment as Terraform JSON."""

from navra_stacks.cli.error_handling import handle_errors
from navra_stacks.cli.synth import synth

if __name__ == "__main__":
    with handle_errors():
        synth()
