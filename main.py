"""The program that `cdktf synth` runs: write every environment as Terraform JSON."""

from navra_stacks.cli.error_handling import handle_errors
from navra_stacks.cli.written_stacks import write_stacks

if __name__ == "__main__":
    with handle_errors():
        write_stacks()
