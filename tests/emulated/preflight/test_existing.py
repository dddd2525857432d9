"""The network and other existing resources that the settings name, in the emulated account."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from environments.prod import PROD
from navra_stacks import (
    Alarms,
    Cache,
    DefaultVpc,
    Deployment,
    ExistingCache,
    ExistingDatabase,
    ExistingVpc,
    Hardening,
    LifecycleHook,
    S3State,
    Secret,
    settings as package,
)
from navra_stacks.preflight.dns_resolver import DnsResolver
from navra_stacks.preflight.existing import check_existing
from navra_stacks.preflight.finding import Finding, Outcome
from navra_stacks.preflight.network import check_network
from navra_stacks.preflight.target import Target
from navra_stacks.settings.model.base import Settings
from tests.emulated.preflight.conftest import Findings, outcomes, problems
from tests.support.fake_account import FakeAccount, denied
from tests.support.handmade_account.console import ACCOUNT, REGION, Console
from tests.support.shop import shop as any_shop, web, web_container

ZONES = (f"{REGION}a", f"{REGION}b")


def shop(*services: Any, **changes: Any) -> Any:
    """Build a small environment in the Region of the emulated account."""
    network = DefaultVpc(availability_zones=ZONES)
    return any_shop(*services, **({"region": REGION, "network": network} | changes))


# The network


def in_vpc(vpc: str, public: list[str], private: tuple[str, ...] = ()) -> Any:
    network = ExistingVpc(
        vpc_id=vpc, public_subnet_ids=tuple(public), private_subnet_ids=tuple(private)
    )
    return shop(network=network)


def subnets(console: Console, zones: tuple[str, ...] = ZONES) -> list[str]:
    live = console("ec2").describe_subnets()["Subnets"]
    return [
        next(one["SubnetId"] for one in live if one["AvailabilityZone"] == zone) for zone in zones
    ]


def default_vpc(console: Console) -> str:
    return str(console("ec2").describe_vpcs()["Vpcs"][0]["VpcId"])


def test_a_missing_vpc_is_a_problem(console: Console, findings: Findings) -> None:
    found = findings(check_network, in_vpc("vpc-0a1b2c3d", subnets(console)))
    assert problems(found) == {
        "vpc-0a1b2c3d": (
            f"does not exist in account {ACCOUNT}, {REGION}, so the first plan fails",
            "correct `network.vpc_id`",
        )
    }


def test_a_missing_subnet_is_a_problem(console: Console, findings: Findings) -> None:
    known, missing = subnets(console), "subnet-0a0a0a0a"
    public = findings(check_network, in_vpc(default_vpc(console), [known[0], missing]))
    assert problems(public).keys() == {missing}
    assert public[missing].repair == "correct `network.public_subnet_ids`"
    private = findings(check_network, in_vpc(default_vpc(console), known, (missing,)))
    assert problems(private).keys() == {missing}
    assert private[missing].repair == "correct `network.private_subnet_ids`"


def test_a_subnet_of_another_vpc_is_a_problem(console: Console, findings: Findings) -> None:
    ec2 = console("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    other = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.0.0/24")["Subnet"]["SubnetId"]
    found = findings(check_network, in_vpc(default_vpc(console), subnets(console), (other,)))
    assert problems(found).keys() == {other}
    assert found[other].message == f"is a subnet of {vpc}, not of {default_vpc(console)}"


def test_public_subnets_in_one_zone_are_a_problem(console: Console, findings: Findings) -> None:
    vpc = default_vpc(console)
    zone = {"VpcId": vpc, "AvailabilityZone": ZONES[0], "CidrBlock": "172.31.240.0/24"}
    pair = [
        *subnets(console, ZONES[:1]),
        console("ec2").create_subnet(**zone)["Subnet"]["SubnetId"],
    ]
    found = findings(check_network, in_vpc(vpc, pair))
    assert problems(found).keys() == {", ".join(pair)}
    assert problems(findings(check_network, in_vpc(vpc, subnets(console)))) == {}


def test_a_default_vpc_needs_its_default_subnets(console: Console, findings: Findings) -> None:
    assert set(outcomes(findings(check_network, shop())).values()) == {"passed"}
    ec2 = console("ec2")
    ec2.delete_subnet(SubnetId=subnets(console)[1])
    found = problems(findings(check_network, shop()))
    assert found.keys() == {ZONES[1]}
    assert f"create-default-subnet --region {REGION} --availability-zone {ZONES[1]}`" in str(found)
    other = DefaultVpc(availability_zones=ZONES, vpc_id="vpc-0a1b2c3d")
    found = problems(findings(check_network, shop(network=other)))
    assert found["default VPC"][0].startswith(f"is {default_vpc(console)}, not vpc-0a1b2c3d")


def test_an_account_without_a_default_vpc_is_a_problem(findings: Findings) -> None:
    target = Target(any_shop(), FakeAccount(), {}, DnsResolver())
    (found,) = check_network(target)
    assert found.outcome is Outcome.PROBLEM
    assert "aws ec2 create-default-vpc --region eu-west-1" in found.repair


# Other resources

KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0a1b2c3d-0000-0000-0000-000000000000"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:operators"
DATABASE = f"arn:aws:rds:{REGION}:{ACCOUNT}:db:orders"
CLUSTER = f"arn:aws:rds:{REGION}:{ACCOUNT}:cluster:orders"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:check"
NEEDED = web(container=web_container(secrets=("DATABASE_URL", "REDIS_URL")))


def with_stores(**changes: Any) -> Any:
    """Build an environment with existing data stores."""
    secrets = (
        Secret(name="DATABASE_URL", kms_key_arn=changes.pop("key", None)),
        Secret(name="REDIS_URL"),
    )
    database = ExistingDatabase(
        url_secret="DATABASE_URL", port=5432, security_group_id="sg-0d0d0d0d", arn=DATABASE
    )
    cache = ExistingCache(url_secret="REDIS_URL", port=6379, security_group_id="sg-0c0c0c0c")
    return shop(NEEDED, **({"secrets": secrets, "database": database, "cache": cache} | changes))


def test_what_does_not_exist_is_a_problem(console: Console, findings: Findings) -> None:
    hook = LifecycleHook(function_arn=f"{FUNCTION}:live", stages=("POST_TEST_TRAFFIC_SHIFT",))
    environment = with_stores(
        key=KEY,
        state=S3State(bucket="shop-state", kms_key_arn=KEY),
        hardening=Hardening.relaxed(alarms=Alarms(topic_arn=TOPIC)),
    )
    environment = environment.replace(
        services=(
            NEEDED.replace(deployed_by="pipeline", deployment=Deployment.blue_green(hooks=(hook,))),
        )
    )
    found = findings(check_existing, environment)
    assert {subject: repair for subject, (_, repair) in problems(found).items()} == {
        "shop-state": "create it, correct `state.bucket`, or set `state.bootstrapped` to True",
        KEY: "correct `state.kms_key_arn`",
        TOPIC: "create the topic, or correct `hardening.alarms.topic_arn`",
        "sg-0d0d0d0d": "correct `database.security_group_id`",
        "sg-0c0c0c0c": "correct `cache.security_group_id`",
        DATABASE: "correct `database.arn`",
        f"{FUNCTION}:live": "correct `services.web.deployment.hooks`",
    }
    assert len(found) == 7


def test_what_exists_is_right(console: Console, findings: Findings) -> None:
    key = console("kms").create_key()["KeyMetadata"]["Arn"]
    console("s3").create_bucket(Bucket="shop-state")
    topic = console("sns").create_topic(Name="operators")["TopicArn"]
    ec2 = console("ec2")
    vpc = default_vpc(console)
    group = ec2.create_security_group(GroupName="x", Description="x", VpcId=vpc)["GroupId"]
    console("rds").create_db_instance(
        DBInstanceIdentifier="orders", DBInstanceClass="db.t4g.micro", Engine="postgres"
    )
    database = ExistingDatabase(
        url_secret="DATABASE_URL", port=5432, security_group_id=group, arn=DATABASE
    )
    environment = with_stores(
        key=key,
        database=database,
        cache=None,
        secrets=(Secret(name="DATABASE_URL", kms_key_arn=key), Secret(name="REDIS_URL")),
        state=S3State(bucket="shop-state"),
        hardening=Hardening.relaxed(alarms=Alarms(topic_arn=topic)),
    )
    found = findings(check_existing, environment)
    assert outcomes(found) == dict.fromkeys(("shop-state", key, topic, group, DATABASE), "passed")
    console("kms").schedule_key_deletion(KeyId=key.rpartition("/")[2])
    message, repair = problems(findings(check_existing, environment))[key]
    assert message == "the KMS key cannot be used, because its state is PendingDeletion"
    assert f"`aws kms cancel-key-deletion --region {REGION} --key-id {key}`, then `aws" in repair


def test_a_bootstrapped_bucket_comes_from_its_stack(console: Console, findings: Findings) -> None:
    bucket = "navralabs-aep-prod-terraform"
    message, repair = problems(findings(check_existing, PROD))[bucket]
    assert message == "the bucket with the state does not exist yet, so `terraform init` fails"
    assert "terraform -chdir=cdktf.out/stacks/aep-prod-state init && " in repair
    console("s3").create_bucket(Bucket=bucket)
    assert outcomes(findings(check_existing, PROD)) == {bucket: "passed"}


def from_responses(environment: Any, **responses: Any) -> list[Finding]:
    account = FakeAccount(responses, REGION)
    return list(check_existing(Target(environment, account, {}, DnsResolver())))


def test_a_bucket_in_another_region_is_a_problem() -> None:
    environment = shop(state=S3State(bucket="shop-state"))
    (found,) = from_responses(environment, head_bucket={"BucketRegion": "eu-north-1"})
    assert found.outcome is Outcome.PROBLEM
    assert found.repair == "set `state.region` to 'eu-north-1'"
    (found,) = from_responses(
        shop(state=S3State(bucket="shop-state", region="eu-north-1")),
        head_bucket={"BucketRegion": "eu-north-1"},
    )
    assert found.outcome is Outcome.PASSED


def test_a_failure_ends_only_the_check_of_its_resource() -> None:
    environment = with_stores(state=S3State(bucket="shop-state"))
    found = from_responses(environment, describe_security_groups=denied("ec2:Describe"))
    by_subject = {finding.subject: finding.outcome for finding in found}
    assert by_subject["sg-0d0d0d0d"] is by_subject["sg-0c0c0c0c"] is Outcome.UNKNOWN
    assert by_subject[DATABASE] is by_subject["shop-state"] is Outcome.PROBLEM


@pytest.mark.parametrize(
    ("live", "outcome"),
    [([], "problem"), ([{"Status": "creating"}], "problem"), ([{"Status": "active"}], "passed")],
)
def test_user_groups(live: list[Any], outcome: str) -> None:
    cache = Cache(url_secret="REDIS_URL", user_group_ids=("clients",))
    environment = shop(
        web(container=web_container(secrets=("REDIS_URL",))),
        cache=cache,
        secrets=(Secret(name="REDIS_URL"),),
    )
    (found,) = from_responses(environment, describe_user_groups=live)
    assert (found.subject, found.outcome.value) == ("clients", outcome)
    assert ("--user-group-id clients --engine valkey --user-ids USER`" in found.repair) == (
        not live
    )


@pytest.mark.parametrize(
    ("arn", "operation"),
    [(DATABASE, "describe_db_instances"), (CLUSTER, "describe_db_clusters")],
)
def test_a_database_of_another_account_does_not_count(arn: str, operation: str) -> None:
    for account, outcome in ((ACCOUNT, Outcome.PROBLEM), ("111122223333", Outcome.PASSED)):
        own = arn.replace(ACCOUNT, account)
        database = ExistingDatabase(url_secret="DATABASE_URL", arn=own)
        environment = with_stores(database=database, cache=None)
        (found,) = from_responses(environment, **{operation: [{"name": "orders"}]})
        assert (found.subject, found.outcome) == (own, outcome)


# All settings that name a resource

CHECKED = {
    "Alarms.topic_arn",
    "Cache.user_group_ids",
    "CrossAccountZone.role_arn",
    "DefaultVpc.vpc_id",
    "ExistingCache.security_group_id",
    "ExistingDatabase.arn",
    "ExistingDatabase.security_group_id",
    "ExistingVpc.private_subnet_ids",
    "ExistingVpc.public_subnet_ids",
    "ExistingVpc.vpc_id",
    "LifecycleHook.function_arn",
    "S3State.bucket",
    "S3State.kms_key_arn",
    "Secret.kms_key_arn",
}
NO_RESOURCE = {
    f"{kind}.{field}"
    for kind in ("GitHubDeployRole", "GitHubSource", "GitHubWorkflows")
    for field in ("owner_id", "repository_id")
}
BY_DISCOVER = {"ExistingIds.vpc_id", "ImportedResource.id"}


def subclasses(kind: type) -> Iterator[type]:
    for subclass in kind.__subclasses__():
        yield subclass
        yield from subclasses(subclass)


def test_each_setting_with_an_id_or_an_arn_is_checked() -> None:
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        import_module(module.name)
    fields = {
        f"{kind.__name__}.{field}"
        for kind in subclasses(Settings)
        if kind.__module__.startswith(package.__name__) and not kind.__name__.startswith("_")
        for field in kind.model_fields  # type: ignore[attr-defined]
        if re.search(r"(^|_)(arns?|ids?|bucket)$", field)
    }
    assert fields - {"Environment.existing_ids", "EnvironmentFields.existing_ids"} == (
        CHECKED | NO_RESOURCE | BY_DISCOVER
    )
