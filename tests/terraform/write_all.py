"""Synthesize the environments and an application with awkward strings into a directory."""

import sys

from environments import ENVIRONMENTS
from navra_stacks import synthesize
from tests.support.shop import AWKWARD_SHOP

if __name__ == "__main__":
    synthesize([*ENVIRONMENTS, AWKWARD_SHOP], sys.argv[1])
