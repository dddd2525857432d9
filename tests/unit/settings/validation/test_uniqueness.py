"""Names and resources that only one of several environments, or one part of one, can have."""

from __future__ import annotations

import pytest

from environments import ENVIRONMENTS
from navra_stacks import (
    AccessLogs,
    Alarms,
    CrossAccountZone,
    DefaultVpc,
    DelegatedZone,
    Domain,
    EcrImage,
    EcrRepositories,
    Environment,
    ExistingVpc,
    GitHubDeployRole,
    Hardening,
    LogPatternAlarm,
    OneOffTask,
    Routing,
    S3State,
    SettingsError,
)
from navra_stacks.settings.validation.uniqueness import claim_problems
from tests.support.shop import shop, web, web_container

ACCOUNT = "111122223333"
OTHER = "444455556666"


def qa_and_live(live_account: str | None = ACCOUNT, **claims: object) -> list[Environment]:
    """Build two environments with the same claims, the first one in `ACCOUNT`."""
    service = web(container=web_container(image=EcrImage(repository="shop-web")))
    return [
        shop(service, **claims),
        shop(service, name="live", **({"account": live_account} | claims)),
    ]


def conflicts(environments: list[Environment]) -> list[str]:
    return [str(problem) for problem in claim_problems(environments)]


def provider() -> GitHubDeployRole:
    return GitHubDeployRole.from_branch("navra/shop", "main", creates_provider=True)


def test_rejects_a_repository_in_two_environments() -> None:
    assert conflicts(qa_and_live(registry=EcrRepositories())) == [
        "shop-live.registry: the ECR repository 'shop-web' in account 111122223333 and Region "
        "eu-west-1 already belongs to the environment 'shop-qa'; set `registry` in only one of "
        "the two environments"
    ]


def test_rejects_two_oidc_providers_in_one_account() -> None:
    assert conflicts(qa_and_live(delivery=provider())) == [
        "shop-live.delivery.creates_provider: GitHub's OIDC provider in account 111122223333 "
        "already belongs to the environment 'shop-qa'; set creates_provider=True in only one of "
        "the two environments"
    ]


def test_rejects_a_bootstrapped_bucket_in_two_accounts() -> None:
    state = S3State(bucket="shop-state", bootstrapped=True)
    assert conflicts(qa_and_live(OTHER, state=state)) == [
        "shop-live.state.bucket: the bootstrapped bucket 'shop-state' and the bootstrapped bucket "
        "'shop-state-logs' already belong to the environment 'shop-qa'; use another bucket, or "
        "set bootstrapped=True in only one of the two environments"
    ]


def test_rejects_the_same_state_object_for_two_environments() -> None:
    state = S3State(bucket="shop-state", key="terraform.tfstate")
    assert conflicts(qa_and_live(state=state)) == [
        "shop-live.state.key: the state object 'terraform.tfstate' in the bucket 'shop-state' "
        "already belongs to the environment 'shop-qa'; use another key, because otherwise an "
        "apply of one environment would undo the apply of the other"
    ]


def test_compares_default_state_keys_too() -> None:
    qa = shop(state=S3State(bucket="shop-state"))
    live = shop(name="live", state=S3State(bucket="shop-state", key="shop/qa/terraform.tfstate"))
    assert len(conflicts([qa, live])) == 1


def test_reports_the_conflicts_of_all_environments() -> None:
    claims = {"registry": EcrRepositories(), "delivery": provider()}
    third = shop(name="demo", delivery=provider())
    fields = [line.partition(":")[0] for line in conflicts([*qa_and_live(**claims), third])]
    assert fields == [
        "shop-live.registry",
        "shop-live.delivery.creates_provider",
        "shop-demo.delivery.creates_provider",
    ]


@pytest.mark.parametrize("live_account", [OTHER, None])
def test_does_not_compare_resources_in_different_or_unknown_accounts(
    live_account: str | None,
) -> None:
    claims = {"registry": EcrRepositories(), "delivery": provider()}
    assert conflicts(qa_and_live(live_account, **claims)) == []


def test_does_not_compare_two_unknown_accounts() -> None:
    claims = {"registry": EcrRepositories(), "delivery": provider(), "account": None}
    assert conflicts(qa_and_live(**claims)) == []


def test_environments_can_share_a_state_bucket_and_repositories() -> None:
    qa, live = qa_and_live(state=S3State(bucket="shop-state"))
    bootstrapped = S3State(bucket="shop-state", bootstrapped=True)
    assert conflicts([qa.replace(registry=EcrRepositories(), state=bootstrapped), live]) == []


def test_the_environments_of_aep_have_no_conflicts() -> None:
    assert list(claim_problems(ENVIRONMENTS)) == []


# Physical names


def b_c_in_d(**changes: object) -> Environment:
    """Build an environment whose service has the same physical names as that of `b_in_c_d`."""
    service = web(name="b-c", **changes.pop("service", {}))
    settings = {"project": "a", "name": "d", "routing": Routing(default="b-c")}
    return shop(service, **(settings | changes))


def b_in_c_d(**changes: object) -> Environment:
    service = web(name="b", **changes.pop("service", {}))
    settings = {"project": "a", "name": "c-d", "routing": Routing(default="b")}
    return shop(service, **(settings | changes))


RENAME = "rename the service, or one of the environments or projects"


def test_rejects_services_whose_physical_names_coincide() -> None:
    assert conflicts([b_c_in_d(), b_in_c_d()]) == [
        "a-c-d.services.b.name: the task definition family 'a-b-c-d', the log group "
        "'/ecs/a-b-c-d', the IAM role 'a-b-c-d-execution' and 1 more name in account 111122223333 "
        f"and Region eu-west-1 already belong to the environment 'a-d'; {RENAME}"
    ]


def test_a_name_is_compared_in_its_scope() -> None:
    """IAM roles are unique in the account, families and log groups in the Region as well."""
    network = DefaultVpc(availability_zones=("us-east-1a", "us-east-1b"))
    elsewhere = b_in_c_d(region="us-east-1", network=network)
    assert conflicts([b_c_in_d(), elsewhere]) == [
        "a-c-d.services.b.name: the IAM role 'a-b-c-d-execution' and the IAM role 'a-b-c-d-task' "
        f"in account 111122223333 already belong to the environment 'a-d'; {RENAME}"
    ]
    assert conflicts([b_c_in_d(), b_in_c_d(account=OTHER)]) == []


@pytest.mark.parametrize("accounts", [(None, None), (None, ACCOUNT), (ACCOUNT, None)])
def test_names_in_an_unknown_account_are_not_compared(
    accounts: tuple[str | None, str | None],
) -> None:
    """The accounts may differ, and the conflict could not be repaired by an account."""
    first, second = accounts
    assert conflicts([b_c_in_d(account=first), b_in_c_d(account=second)]) == []


def test_names_that_are_unique_everywhere_are_compared_in_unknown_accounts() -> None:
    logs = Hardening.relaxed(access_logs=AccessLogs(bucket_name="shop-logs"))
    both = [shop(account=None, hardening=logs), shop(name="live", account=None, hardening=logs)]
    assert conflicts(both) == [
        "shop-live.hardening.access_logs.bucket_name: the S3 bucket 'shop-logs' already belongs "
        "to the environment 'shop-qa'; use another bucket"
    ]


def test_security_groups_are_compared_in_their_vpc() -> None:
    subnets = ("subnet-0a0a0a0a", "subnet-0b0b0b0b")
    one = ExistingVpc(vpc_id="vpc-0a1b2c3d", public_subnet_ids=subnets)
    other = ExistingVpc(vpc_id="vpc-0a1b2c3e", public_subnet_ids=subnets)
    # Both result in the security group shop-x-ecs-y-ecs-z-sg.
    first = shop(web(name="y-ecs-z"), name="x", network=one, routing=Routing(default="y-ecs-z"))
    second = shop(web(name="z"), name="x-ecs-y", network=one, routing=Routing(default="z"))
    assert conflicts([first, second.replace(network=other)]) == []
    assert conflicts([first, second]) == [
        "shop-x-ecs-y.services.z.name: the security group 'shop-x-ecs-y-ecs-z-sg' in account "
        f"111122223333 and Region eu-west-1 already belongs to the environment 'shop-x'; {RENAME}"
    ]
    default = DefaultVpc(availability_zones=("eu-west-1a", "eu-west-1b"))
    assert len(conflicts([first.replace(network=default), second.replace(network=default)])) == 1


def test_rejects_an_environment_named_like_a_part_of_another() -> None:
    live = shop(name="live", hardening=Hardening.relaxed(audited_exec=True))
    exec_ = shop(name="live-exec", hardening=Hardening.relaxed(customer_managed_keys=True))
    assert conflicts([live, exec_]) == [
        "shop-live-exec.name: the KMS alias 'alias/shop-live-exec' in account 111122223333 and "
        "Region eu-west-1 already belongs to the environment 'shop-live'; rename one of the "
        "environments or projects"
    ]


def test_rejects_an_environment_named_like_the_state_stack_of_another() -> None:
    state = S3State(bucket="shop-state", bootstrapped=True)
    found = conflicts([shop(name="live", state=state), shop(name="live-state")])
    assert found == [
        "shop-live-state.name: the Terraform stack 'shop-live-state' already belongs to the "
        "environment 'shop-live'; rename one of the environments or projects"
    ]


def test_rejects_an_environment_named_like_the_zone_stack_of_another() -> None:
    found = conflicts([shop(name="live", domain=delegated()), shop(name="live-zone")])
    assert found == [
        "shop-live-zone.name: the Terraform stack 'shop-live-zone' already belongs to the "
        "environment 'shop-live'; rename one of the environments or projects"
    ]


def test_rejects_the_key_of_the_zone_stack_of_another_environment() -> None:
    state = S3State(bucket="shop-state", key="shop/live/zone.tfstate")
    live = shop(name="live", state=S3State(bucket="shop-state"), domain=delegated())
    (problem,) = conflicts([live, shop(state=state)])
    assert problem.startswith(
        "shop-qa.state.key: the state object 'shop/live/zone.tfstate' in the bucket 'shop-state' "
        "already belongs to the environment 'shop-live'; "
    )


# Hosted zones


def delegated(host: str = "app.shop.example") -> Domain:
    zone = DelegatedZone(parent="shop.example")
    return Domain(host=host, zone="app.shop.example", hosted_zone=zone)


@pytest.mark.parametrize("account", [ACCOUNT, OTHER, None])
def test_rejects_a_zone_that_two_environments_create(account: str | None) -> None:
    other = shop(name="live", account=account, domain=delegated("live.app.shop.example"))
    assert conflicts([shop(domain=delegated()), other]) == [
        "shop-live.domain.zone: the delegated zone 'app.shop.example' already belongs to the "
        "environment 'shop-qa'; keep DelegatedZone in the environment that owns the zone; in the "
        "other, remove `hosted_zone` if both have one account, else use CrossAccountZone"
    ]


@pytest.mark.parametrize("host", ["app.shop.example", "live.app.shop.example"])
def test_rejects_a_host_in_the_parent_of_the_zone_that_contains_it(host: str) -> None:
    live = shop(name="live", domain=Domain(host=host, zone="shop.example"))
    expected = [
        "shop-live.domain.zone: 'shop.example' delegates 'app.shop.example' to the zone of the "
        f"environment 'shop-qa', so the records of '{host}' in 'shop.example' are not found; set "
        "zone='app.shop.example', or use a host that is not below 'app.shop.example'"
    ]
    assert conflicts([shop(domain=delegated()), live]) == expected
    assert conflicts([live, shop(domain=delegated())]) == expected


@pytest.mark.parametrize(
    "domain",
    [
        Domain(host="live.app.shop.example", zone="app.shop.example"),
        Domain(host="live.app.shop.example", zone="live.app.shop.example"),
        Domain(host="myapp.shop.example", zone="shop.example"),
        Domain(host="shop.example", zone="shop.example"),
    ],
)
def test_accepts_hosts_beside_a_delegated_zone_and_in_it(domain: Domain) -> None:
    assert conflicts([shop(domain=delegated()), shop(name="live", domain=domain)]) == []


# Hosts


@pytest.mark.parametrize("account", [ACCOUNT, OTHER, None])
def test_rejects_two_environments_on_one_host(account: str | None) -> None:
    domain = Domain(host="www.shop.example", zone="shop.example")
    assert conflicts([shop(domain=domain), shop(name="live", account=account, domain=domain)]) == [
        "shop-live.domain.host: the host 'www.shop.example' in the zone 'shop.example' already "
        "belongs to the environment 'shop-qa'; use another host, because its DNS record can refer "
        "to only one load balancer"
    ]


# Buckets


def logs_in(bucket: str) -> Hardening:
    return Hardening.relaxed(access_logs=AccessLogs(bucket_name=bucket))


def test_rejects_the_log_bucket_of_one_environment_as_the_state_bucket_of_another() -> None:
    logging = shop(hardening=logs_in("shop-state"))
    storing = shop(name="live", state=S3State(bucket="shop-state"))
    expected = (
        "shop-live.state.bucket: 'shop-state' is the bucket for the access logs of the environment "
        "'shop-qa', which deletes its objects after their retention; use another bucket for the "
        "state"
    )
    assert conflicts([logging, storing]) == [expected]
    assert conflicts([storing, logging]) == [expected]


def test_rejects_the_default_log_bucket_as_a_state_bucket() -> None:
    bucket = "shop-qa-alb-logs-111122223333-eu-west-1"
    logging = shop(hardening=Hardening.relaxed(access_logs=AccessLogs()))
    assert len(conflicts([logging, shop(name="live", state=S3State(bucket=bucket))])) == 1


def test_rejects_a_log_bucket_that_another_environment_creates_for_its_state() -> None:
    bootstrapped = shop(state=S3State(bucket="shop-state", bootstrapped=True))
    logging = shop(name="live", hardening=logs_in("shop-state"))
    assert conflicts([bootstrapped, logging]) == [
        "shop-live.hardening.access_logs.bucket_name: the S3 bucket 'shop-state' already belongs "
        "to the environment 'shop-qa'; use another bucket"
    ]


def test_rejects_a_state_bucket_in_two_regions() -> None:
    """`region` defaults to that of the environment, so a shared bucket has two by mistake."""
    network = DefaultVpc(availability_zones=("us-east-1a", "us-east-1b"))
    state = S3State(bucket="shop-state")
    live = shop(name="live", region="us-east-1", network=network, state=state)
    assert conflicts([shop(state=state), live]) == [
        "shop-live.state.region: the bucket 'shop-state' is in us-east-1 here, but in eu-west-1 "
        "for the environment 'shop-qa'; set the same Region, because the name of a bucket exists "
        "only once in AWS"
    ]
    fixed = live.replace(state=state.replace(region="eu-west-1"))
    assert conflicts([shop(state=state), fixed]) == []


# Within one environment


def test_rejects_a_task_and_a_service_with_the_same_family() -> None:
    """Their Terraform addresses differ: web_x_qa and web_qa_x."""
    task = OneOffTask(name="x-qa", command=("true",))
    with pytest.raises(SettingsError) as refused:
        shop(web(one_off_tasks=(task,)), web(name="web-qa-x", health_check=None))
    assert [str(problem) for problem in refused.value.problems] == [
        "services.web-qa-x.name: results in the task definition family 'shop-web-qa-x-qa', which "
        "services.web.one_off_tasks.x-qa.name already results in; rename one of the two"
    ]


def test_rejects_two_alarms_with_the_same_name() -> None:
    custom = LogPatternAlarm(name="web-qa-cpu", pattern='"x"', service="qa-web")
    alarms = Alarms(emails=("a@shop.example",), custom=(custom,))
    with pytest.raises(SettingsError) as refused:
        shop(
            web(name="qa-web"),
            routing=Routing(default="qa-web"),
            hardening=Hardening.relaxed(alarms=alarms),
        )
    assert [str(problem) for problem in refused.value.problems] == [
        "hardening.alarms.custom.web-qa-cpu.name: results in the alarm 'shop-qa-web-qa-cpu', which "
        "services.qa-web.name already results in; rename one of the two"
    ]


def test_a_conflict_that_another_rule_reports_is_one_problem() -> None:
    state = S3State(bucket="shop-state", bootstrapped=True)
    with pytest.raises(SettingsError) as refused:
        shop(hardening=logs_in("shop-state"), state=state)
    assert [problem.field for problem in refused.value.problems] == [
        "hardening.access_logs.bucket_name"
    ]


ROLE = "arn:aws:iam::{}:role/dns"


def with_zone_of_live(
    hosted_zone: CrossAccountZone | None, account: str | None = OTHER
) -> list[Environment]:
    """Build an environment that creates its zone in `ACCOUNT`, and another one that uses it."""
    live = Domain(
        host="app.shop.example",
        zone="app.shop.example",
        hosted_zone=DelegatedZone(parent="shop.example"),
    )
    qa = Domain(host="qa.app.shop.example", zone="app.shop.example", hosted_zone=hosted_zone)
    return [shop(name="live", domain=live), shop(account=account, domain=qa)]


@pytest.mark.parametrize(
    "hosted_zone", [None, CrossAccountZone(role_arn=ROLE.format(OTHER))], ids=["lookup", "role"]
)
def test_rejects_the_lookup_of_a_zone_in_another_account(
    hosted_zone: CrossAccountZone | None,
) -> None:
    assert conflicts(with_zone_of_live(hosted_zone)) == [
        "shop-qa.domain.hosted_zone: is in account 444455556666, but the environment 'shop-live' "
        "creates 'app.shop.example' in account 111122223333, so the zone would not be found; use "
        "CrossAccountZone with a role in account 111122223333"
    ]


@pytest.mark.parametrize(
    ("hosted_zone", "account"),
    [
        (CrossAccountZone(role_arn=ROLE.format(ACCOUNT)), OTHER),
        (None, ACCOUNT),
        (None, None),
    ],
    ids=["role", "same account", "unknown account"],
)
def test_accepts_a_zone_that_can_be_found(
    hosted_zone: CrossAccountZone | None, account: str | None
) -> None:
    assert conflicts(with_zone_of_live(hosted_zone, account)) == []


def test_rejects_a_bootstrapped_state_bucket_in_another_account() -> None:
    live = shop(name="live", state=S3State(bucket="shop-state", bootstrapped=True))
    qa = shop(account=OTHER, state=S3State(bucket="shop-state"))
    assert conflicts([qa, live]) == [
        "shop-qa.state.bucket: 'shop-state' is created in account 111122223333 by the environment "
        "'shop-live', and its key cannot be used in account 444455556666; use a bucket in the "
        "account of the environment"
    ]
    assert conflicts([live, qa.replace(account=ACCOUNT)]) == []
    assert conflicts([live, qa.replace(account=None)]) == []
