"""What the emulator knows of databases, and moto does not."""

from __future__ import annotations

from typing import Any

from tests.support.emulator_clients import Client

INSIGHTS = {
    "PerformanceInsightsEnabled",
    "PerformanceInsightsRetentionPeriod",
    "PerformanceInsightsKMSKeyId",
}


def created(client: Client, **arguments: Any) -> dict[str, Any]:
    made = client("rds").create_db_instance(
        DBInstanceIdentifier="shop",
        DBInstanceClass="db.t4g.medium",
        Engine="postgres",
        AllocatedStorage=20,
        MasterUsername="shop",
        MasterUserPassword="not-a-password",
        **arguments,
    )
    return dict(made["DBInstance"])


def database(client: Client, **arguments: Any) -> dict[str, Any]:
    made = created(client, **arguments)
    return {name: made[name] for name in INSIGHTS & made.keys()}


def test_a_database_has_the_certificate_authority_of_aws(taught: Client, untaught: Client) -> None:
    assert created(taught)["CACertificateIdentifier"] == "rds-ca-rsa2048-g1"
    assert created(untaught)["CACertificateIdentifier"] == "rds-ca-default"


def test_a_database_tells_its_performance_insights(taught: Client, untaught: Client) -> None:
    asked = {
        "EnablePerformanceInsights": True,
        "PerformanceInsightsRetentionPeriod": 31,
        "PerformanceInsightsKMSKeyId": "arn:aws:kms:us-east-1:123456789012:key/1",
    }
    assert database(taught, **asked) == {
        "PerformanceInsightsEnabled": True,
        "PerformanceInsightsRetentionPeriod": 31,
        "PerformanceInsightsKMSKeyId": "arn:aws:kms:us-east-1:123456789012:key/1",
    }
    assert database(untaught, **asked) == {}


def test_performance_insights_are_turned_on_later(taught: Client) -> None:
    assert database(taught) == {"PerformanceInsightsEnabled": False}
    changed = taught("rds").modify_db_instance(
        DBInstanceIdentifier="shop", EnablePerformanceInsights=True
    )["DBInstance"]
    assert changed["PerformanceInsightsEnabled"] is True
    assert changed["PerformanceInsightsRetentionPeriod"] == 7


def test_parameters_tell_who_set_them(taught: Client, untaught: Client) -> None:
    for client, expected in ((taught, "user"), (untaught, None)):
        rds, name = client("rds"), {"DBParameterGroupName": "shop"}
        rds.create_db_parameter_group(
            DBParameterGroupFamily="postgres17", Description="Shop", **name
        )
        one = {"ParameterName": "rds.force_ssl", "ParameterValue": "1", "ApplyMethod": "immediate"}
        rds.modify_db_parameter_group(Parameters=[one], **name)
        (told,) = rds.describe_db_parameters(**name)["Parameters"]
        assert told.get("Source") == expected
    assert taught("rds").describe_db_parameters(Source="system", **name)["Parameters"] == []
    assert untaught("rds").describe_db_parameters(Source="system", **name)["Parameters"]
