"""What `cdktf synth` runs: every environment into Terraform JSON."""

from navra_stacks.cli import main

if __name__ == "__main__":
    main(["synth"])
