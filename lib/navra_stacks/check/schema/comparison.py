"""Compare two versions of the AWS provider for one document."""

from __future__ import annotations

from collections.abc import Iterator

from navra_stacks.check.finding import Finding
from navra_stacks.check.schema.checker import schema_findings
from navra_stacks.check.schema.provider_schema import ProviderSchema
from navra_stacks.terraform.document import TerraformDocument

__all__ = ["compare_schemas"]


def compare_schemas(
    document: TerraformDocument, current: ProviderSchema, other: ProviderSchema
) -> Iterator[Finding]:
    """Yield what another version of the provider rejects in a document that this version accepts.

    Examples are arguments that the other version does not have, and arguments that it requires.

    Args:
        document: The document. The version that it requires of the provider is ignored.
        current: The schema of the version for which the document was written.
        other: The schema of the other version.
    """
    known = {
        (found.place, found.message.replace(current.name, other.name))
        for found in schema_findings(document, current, any_version=True)
    }
    for found in schema_findings(document, other, any_version=True):
        if (found.place, found.message) not in known:
            yield found
