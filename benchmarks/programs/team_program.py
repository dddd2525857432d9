"""A team's program: the environments of this checkout, with three further AWS modules each.

Usage: python team_program.py, with the output directory in $CDKTF_OUTDIR.
"""

import os
import sys
from pathlib import Path

# For the environments; the library is installed.
sys.path.insert(0, str(Path(__file__).parents[2]))

from environments import ENVIRONMENTS
from navra_stacks import WebStack, synthesize

# isort: split
from cdktf_cdktf_provider_aws.dynamodb_table import DynamodbTable
from cdktf_cdktf_provider_aws.efs_file_system import EfsFileSystem
from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue


class TeamStack(WebStack):
    """The library's stack with a queue, a file system and a table."""

    def after_services(self) -> None:
        SqsQueue(self, "jobs", name=f"{self.names.stack}-jobs")
        EfsFileSystem(self, "media", encrypted=True)
        DynamodbTable(self, "carts", name=f"{self.names.stack}-carts", hash_key="id")


synthesize(ENVIRONMENTS, os.environ["CDKTF_OUTDIR"], stack_class=TeamStack)
