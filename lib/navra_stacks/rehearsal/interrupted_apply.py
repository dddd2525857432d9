"""Interrupts an apply midway, and brings what it left to where it should be."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from navra_stacks.errors import NavraError
from navra_stacks.rehearsal.emulator import fault_injection
from navra_stacks.rehearsal.emulator.client import Emulator
from navra_stacks.rehearsal.result import Interrupted
from navra_stacks.terraform.document import TerraformDocument
from navra_stacks.terraform.working_directory import Event, TerraformError, Workspace

if TYPE_CHECKING:
    from navra_stacks.account.lookup import FoundResources, UnmanagedResource

__all__ = ["KINDS", "Interruption", "InterruptionError"]

SIGNALS = {"sigint": signal.SIGINT, "sigkill": signal.SIGKILL}
KINDS = (*SIGNALS, *fault_injection.KINDS)
"""How an apply can be interrupted: Terraform is told to stop, or killed; or from then on AWS
throttles, fails, or loses the answers of calls that change something."""

OnEvent = Callable[[Event], None]


class InterruptionError(NavraError):
    """What an interrupted apply left cannot be brought to where it should be."""


class Interruption:
    """One apply that is interrupted, and the one after it that must make all of it good.

    Args:
        kind: One of :data:`KINDS`.
        workspace: Where the document was planned.
        emulator: Where it is applied; nothing of the document is there yet.
        document: What is applied.
        region: Its Region.
        values: The variables' values.
    """

    def __init__(
        self,
        kind: str,
        workspace: Workspace,
        emulator: Emulator,
        document: Mapping[str, Any],
        region: str,
        values: Mapping[str, Any],
    ) -> None:
        self.kind = kind
        self._workspace = workspace
        self._emulator = emulator
        self._document = document
        self._region = region
        self._values = values
        self._before = {(one.type, one.id) for one in self._search().unmanaged}
        self._said = ""
        self._struck: tuple[str, ...] = ()

    def strike(self, *, after: int, on_event: OnEvent) -> None:
        """Apply the last plan, interrupted as soon as `after` resources are made."""
        made = 0

        def watch(event: Event) -> None:
            nonlocal made
            on_event(event)
            hook = event.get("hook") or {}
            if event.get("type") == "apply_complete" and hook.get("action") == "create":
                made += 1
                if made == after:
                    self._interrupt()

        try:
            self._workspace.apply(on_event=watch)
        except TerraformError as error:
            self._said = error.said
        if self.kind not in SIGNALS:
            self._struck = tuple(self._emulator.recover())
        if self._workspace.state_file.set_aside_if_unreadable():
            self._said += "the state was cut off as it was written; the one before took its place"

    def converge(self, *, on_event: OnEvent) -> Interrupted:
        """Apply again, so that nothing is made twice and nothing is forgotten.

        What is tainted was made, and only its completion failed. To replace it would ask for its
        name a second time while what depends on it still holds it, so it is completed. What was
        made and is in no state is searched for, as in an account, and imported.

        Raises:
            InterruptionError: what exists cannot be told from something else.
            TerraformError: the second apply failed.
        """
        recorded = self._workspace.state_file.recorded()
        tainted = tuple(sorted(address for address, is_tainted in recorded.items() if is_tainted))
        for address in tainted:
            self._workspace.run("untaint", "-no-color", address)
        found = self._search()
        imported = _unrecorded(found, recorded)
        revoked = self._revoke(found.unmanaged)
        copy: dict[str, Any] = json.loads(json.dumps(self._document))
        copy["import"] = [{"to": to, "id": id_} for to, id_ in sorted(imported.items())]
        self._workspace.write(copy)
        self._workspace.apply_at_once(on_event=on_event)
        self._workspace.write(self._document)
        return Interrupted(
            kind=self.kind,
            resources=len(recorded),
            said=self._said,
            struck=self._struck,
            completed=tainted,
            imported=imported,
            revoked=revoked,
            beside=tuple(
                f"{one.type} {one.id}: {one.description}"
                for one in self._search().unmanaged
                if (one.type, one.id) not in self._before
            ),
        )

    def _interrupt(self) -> None:
        if self.kind in SIGNALS:
            self._workspace.stop(SIGNALS[self.kind])
        else:
            self._emulator.fail(self.kind)

    def _revoke(self, undescribed: tuple[UnmanagedResource, ...]) -> tuple[str, ...]:
        """Take from groups that were made halfway the rule that AWS gives each.

        It lets everything out. Terraform revokes it as the second step of creating a group, and
        never again.
        """
        ec2 = self._emulator.client("ec2", self._region)
        told = []
        for one in undescribed:
            if one.type == "aws_vpc_security_group_egress_rule":
                (rule,) = ec2.describe_security_group_rules(SecurityGroupRuleIds=[one.id])[
                    "SecurityGroupRules"
                ]
                ec2.revoke_security_group_egress(
                    GroupId=rule["GroupId"], SecurityGroupRuleIds=[one.id]
                )
                told.append(f"{one.id} in {rule['GroupId']}")
        return tuple(told)

    def _search(self) -> FoundResources:
        # Only here: who rehearses without an interruption needs none of it.
        from navra_stacks.account.aws_reader import AwsAccount
        from navra_stacks.account.lookup import find_resources

        account = AwsAccount(
            self._region,
            endpoint_url=self._emulator.endpoint,
            session=self._emulator.session(self._region),
        )
        # Ids that were recorded in an account are none of the emulator's.
        content = {name: value for name, value in self._document.items() if name != "locals"}
        locals_ = dict(self._document.get("locals") or {})
        locals_.pop("recorded", None)
        return find_resources(
            TerraformDocument(content | {"locals": locals_}), account, variables=self._values
        )


def _unrecorded(found: FoundResources, recorded: Mapping[str, bool]) -> dict[str, str]:
    """What exists and no state knows: its import id by address."""
    unclear = {
        **{address: " or ".join(which) for address, which in found.ambiguous.items()},
        **found.unusable,
    }
    told = [f"{to}: {why}" for to, why in sorted(unclear.items()) if to not in recorded]
    if told:
        raise InterruptionError(f"what was made cannot be told apart: {'; '.join(told)}")
    return {to: id_ for to, id_ in found.ids.items() if to not in recorded}
