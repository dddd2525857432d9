"""A new VPC: its subnets, routes and endpoints, and the move of an environment into it."""

from __future__ import annotations

import ipaddress
import json
from types import SimpleNamespace

import pytest
from cdktf import App, TerraformOutput, TerraformStack
from cdktf_cdktf_provider_aws.provider import AwsProvider

from environments.staging import STAGING
from navra_stacks import ExistingCache, ExistingDatabase, Hardening, IamPermission, PrivateVpc
from navra_stacks.constructs.networking.flow_logs import FlowLogs
from navra_stacks.constructs.networking.security_groups import Peer
from navra_stacks.constructs.networking.vpc_endpoints import InterfaceEndpoints
from navra_stacks.terraform.document import TerraformDocument
from tests.support.environment_context import environment_context

ZONES = ("us-east-1a", "us-east-1b", "us-east-1c")
KINDS = ("public", "private", "isolated")
MAY_LEAVE = STAGING.existing_ids.replace(leaves_vpc=True)
TASK_ENDPOINTS = {"ecr_api", "ecr_dkr", "logs", "secretsmanager"}


def context(**values):
    """The context of staging, for a construct on its own."""
    return environment_context(STAGING.names, account="625847798833", region="us-east-1", **values)


def private_vpc(**settings):
    return PrivateVpc(**{"cidr": "10.20.0.0/16", "availability_zones": ZONES, **settings})


@pytest.fixture(scope="session")
def moved(replaced):
    """Compare staging with staging in a new VPC."""

    def of(hardening=None, *, elsewhere=None, **settings):
        return replaced(
            network=private_vpc(**settings),
            existing_ids=MAY_LEAVE,
            hardening=hardening or Hardening.relaxed(),
            **(elsewhere or {}),
        )

    return of


def named(document, type_):
    return {block.name: block for block in document.all(type_)}


def ref(address, attribute="id"):
    return f"${{{address}.{attribute}}}"


def slugs(zones=ZONES):
    return [zone.replace("-", "_") for zone in zones]


BASE = (
    {
        "aws_vpc.vpc",
        "aws_internet_gateway.internet_gateway",
        "aws_default_security_group.default",
        "aws_route_table.public_route_table",
        "aws_route_table.isolated_route_table",
        "aws_route.public_to_internet",
        "aws_vpc_endpoint.s3",
    }
    | {f"aws_route_table.private_{zone}_route_table" for zone in slugs()}
    | {f"aws_subnet.{kind}_subnet_{zone}" for kind in KINDS for zone in slugs()}
    | {f"aws_route_table_association.{kind}_subnet_{zone}" for kind in KINDS for zone in slugs()}
)
FLOW_LOGS = {
    f"{type_}.flow_logs"
    for type_ in (
        "aws_flow_log",
        "aws_cloudwatch_log_group",
        "aws_iam_role",
        "aws_iam_role_policy",
    )
}
PER_AZ = {f"{type_}.nat_{zone}" for type_ in ("aws_nat_gateway", "aws_eip") for zone in slugs()}
TO_NAT = {f"aws_route.private_{zone}_to_nat" for zone in slugs()}
ENDPOINTS = {f"aws_vpc_endpoint.{name}" for name in TASK_ENDPOINTS} | {
    "aws_security_group.endpoints_security_group",
    "aws_vpc_security_group_egress_rule.endpoints_to_anywhere",
    "aws_vpc_security_group_ingress_rule.endpoints_from_backend_443",
    "aws_vpc_security_group_ingress_rule.endpoints_from_frontend_443",
}


@pytest.mark.parametrize(
    ("settings", "added"),
    [
        ({}, BASE | FLOW_LOGS | PER_AZ | TO_NAT),
        ({"flow_logs": False}, BASE | PER_AZ | TO_NAT),
        (
            {"nat": "single"},
            BASE
            | FLOW_LOGS
            | TO_NAT
            | {"aws_nat_gateway.nat_us_east_1a", "aws_eip.nat_us_east_1a"},
        ),
        (
            {"nat": "regional"},
            BASE | FLOW_LOGS | TO_NAT | {"aws_nat_gateway.nat_regional"},
        ),
        ({"nat": "none"}, BASE | FLOW_LOGS | ENDPOINTS),
        ({"interface_endpoints": True}, BASE | FLOW_LOGS | PER_AZ | TO_NAT | ENDPOINTS),
    ],
    ids=["per_az", "no flow logs", "single", "regional", "none", "endpoints"],
)
def test_a_move_adds_the_vpc_and_removes_no_recorded_resource(moved, settings, added):
    change = moved(**settings)
    assert change.added == added
    assert change.removed == {
        "data.aws_vpc.vpc",
        *(f"data.aws_subnet.public_subnet_{zone}" for zone in slugs()),
    }


def test_a_move_changes_resources_in_the_vpc_only(moved):
    assert moved().changed == {
        "aws_lb.load_balancer",
        "aws_lb_target_group.backend_target_group",
        "aws_lb_target_group.frontend_target_group",
        "aws_security_group.alb_security_group",
        "aws_security_group.backend_security_group",
        "aws_security_group.frontend_security_group",
        "aws_ecs_service.backend_service",
        "aws_ecs_service.frontend_service",
    }


def test_a_move_replaces_the_resources_that_use_the_old_security_groups(moved):
    document = moved().after
    for block, key in (
        (document.one("aws_lb"), "alb"),
        (document.one("aws_ecs_service", name="aep-backend-staging-svc"), "backend"),
        (document.one("aws_ecs_service", name="aep-frontend-staging-svc"), "frontend"),
    ):
        group = f"aws_security_group.{key}_security_group.vpc_id"
        assert block["lifecycle"]["replace_triggered_by"] == [group]
        # The other lifecycle arguments are unchanged.
        before = next(b for b in moved().before.resources if b.address == block.address)
        assert block["lifecycle"].items() >= before.get("lifecycle", {}).items()


def test_unrecorded_resources_are_replaced_with_their_security_groups(synthesized):
    for network in (private_vpc(), STAGING.network):
        document = synthesized(STAGING.replace(network=network, existing_ids=None))
        triggers = {
            block.address: block.body["lifecycle"]["replace_triggered_by"]
            for block in document.resources
            if "replace_triggered_by" in block.get("lifecycle", {})
        }
        assert triggers == {
            "aws_lb.load_balancer": ["aws_security_group.alb_security_group.vpc_id"],
            "aws_ecs_service.backend_service": ["aws_security_group.backend_security_group.vpc_id"],
            "aws_ecs_service.frontend_service": [
                "aws_security_group.frontend_security_group.vpc_id"
            ],
        }


@pytest.mark.parametrize("nat", ["per_az", "single", "regional", "none"])
def test_subnets_do_not_overlap_and_assign_no_public_ip(moved, nat):
    document = moved(nat=nat).after
    subnets = document.all("aws_subnet")
    networks = [ipaddress.ip_network(subnet["cidr_block"]) for subnet in subnets]
    whole = ipaddress.ip_network(document.one("aws_vpc")["cidr_block"])
    assert len(subnets) == 9
    assert all(network.subnet_of(whole) for network in networks)
    assert not any(a.overlaps(b) for a in networks for b in networks if a is not b)
    assert {subnet["map_public_ip_on_launch"] for subnet in subnets} == {False}


def test_tasks_are_in_private_subnets_without_public_ip_and_the_load_balancer_in_public(moved):
    document = moved().after
    for service in document.all("aws_ecs_service"):
        placed = service["network_configuration"]
        assert placed["assign_public_ip"] is False
        assert placed["subnets"] == [ref(f"aws_subnet.private_subnet_{z}") for z in slugs()]
    expected = [ref(f"aws_subnet.public_subnet_{zone}") for zone in slugs()]
    assert document.one("aws_lb")["subnets"] == expected


def test_every_subnet_is_associated_with_the_route_table_of_its_kind(moved):
    associated = {
        association["subnet_id"]: association["route_table_id"]
        for association in moved().after.all("aws_route_table_association")
    }
    expected = {}
    for zone in slugs():
        for kind, table in (
            ("public", "public"),
            ("private", f"private_{zone}"),
            ("isolated", "isolated"),
        ):
            expected[ref(f"aws_subnet.{kind}_subnet_{zone}")] = ref(
                f"aws_route_table.{table}_route_table"
            )
    assert associated == expected


@pytest.mark.parametrize("nat", ["per_az", "single", "regional", "none"])
def test_isolated_subnets_have_no_route(moved, nat):
    document = moved(nat=nat, interface_endpoints=True).after
    isolated = ref("aws_route_table.isolated_route_table")
    assert "route" not in named(document, "aws_route_table")["isolated_route_table"].body
    assert all(route["route_table_id"] != isolated for route in document.all("aws_route"))
    assert isolated not in named(document, "aws_vpc_endpoint")["s3"]["route_table_ids"]


@pytest.mark.parametrize(
    ("nat", "gateways"),
    [
        ("per_az", ["nat_us_east_1a", "nat_us_east_1b", "nat_us_east_1c"]),
        ("single", ["nat_us_east_1a"] * 3),
        ("regional", ["nat_regional"] * 3),
    ],
)
def test_each_zone_routes_to_its_nat_gateway(moved, nat, gateways):
    routes = named(moved(nat=nat).after, "aws_route")
    for zone, gateway in zip(slugs(), gateways, strict=True):
        route = routes[f"private_{zone}_to_nat"]
        assert route["route_table_id"] == ref(f"aws_route_table.private_{zone}_route_table")
        assert route["destination_cidr_block"] == "0.0.0.0/0"
        assert route["nat_gateway_id"] == ref(f"aws_nat_gateway.{gateway}")


def test_a_zonal_nat_gateway_is_in_a_public_subnet_and_depends_on_its_routes(moved):
    document = moved().after
    for zone in slugs():
        gateway = named(document, "aws_nat_gateway")[f"nat_{zone}"]
        assert gateway["subnet_id"] == ref(f"aws_subnet.public_subnet_{zone}")
        assert gateway["allocation_id"] == ref(f"aws_eip.nat_{zone}")
        assert "aws_route.public_to_internet" in gateway["depends_on"]
    for address in document.all("aws_eip"):
        assert address["domain"] == "vpc"
        assert address["depends_on"] == ["aws_internet_gateway.internet_gateway"]
    route = named(document, "aws_route")["public_to_internet"]
    assert route["gateway_id"] == ref("aws_internet_gateway.internet_gateway")


def test_a_regional_nat_gateway_belongs_to_the_vpc(moved):
    gateway = moved(nat="regional").after.one("aws_nat_gateway")
    assert gateway["availability_mode"] == "regional"
    assert gateway["vpc_id"] == ref("aws_vpc.vpc")
    assert gateway["depends_on"] == ["aws_internet_gateway.internet_gateway"]
    assert not {"subnet_id", "allocation_id"} & gateway.body.keys()


@pytest.mark.parametrize("nat", ["per_az", "single", "regional", "none"])
def test_tasks_depend_on_the_routes_to_their_images(moved, nat):
    document = moved(nat=nat).after
    ways = {f"aws_route_table_association.private_subnet_{zone}" for zone in slugs()}
    ways.add("aws_vpc_endpoint.s3")
    if nat == "none":
        ways |= {address for address in ENDPOINTS if "endpoint" in address.split(".")[0]}
        ways |= {
            f"aws_vpc_security_group_ingress_rule.endpoints_from_{service}_443"
            for service in ("backend", "frontend")
        }
    else:
        ways |= TO_NAT
    for service in document.all("aws_ecs_service"):
        assert ways <= set(service["depends_on"])


def test_the_load_balancer_depends_on_its_routes_to_the_internet(moved):
    needs = moved().after.one("aws_lb")["depends_on"]
    assert "aws_route.public_to_internet" in needs


def test_every_private_route_table_has_the_s3_gateway_endpoint(moved):
    endpoint = named(moved().after, "aws_vpc_endpoint")["s3"]
    assert endpoint["vpc_endpoint_type"] == "Gateway"
    assert endpoint["service_name"] == "com.amazonaws.us-east-1.s3"
    tables = [ref(f"aws_route_table.private_{zone}_route_table") for zone in slugs()]
    assert endpoint["route_table_ids"] == tables


def test_without_nat_endpoints_are_in_every_task_subnet_and_accept_services_only(moved):
    document = moved(nat="none").after
    for name in TASK_ENDPOINTS:
        endpoint = named(document, "aws_vpc_endpoint")[name]
        assert endpoint["vpc_endpoint_type"] == "Interface"
        assert endpoint["private_dns_enabled"] is True
        assert endpoint["subnet_ids"] == [ref(f"aws_subnet.private_subnet_{z}") for z in slugs()]
        assert endpoint["security_group_ids"] == [
            ref("aws_security_group.endpoints_security_group")
        ]
    group = ref("aws_security_group.endpoints_security_group")
    rules = document.all("aws_vpc_security_group_ingress_rule", security_group_id=group)
    assert {(rule["referenced_security_group_id"], rule["to_port"]) for rule in rules} == {
        (ref(f"aws_security_group.{service}_security_group"), 443)
        for service in ("backend", "frontend")
    }
    vpc = document.one("aws_vpc")
    assert vpc["enable_dns_support"] is vpc["enable_dns_hostnames"] is True


RESTRICTED = Hardening.relaxed(restricted_egress=True)
DATABASE_GROUP = "sg-0a1b2c3d4e5f60718"
ELSEWHERE = {
    "database": ExistingDatabase(
        url_secret="DATABASE_URL", port=5432, security_group_id=DATABASE_GROUP
    ),
    "cache": ExistingCache(url_secret="REDIS_URL", port=6379, cidr="10.90.0.0/24"),
}
"""The location of the database and the cache, which restricted egress requires."""
DATA = {DATABASE_GROUP: 5432, "10.90.0.0/24": 6379}


def egress(document, service):
    group = ref(f"aws_security_group.{service}_security_group")
    return {
        rule.get("referenced_security_group_id")
        or rule.get("prefix_list_id")
        or rule.get("cidr_ipv4"): rule.get("to_port")
        for rule in document.all("aws_vpc_security_group_egress_rule", security_group_id=group)
    }


def test_restricted_egress_without_nat_allows_endpoints_s3_and_the_services_data(moved):
    document = moved(RESTRICTED, elsewhere=ELSEWHERE, nat="none").after
    for service, data in (("backend", DATA), ("frontend", {})):
        assert egress(document, service) == {
            ref("aws_security_group.endpoints_security_group"): 443,
            ref("aws_vpc_endpoint.s3", "prefix_list_id"): 443,
            **data,
        }
    assert egress(document, "endpoints") == {}


def test_restricted_egress_with_nat_allows_https_anywhere(moved):
    document = moved(RESTRICTED, elsewhere=ELSEWHERE).after
    assert egress(document, "frontend") == {"0.0.0.0/0": 443}
    assert egress(document, "backend") == {"0.0.0.0/0": 443, **DATA}
    both = moved(RESTRICTED, elsewhere=ELSEWHERE, interface_endpoints=True).after
    assert egress(both, "frontend") == {
        "0.0.0.0/0": 443,
        ref("aws_security_group.endpoints_security_group"): 443,
    }


def test_the_default_security_group_has_no_rules(moved):
    group = moved().after.one("aws_default_security_group")
    assert group["vpc_id"] == ref("aws_vpc.vpc")
    assert not {"ingress", "egress"} & group.body.keys()


def test_flow_logs_log_rejected_traffic_and_their_role_may_write_to_one_group(moved):
    document = moved(flow_log_retention_days=400).after
    flow_log = document.one("aws_flow_log")
    group = ref("aws_cloudwatch_log_group.flow_logs", "arn")
    assert (flow_log["vpc_id"], flow_log["traffic_type"]) == (ref("aws_vpc.vpc"), "REJECT")
    assert flow_log["log_destination"] == group
    assert flow_log["depends_on"] == ["aws_iam_role_policy.flow_logs"]
    log_group = document.one("aws_cloudwatch_log_group", name="/vpc/aep-staging-flow-logs")
    assert log_group["retention_in_days"] == 400
    (statement,) = json.loads(named(document, "aws_iam_role_policy")["flow_logs"]["policy"])[
        "Statement"
    ]
    assert statement["Resource"] == [group, f"{group}:*"]
    assert not any("*" in action for action in statement["Action"])
    (trust,) = json.loads(named(document, "aws_iam_role")["flow_logs"]["assume_role_policy"])[
        "Statement"
    ]
    assert trust["Principal"] == {"Service": "vpc-flow-logs.amazonaws.com"}
    assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": "625847798833"}


def test_with_restricted_egress_the_s3_endpoint_allows_own_and_named_buckets_only(moved):
    permission = IamPermission(
        actions=("s3:GetObject",), resources=("arn:aws:s3:::partner/*", "arn:aws:s3:::own/*")
    )
    services = tuple(
        one.replace(permissions=(permission,)) if one.name == "backend" else one
        for one in STAGING.services
    )

    def policy_of(hardening):
        document = moved(hardening, elsewhere={**ELSEWHERE, "services": services}).after
        policy = named(document, "aws_vpc_endpoint")["s3"].get("policy")
        return policy and json.loads(policy)

    assert policy_of(Hardening.relaxed()) is None
    own, layers, others = policy_of(RESTRICTED)["Statement"]
    assert own["Condition"]["StringEquals"] == {
        "aws:PrincipalAccount": "625847798833",
        "aws:ResourceAccount": "625847798833",
    }
    assert (layers["Action"], layers["Resource"]) == (
        "s3:GetObject",
        "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*",
    )
    assert others["Resource"] == ["arn:aws:s3:::own/*", "arn:aws:s3:::partner/*"]
    assert others["Condition"] == {"StringEquals": {"aws:PrincipalAccount": "625847798833"}}


def test_flow_logs_can_log_all_traffic(moved):
    assert moved(flow_log_traffic="all").after.one("aws_flow_log")["traffic_type"] == "ALL"


def test_network_resources_have_name_tags(moved):
    document = moved(nat="none").after
    for type_ in (
        *("aws_vpc", "aws_subnet", "aws_internet_gateway", "aws_route_table", "aws_eip"),
        *("aws_nat_gateway", "aws_vpc_endpoint", "aws_default_security_group", "aws_flow_log"),
    ):
        for block in (*document.all(type_), *moved().after.all(type_)):
            assert block["tags"]["Name"].startswith("aep-staging-"), block.address


def test_an_added_zone_changes_no_other_subnet(moved):
    three, four = (
        moved(availability_zones=zones).after for zones in (ZONES, (*ZONES, "us-east-1d"))
    )
    before, after = named(three, "aws_subnet"), named(four, "aws_subnet")
    assert after.keys() - before.keys() == {f"{kind}_subnet_us_east_1d" for kind in KINDS}
    assert all(after[name]["cidr_block"] == before[name]["cidr_block"] for name in before)


def test_a_change_of_nat_changes_routes_and_gateways_only(moved):
    kept = ("aws_subnet", "aws_route_table", "aws_route_table_association", "aws_vpc")
    documents = [moved(nat=nat).after for nat in ("per_az", "single", "regional", "none")]
    for type_ in kept:
        first, *others = ([dict(b.body) for b in d.all(type_)] for d in documents)
        assert all(other == first for other in others)


def test_data_stores_are_in_isolated_subnets(tmp_path):
    from navra_stacks.stacks.web.stack import WebStack

    app = App(outdir=str(tmp_path))
    own = WebStack(app, STAGING.replace(network=private_vpc(), existing_ids=None))
    output = TerraformOutput(own, "isolated", value=own.network.isolated_subnet_ids)
    output.override_logical_id("isolated")
    app.synth()
    document = TerraformDocument.read(tmp_path / "stacks/aep-staging/cdk.tf.json")
    isolated = [ref(f"aws_subnet.isolated_subnet_{zone}") for zone in slugs()]
    assert document.content["output"]["isolated"]["value"] == isolated
    found = WebStack(App(outdir=str(tmp_path / "found")), STAGING).network
    assert found.isolated_subnet_ids == found.task_subnet_ids


def built_alone(tmp_path, build):
    app = App(outdir=str(tmp_path))
    stack = TerraformStack(app, "alone")
    AwsProvider(stack, "aws", region="us-east-1")
    build(stack)
    app.synth()
    return TerraformDocument.read(tmp_path / "stacks/alone/cdk.tf.json")


@pytest.mark.parametrize("exec_sessions", [True, False])
def test_exec_sessions_add_endpoints(tmp_path, exec_sessions):
    document = built_alone(
        tmp_path,
        lambda stack: InterfaceEndpoints(
            stack,
            "endpoints",
            env=context(),
            vpc=SimpleNamespace(vpc_id="vpc-0a1b2c3d", task_subnet_ids=["subnet-0a1b2c3d"]),
            security_group=Peer("endpoints", security_group_id="sg-0a1b2c3d"),
            exec_sessions=exec_sessions,
        ),
    )
    more = {"ssmmessages", "kms"} if exec_sessions else set()
    assert set(named(document, "aws_vpc_endpoint")) == TASK_ENDPOINTS | more


@pytest.mark.parametrize("key", [None, "arn:aws:kms:us-east-1:625847798833:key/k"])
def test_flow_logs_are_encrypted_with_the_environments_key(tmp_path, key):
    document = built_alone(
        tmp_path,
        lambda stack: FlowLogs(
            stack,
            "flow_logs",
            env=context(kms_key=None if key is None else SimpleNamespace(arn=key)),
            vpc_id="vpc-0a1b2c3d",
            settings=private_vpc(),
        ),
    )
    assert document.one("aws_cloudwatch_log_group").get("kms_key_id") == key
