"""Interrupt an apply midway, then complete it with a second apply."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from navra_stacks.errors import NavraError
from navra_stacks.rehearsal.emulator import fault_injection
from navra_stacks.rehearsal.emulator.client import Emulator
from navra_stacks.rehearsal.result import InterruptionResult
from navra_stacks.terraform.document import TerraformDocument
from navra_stacks.terraform.working_directory import Event, TerraformError, WorkingDirectory

if TYPE_CHECKING:
    from navra_stacks.account.lookup import FoundResources, UnmanagedResource

__all__ = ["KINDS", "ConvergenceError", "InterruptedApply"]

SIGNALS = {"sigint": signal.SIGINT, "sigkill": signal.SIGKILL}
KINDS = (*SIGNALS, *fault_injection.KINDS)
"""How an apply is interrupted: Terraform is stopped (``sigint``) or killed (``sigkill``), or AWS
begins to throttle (``throttle``) or fail (``error``) the calls that change something, or to lose
the responses to such calls (``lost``).
"""

OnEvent = Callable[[Event], None]


class ConvergenceError(NavraError):
    """The second apply cannot run, because existing resources cannot be imported."""


class InterruptedApply:
    """Interrupts an apply, and completes the interrupted apply with a second apply.

    Args:
        kind: One of :data:`KINDS`.
        directory: The working directory, with a plan of the document.
        emulator: The emulated AWS, in which no resource of the document exists yet.
        document: The document to apply.
        region: The Region of the document.
        variables: The values of the document's variables.
    """

    def __init__(
        self,
        kind: str,
        directory: WorkingDirectory,
        emulator: Emulator,
        document: Mapping[str, Any],
        region: str,
        variables: Mapping[str, Any],
    ) -> None:
        self.kind = kind
        self._directory = directory
        self._emulator = emulator
        self._document = document
        self._region = region
        self._variables = variables
        self._unmanaged_before = {
            (resource.type, resource.id) for resource in self._search().unmanaged
        }
        self._output = ""
        self._failed_calls: tuple[str, ...] = ()

    def interrupt(self, *, after: int, on_event: OnEvent) -> None:
        """Apply the last plan, and interrupt the apply when `after` resources have been created.

        An error of Terraform is not raised. It is part of the result of :meth:`converge`.
        """
        created = 0

        def watch(event: Event) -> None:
            nonlocal created
            on_event(event)
            hook = event.get("hook") or {}
            if event.get("type") == "apply_complete" and hook.get("action") == "create":
                created += 1
                if created == after:
                    self._interrupt()

        try:
            self._directory.apply(on_event=watch)
        except TerraformError as error:
            self._output = error.output
        if self.kind not in SIGNALS:
            self._failed_calls = tuple(self._emulator.stop_failing())
        if self._directory.state_file.restore_backup_if_unreadable():
            self._output += "\nthe state file was truncated; its backup, if any, was restored"

    def converge(self, *, on_event: OnEvent) -> InterruptionResult:
        """Apply a second time; no resource is created twice, and no existing resource is lost.

        A tainted resource exists, and only a later step of its creation failed. The resource is
        completed instead of replaced, because a replacement would need the name that is still in
        use. Resources that exist and are missing from the state are looked up and imported.

        Raises:
            ConvergenceError: an existing resource cannot be identified.
            TerraformError: the second plan or the second apply failed.
        """
        recorded = self._directory.state_file.resources()
        tainted = tuple(sorted(address for address, is_tainted in recorded.items() if is_tainted))
        for address in tainted:
            self._directory.run("untaint", "-no-color", address)
        found = self._search()
        imported = _unrecorded(found, recorded)
        revoked = self._revoke(found.unmanaged)
        copy: dict[str, Any] = json.loads(json.dumps(self._document))
        copy["import"] = [{"to": to, "id": id_} for to, id_ in sorted(imported.items())]
        self._directory.write(copy)
        self._directory.plan_and_apply(on_event=on_event)
        self._directory.write(self._document)
        return InterruptionResult(
            kind=self.kind,
            resources=len(recorded),
            output=self._output,
            failed_calls=self._failed_calls,
            completed=tainted,
            imported=imported,
            revoked=revoked,
            unmanaged=tuple(
                f"{resource.type} {resource.id}: {resource.description}"
                for resource in self._search().unmanaged
                if (resource.type, resource.id) not in self._unmanaged_before
            ),
        )

    def _interrupt(self) -> None:
        if self.kind in SIGNALS:
            self._directory.stop(SIGNALS[self.kind])
        else:
            self._emulator.start_failing(self.kind)

    def _revoke(self, unmanaged: tuple[UnmanagedResource, ...]) -> tuple[str, ...]:
        """Revoke the default egress rule of each security group whose creation is incomplete.

        AWS adds a rule that allows all egress to each new security group. Terraform revokes that
        rule only as the second step of creating the group, and not in a later apply.
        """
        ec2 = self._emulator.client("ec2", self._region)
        revoked = []
        for resource in unmanaged:
            if resource.type == "aws_vpc_security_group_egress_rule":
                (rule,) = ec2.describe_security_group_rules(SecurityGroupRuleIds=[resource.id])[
                    "SecurityGroupRules"
                ]
                ec2.revoke_security_group_egress(
                    GroupId=rule["GroupId"], SecurityGroupRuleIds=[resource.id]
                )
                revoked.append(f"{resource.id} in {rule['GroupId']}")
        return tuple(revoked)

    def _search(self) -> FoundResources:
        # Imported here: a rehearsal without an interruption does not need them.
        from navra_stacks.account.aws_reader import AwsAccount
        from navra_stacks.account.lookup import find_resources

        account = AwsAccount(
            self._region,
            endpoint_url=self._emulator.endpoint,
            session=self._emulator.session(self._region),
        )
        # Recorded ids are those of a real account, not of the emulator.
        content = {name: value for name, value in self._document.items() if name != "locals"}
        locals_ = dict(self._document.get("locals") or {})
        locals_.pop("recorded", None)
        return find_resources(
            TerraformDocument(content | {"locals": locals_}), account, variables=self._variables
        )


def _unrecorded(found: FoundResources, recorded: Mapping[str, bool]) -> dict[str, str]:
    """Return the import ID of each existing resource that is not in the state, by address."""
    unclear = {
        **{
            address: f"the existing resource may be {' or '.join(ids)}"
            for address, ids in found.ambiguous.items()
        },
        **found.unusable,
    }
    messages = [f"{to}: {reason}" for to, reason in sorted(unclear.items()) if to not in recorded]
    if messages:
        raise ConvergenceError(
            "the second apply cannot run, because existing resources cannot be imported:\n"
            + "\n".join(messages)
        )
    return {to: id_ for to, id_ in found.ids.items() if to not in recorded}
