"""Misconfigurations: buckets."""

from __future__ import annotations

from tests.unit.check.draft import Draft, edit, reference
from tests.unit.check.misconfigurations.registry import finds


@finds("s3-acl-public")
def bucket_that_everybody_reads(d: Draft) -> str:
    bucket = reference(d.first("aws_s3_bucket")[0], "id")
    return d.add("aws_s3_bucket_acl", "zz_public", bucket=bucket, acl="public-read")


@finds("s3-ownership")
def objects_belong_to_their_writer(d: Draft) -> str:
    return edit(
        d.first("aws_s3_bucket_ownership_controls"), rule={"object_ownership": "ObjectWriter"}
    )


@finds("s3-force-destroy")
def bucket_is_deleted_with_its_objects(d: Draft) -> str:
    return edit(d.first("aws_s3_bucket"), force_destroy=True)


@finds("s3-encryption")
def bucket_without_encryption_configuration(d: Draft) -> str:
    d.remove("aws_s3_bucket_server_side_encryption_configuration")
    return d.first("aws_s3_bucket")[0]


@finds("s3-access-logging", "state")
def requests_to_the_state_are_not_logged(d: Draft) -> str:
    d.remove("aws_s3_bucket_logging")
    return d.first("aws_s3_bucket")[0]


@finds("s3-versioning", "state")
def state_bucket_without_versions(d: Draft) -> str:
    return edit(
        d.first("aws_s3_bucket_versioning"), versioning_configuration={"status": "Suspended"}
    )


@finds("s3-tls-only", "state")
def state_over_plain_http(d: Draft) -> str:
    d.remove("aws_s3_bucket_policy")
    return d.first("aws_s3_bucket")[0]
