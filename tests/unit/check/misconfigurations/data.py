"""Misconfigurations: data."""

from __future__ import annotations

from tests.unit.check.draft import Draft, edit
from tests.unit.check.misconfigurations.registry import finds


@finds("rds-storage-encrypted")
def database_without_encryption(d: Draft) -> str:
    return edit(d.first("aws_db_instance"), storage_encrypted=False, kms_key_id=None)


@finds("rds-deletion-protection")
def database_without_deletion_protection(d: Draft) -> str:
    return edit(d.first("aws_db_instance"), deletion_protection=False)


@finds("rds-minor-upgrades")
def database_without_minor_upgrades(d: Draft) -> str:
    return edit(d.first("aws_db_instance"), auto_minor_version_upgrade=False)


@finds("rds-final-snapshot")
def final_snapshot_without_name(d: Draft) -> str:
    return edit(d.first("aws_db_instance"), final_snapshot_identifier=None)


@finds("snapshot-public")
def public_database_snapshot(d: Draft) -> str:
    return d.add(
        "aws_db_snapshot",
        "zz_public",
        db_instance_identifier="a",
        db_snapshot_identifier="b",
        shared_accounts=["all"],
    )


@finds("cache-transit-encryption")
def cache_without_tls(d: Draft) -> str:
    return edit(
        d.first("aws_elasticache_replication_group"),
        transit_encryption_enabled=False,
        transit_encryption_mode=None,
    )


@finds("cache-key")
def cache_with_the_key_of_aws(d: Draft) -> str:
    return edit(d.first("aws_elasticache_replication_group"), kms_key_id=None)


@finds("cache-failover-nodes")
def failover_with_one_node(d: Draft) -> str:
    return edit(d.first("aws_elasticache_replication_group"), num_cache_clusters=1)


@finds("cache-authentication")
def second_cache_without_authentication(d: Draft) -> str:
    return d.duplicate(d.first("aws_elasticache_replication_group"))


@finds("prevent-destroy")
def terraform_can_delete_the_database(d: Draft) -> str:
    address, database = d.first("aws_db_instance")
    database["lifecycle"]["prevent_destroy"] = False
    return address


@finds("backup-vault-key")
def backups_with_the_key_of_aws(d: Draft) -> str:
    return edit(d.first("aws_backup_vault"), kms_key_arn=None)


@finds("efs-encrypted")
def file_system_without_encryption(d: Draft) -> str:
    return d.add("aws_efs_file_system", "zz_files", creation_token="files")


@finds("sqs-encrypted")
def queue_without_encryption(d: Draft) -> str:
    return d.add("aws_sqs_queue", "zz_plain", name="plain", sqs_managed_sse_enabled=False)


@finds("ebs-encrypted")
def volume_without_encryption(d: Draft) -> str:
    return d.add("aws_ebs_volume", "zz_disk", availability_zone="eu-west-1a", size=8)


@finds("instance-metadata")
def instance_metadata_without_token(d: Draft) -> str:
    return d.add(
        "aws_instance",
        "zz_host",
        ami="ami-1",
        instance_type="t4g.nano",
        metadata_options={"http_tokens": "optional"},
        root_block_device={"encrypted": True},
    )
