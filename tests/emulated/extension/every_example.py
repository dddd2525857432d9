"""The shop with the extensions of all examples in one stack."""

import job_queue
import scheduled_job
from own_resources import ShopStack
from scheduled_job import NightlyStack
from second_host import TwoHostsStack
from service_calls import ConnectedStack
from shared_files import FilesStack

KINDS = (ShopStack, TwoHostsStack, ConnectedStack, FilesStack, NightlyStack, job_queue.QueueStack)


class EveryExampleStack(*KINDS):
    """The library's stack with the hooks of all examples, which call no hook of a base class."""

    def before_services(self) -> None:
        for kind in KINDS:
            kind.before_services(self)

    def after_services(self) -> None:
        for kind in KINDS:
            kind.after_services(self)


SHOP = scheduled_job.SHOP.replace(
    hardening=job_queue.SHOP.hardening, stack_class="every_example:EveryExampleStack"
)
