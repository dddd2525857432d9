"""A restored database that takes the place of the former one, and repeated deletions."""

from __future__ import annotations

from typing import Any

from tests.support.applied_document import AppliedDocument

DATABASE = "aws_db_instance.database"


def snapshots(applied: AppliedDocument) -> set[str]:
    found = applied.client("rds").describe_db_snapshots(SnapshotType="manual")["DBSnapshots"]
    return {snapshot["DBSnapshotIdentifier"] for snapshot in found}


def test_a_restored_database_takes_the_place_of_the_former_one(
    applied: AppliedDocument, data_document: dict[str, Any]
) -> None:
    rds, terraform = applied.client("rds"), applied.workspace

    def rename(name: str, new: str) -> None:
        rds.modify_db_instance(
            DBInstanceIdentifier=name, NewDBInstanceIdentifier=new, ApplyImmediately=True
        )

    rds.create_db_snapshot(DBInstanceIdentifier="shop-qa-db", DBSnapshotIdentifier="yesterday")
    rds.restore_db_instance_from_db_snapshot(
        DBInstanceIdentifier="shop-qa-db-restored", DBSnapshotIdentifier="yesterday"
    )
    rename("shop-qa-db", "shop-qa-db-former")
    rename("shop-qa-db-restored", "shop-qa-db")
    # moto gives every instance the same resource id, by which the provider finds the instance.
    rds.delete_db_instance(DBInstanceIdentifier="shop-qa-db-former", SkipFinalSnapshot=True)
    terraform.run("state", "rm", DATABASE)
    terraform.run("import", "-input=false", "-var-file=navra.tfvars.json", DATABASE, "shop-qa-db")

    assert applied.actions() == {DATABASE: "update"}
    applied.apply(data_document)
    assert applied.actions() == {}
    (database,) = rds.describe_db_instances()["DBInstances"]
    assert database["DBInstanceIdentifier"] == "shop-qa-db"


def test_each_deletion_leaves_a_snapshot_of_another_name(applied: AppliedDocument) -> None:
    before = snapshots(applied)
    for number in (1, 2):
        if number == 2:
            applied.workspace.plan_and_apply(f"-target={DATABASE}")  # without the slow cache
        applied.workspace.destroy()
        final = snapshots(applied) - before
        assert len(final) == number
        assert all(name.startswith("shop-qa-db-final-") for name in final)
