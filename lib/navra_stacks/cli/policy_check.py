"""Check one file with a pack and the waivers in a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from navra_stacks.check.report import CheckedFile
    from navra_stacks.check.rule import Pack
    from navra_stacks.check.waivers import Waiver

__all__ = ["check_with_waivers"]


def check_with_waivers(
    name: str,
    content: bytes,
    waivers: Path | None,
    pack: Pack | None,
    other_provider: Path | None = None,
) -> tuple[CheckedFile, tuple[Waiver, ...]]:
    """Check a document or plan.

    Args:
        name: The name of the file in the report.
        content: The content of the file.
        waivers: The file of waivers; None for none.
        pack: The pack; None for that of `waivers`, or ``baseline``.
        other_provider: See `check_file`.

    Returns:
        The result without the waivers, and the waivers.

    Raises:
        NavraError: the content or the file of waivers is invalid.
    """
    # Imported here, because the rules are loaded.
    from navra_stacks.check.packs import all_rules
    from navra_stacks.check.report import check_file
    from navra_stacks.check.waivers import WaiverFile

    file = None
    if waivers is not None:
        file = WaiverFile.read(waivers, ("schema", *(rule.id for rule in all_rules())))
    selected = pack or (None if file is None else file.pack) or "baseline"
    checked = check_file(name, content, selected, other_provider)
    return checked, () if file is None else file.waivers
