"""Patches for RDS databases, compared with moto without patches."""

from __future__ import annotations

from typing import Any

from tests.support.emulator_clients import Client

INSIGHTS = {
    "PerformanceInsightsEnabled",
    "PerformanceInsightsRetentionPeriod",
    "PerformanceInsightsKMSKeyId",
}


def create_database(client: Client, **arguments: Any) -> dict[str, Any]:
    created = client("rds").create_db_instance(
        DBInstanceIdentifier="shop",
        DBInstanceClass="db.t4g.medium",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername="shop",
        MasterUserPassword="not-a-password",
        **arguments,
    )
    return dict(created["DBInstance"])


def create_with_insights(client: Client, **arguments: Any) -> dict[str, Any]:
    """Create a database and return its Performance Insights settings."""
    database = create_database(client, **arguments)
    return {name: database[name] for name in INSIGHTS & database.keys()}


def test_a_database_has_the_default_certificate_authority_of_aws(
    patched: Client, unpatched: Client
) -> None:
    assert create_database(patched)["CACertificateIdentifier"] == "rds-ca-rsa2048-g1"
    assert create_database(unpatched)["CACertificateIdentifier"] == "rds-ca-default"


def test_performance_insights_settings_are_stored(patched: Client, unpatched: Client) -> None:
    settings = {
        "EnablePerformanceInsights": True,
        "PerformanceInsightsRetentionPeriod": 31,
        "PerformanceInsightsKMSKeyId": "arn:aws:kms:us-east-1:123456789012:key/1",
    }
    assert create_with_insights(patched, **settings) == {
        "PerformanceInsightsEnabled": True,
        "PerformanceInsightsRetentionPeriod": 31,
        "PerformanceInsightsKMSKeyId": "arn:aws:kms:us-east-1:123456789012:key/1",
    }
    assert create_with_insights(unpatched, **settings) == {}


def test_performance_insights_can_be_enabled_later(patched: Client) -> None:
    assert create_with_insights(patched) == {"PerformanceInsightsEnabled": False}
    changed = patched("rds").modify_db_instance(
        DBInstanceIdentifier="shop", EnablePerformanceInsights=True
    )["DBInstance"]
    assert changed["PerformanceInsightsEnabled"] is True
    assert changed["PerformanceInsightsRetentionPeriod"] == 7


def test_parameters_have_a_source(patched: Client, unpatched: Client) -> None:
    for client, expected in ((patched, "user"), (unpatched, None)):
        rds, name = client("rds"), {"DBParameterGroupName": "shop"}
        rds.create_db_parameter_group(
            DBParameterGroupFamily="postgres17", Description="Shop", **name
        )
        force_ssl = {
            "ParameterName": "rds.force_ssl",
            "ParameterValue": "1",
            "ApplyMethod": "immediate",
        }
        rds.modify_db_parameter_group(Parameters=[force_ssl], **name)
        (parameter,) = rds.describe_db_parameters(**name)["Parameters"]
        assert parameter.get("Source") == expected
    assert patched("rds").describe_db_parameters(Source="system", **name)["Parameters"] == []
    assert unpatched("rds").describe_db_parameters(Source="system", **name)["Parameters"]
