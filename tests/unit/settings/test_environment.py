"""Validation of an environment: names, account, Region, secrets, tags, existing ids."""

import pytest

from navra_stacks import (
    Alarms,
    Database,
    DatabaseParts,
    Domain,
    Environment,
    ExistingCache,
    ExistingDatabase,
    ExistingIds,
    Hardening,
    LoadBalancer,
    Logs,
    S3State,
    Secret,
    Service,
)
from tests.support.settings_errors import (
    RETENTIONS,
    Build,
    case,
    reported_problems,
    with_container,
    with_secrets,
)
from tests.support.shop import shop, web, web_container

GROUP = "sg-08200836125a8f3af"


def worker(name: str) -> Service:
    """Build a service without routes."""
    return Service(name=name, container=web_container(port=None), cpu=256, memory=512)


INVALID_NAMES = [
    case(
        "a load balancer's name of 33 characters",
        lambda: shop(name="q" * 24),
        f"name: results in the name 'shop-{'q' * 24}-alb' with 33 characters (at most 32 for load "
        "balancers and target groups); shorten the name of the project or of the environment",
        f"services.web.name: results in the name 'shop-{'q' * 24}-tg-web' with 36 characters (at "
        "most 32 for load balancers and target groups); shorten the name of the project, the "
        "environment or the service",
    ),
    case(
        "a target group's name of 33 characters",
        lambda: shop(name="q" * 21),
        f"services.web.name: results in the name 'shop-{'q' * 21}-tg-web' with 33 characters (at "
        "most 32 for load balancers and target groups); shorten the name of the project, the "
        "environment or the service",
    ),
    case(
        "a project in capitals",
        lambda: shop(project="Shop"),
        "project: 'Shop' is not a valid name; use 1-32 lower-case letters, digits and inner "
        "hyphens, starting with a letter",
    ),
    case(
        "an environment with an underscore",
        lambda: shop(name="qa_1"),
        "name: 'qa_1' is not a valid name; use 1-32 lower-case letters, digits and inner hyphens, "
        "starting with a letter",
    ),
    case(
        "a load balancer's reserved prefix",
        lambda: shop(project="internal"),
        "project: 'internal' makes the name of a load balancer start with 'internal-', which is "
        "reserved by AWS; choose another project name",
    ),
    case(
        "a longer project with that prefix",
        lambda: shop(project="internal-shop"),
        "project: 'internal-shop' makes the name of a load balancer start with 'internal-', "
        "which is reserved by AWS; choose another project name",
    ),
    case(
        "a security group's reserved prefix",
        lambda: shop(project="sg"),
        "project: 'sg' makes the name of a security group start with 'sg-', which is reserved by "
        "AWS; choose another project name",
    ),
]

INVALID_LOCATIONS = [
    case(
        "an account of 11 digits",
        lambda: shop(account="12345678901"),
        "account: '12345678901' is not a valid AWS account id; write the 12 digits of the id in "
        "quotes",
    ),
    case(
        "an account without quotes",
        lambda: shop(account=111122223333),
        "account: 111122223333 is not text; write the value in quotes, as '111122223333'",
    ),
    case(
        "a missing account",
        lambda: shop_without("account"),
        "account: is missing; set it: the id of the AWS account, the only account in which "
        "Terraform changes resources",
    ),
    case(
        "a misspelled Region",
        lambda: shop(region="eu-wst-1"),
        "region: 'eu-wst-1' is not a Region of the 'aws' partition; did you mean 'eu-west-1'?",
    ),
    case(
        "a name that is not a Region",
        lambda: shop(region="Ireland"),
        "region: 'Ireland' is not a Region of the 'aws' partition; use a Region such as "
        "'us-east-1'",
    ),
    case(
        "a Region of another partition",
        lambda: shop(region="us-gov-west-1"),
        "region: 'us-gov-west-1' is not a Region of the 'aws' partition; did you mean 'us-west-1'?",
    ),
    case(
        "zones of another Region",
        lambda: shop(region="us-east-1"),
        "network.availability_zones: 'eu-west-1a' is not a zone of us-east-1; did you mean "
        "'us-east-1a'?",
        "network.availability_zones: 'eu-west-1b' is not a zone of us-east-1; did you mean "
        "'us-east-1b'?",
    ),
    case(
        "a misspelled setting",
        lambda: shop(acount="111122223333"),
        "acount: is not a setting of Environment; did you mean 'account'?",
    ),
]

INVALID_SECRETS = [
    case(
        "an undeclared secret",
        lambda: shop(
            web(container=web_container(secrets=("DATABASE_ULR", "DATABASE_URL"))),
            secrets=(Secret(name="DATABASE_URL"),),
        ),
        "services.web.container.secrets: 'DATABASE_ULR' is not a secret of this environment; did "
        "you mean 'DATABASE_URL'? Otherwise, add Secret(name='DATABASE_ULR') to the environment's "
        "`secrets`",
    ),
    case(
        "an unused secret",
        lambda: shop(secrets=(Secret(name="KEY"),)),
        "secrets.KEY: is not injected into any container; add the name to the `secrets` of a "
        "container, or remove the secret",
    ),
    case(
        "a duplicate secret",
        lambda: with_secrets("KEY", "KEY"),
        "secrets: 2 secrets are named 'KEY'; give the secrets different names",
    ),
    case(
        "two secrets with the same address",
        lambda: with_secrets("KEY", "key"),
        "secrets: 'KEY' and 'key' differ only in case and punctuation, and would have the same "
        "Terraform address; rename the secrets so that they differ in letters or digits",
    ),
    case(
        "a name with invalid characters",
        lambda: with_secrets("API KEY"),
        "services.web.container.secrets.0: 'API KEY' is not a valid name of an environment "
        "variable; use letters, digits and underscores, not starting with a digit",
        "secrets.0.name: 'API KEY' is not a valid name of an environment variable; use letters, "
        "digits and underscores, not starting with a digit",
    ),
    case(
        "a name that is not valid for a variable",
        lambda: shop(secrets=(Secret(name="api-key"),)),
        "secrets.0.name: 'api-key' is not a valid name of an environment variable; use letters, "
        "digits and underscores, not starting with a digit",
    ),
    case(
        "the alias of a key",
        lambda: shop(secrets=(Secret(name="K", kms_key_arn="alias/shop"),)),
        "secrets.K.kms_key_arn: 'alias/shop' is not a valid ARN of a KMS key; use the ARN of the "
        "key, not of an alias, for example 'arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-...'",
        "secrets.K: is not injected into any container; add the name to the `secrets` of a "
        "container, or remove the secret",
    ),
    case(
        "a string instead of a secret",
        lambda: shop(secrets=("KEY",)),
        "secrets.0: 'KEY' is not Secret",
    ),
    case(
        "a one-element list without its comma",
        lambda: shop(secrets="KEY"),
        "secrets: 'KEY' is not a list; write a list of Secret, for example (Secret(...),)",
    ),
    case(
        "a database without its secret",
        lambda: shop(database=ExistingDatabase(url_secret="URL")),
        "database.url_secret: 'URL' is not a secret of this environment; add "
        "Secret(name='URL') to the environment's `secrets`",
    ),
    case(
        "a cache without its secret",
        lambda: shop(cache=ExistingCache(url_secret="URL")),
        "cache.url_secret: 'URL' is not a secret of this environment; add "
        "Secret(name='URL') to the environment's `secrets`",
    ),
]

INVALID_TAGS = [
    case(
        "AWS's own prefix",
        lambda: shop(tags={"AWS:team": "x"}),
        "tags.AWS:team: has a key or a value that starts with 'aws:', a prefix that AWS "
        "reserves; remove the prefix",
    ),
    case(
        "AWS's own prefix in a value",
        lambda: shop(tags={"team": "aws:x"}),
        "tags.team: has a key or a value that starts with 'aws:', a prefix that AWS reserves; "
        "remove the prefix",
    ),
    case(
        "51 tags including the default tags",
        lambda: shop(tags={f"k{n}": "v" for n in range(48)}),
        "tags: contains 51 tags including the default tags (AWS allows 50); remove at least 1 of "
        "the tags",
    ),
    case(
        "a default tag",
        lambda: shop(tags={"Project": "other"}),
        "tags.Project: is set by the library; remove the tag",
    ),
    case(
        "invalid characters in a key",
        lambda: shop(tags={"team?": "x"}),
        "tags.team?: the key or the value 'x' has characters or a length that AWS does not "
        "allow; use letters, digits, spaces and _ . : / = + - @, with 1-128 characters for the "
        "key and at most 256 for the value",
    ),
    case(
        "a value of 257 characters",
        lambda: shop(tags={"team": "x" * 257}),
        f"tags.team: the key or the value '{'x' * 76}... has characters or a length that AWS does "
        "not allow; "
        "use letters, digits, spaces and _ . : / = + - @, with 1-128 characters for the key and "
        "at most 256 for the value",
    ),
    case(
        "a number as a value",
        lambda: shop(tags={"cost-center": 4711}),
        "tags.cost-center: 4711 is not text; write the value in quotes, as '4711'",
    ),
]

INVALID_EXISTING_IDS = [
    case(
        "a security group of an unknown service",
        lambda: shop(existing_ids=ExistingIds(service_security_groups={"wbe": GROUP})),
        "existing_ids.service_security_groups.wbe: is not a service of this environment; did you "
        "mean 'web'?",
    ),
    case(
        "a revision of an unknown service",
        lambda: shop(existing_ids=ExistingIds(task_definition_revisions={"wbe": 1})),
        "existing_ids.task_definition_revisions.wbe: is not a service of this environment; did "
        "you mean 'web'?",
    ),
    case(
        "a name instead of a security group id",
        lambda: shop(existing_ids=ExistingIds(load_balancer_security_group="alb-sg")),
        "existing_ids.load_balancer_security_group: 'alb-sg' is not a valid id of a security "
        "group; use an id such as 'sg-0a1b2c3d'",
    ),
    case(
        "revision zero",
        lambda: shop(existing_ids=ExistingIds(task_definition_revisions={"web": 0})),
        "existing_ids.task_definition_revisions.web: 0 is not a valid task definition revision "
        "(1-1000000)",
    ),
    case(
        "a service name in capitals",
        lambda: shop(existing_ids=ExistingIds(service_security_groups={"Web": GROUP})),
        "existing_ids.service_security_groups.Web: 'Web' is not a valid name; use 1-32 lower-case "
        "letters, digits and inner hyphens, starting with a letter",
    ),
]


def shop_without(field: str) -> Environment:
    valid = shop()
    return Environment(**{n: getattr(valid, n) for n in valid.model_fields_set if n != field})


@pytest.mark.parametrize(("build", "lines"), INVALID_NAMES)
def test_rejects_names_that_aws_does_not_allow(build: Build, lines: list[str]) -> None:
    assert reported_problems(build) == lines


@pytest.mark.parametrize(("build", "lines"), INVALID_LOCATIONS)
def test_rejects_invalid_accounts_and_regions(build: Build, lines: list[str]) -> None:
    assert reported_problems(build) == lines


@pytest.mark.parametrize(("build", "lines"), INVALID_SECRETS)
def test_rejects_invalid_secrets(build: Build, lines: list[str]) -> None:
    assert reported_problems(build) == lines


@pytest.mark.parametrize(("build", "lines"), INVALID_TAGS)
def test_rejects_tags_that_aws_does_not_allow(build: Build, lines: list[str]) -> None:
    assert reported_problems(build) == lines


@pytest.mark.parametrize(("build", "lines"), INVALID_EXISTING_IDS)
def test_rejects_existing_ids_of_unknown_services_or_wrong_format(
    build: Build, lines: list[str]
) -> None:
    assert reported_problems(build) == lines


def test_accepts_a_target_group_name_of_32_characters() -> None:
    environment = shop(name="q" * 20)
    assert len(environment.names.target_group("web")) == 32


def test_limits_role_names_to_64_characters() -> None:
    longest = shop(web(), worker("w" * 32), project="p", name="q" * 19)
    assert len(longest.names.execution_role("w" * 32)) == 64
    assert reported_problems(lambda: longest.replace(name="q" * 20)) == [
        f"services.{'w' * 32}.name: results in the name 'p-{'w' * 32}-{'q' * 20}-execution' with "
        "65 characters (at most 64 for IAM roles); shorten the name of the project, the "
        "environment or the service"
    ]


def test_accepts_50_tags() -> None:
    assert len(shop(tags={f"k{n}": "" for n in range(47)}).tags) == 47


def test_an_account_that_is_none_is_an_unknown_setting() -> None:
    assert shop(account=None).unknown_settings == ("account",)
    assert shop().unknown_settings == ()


@pytest.mark.parametrize(
    ("database", "assumed"),
    [
        (Database.relaxed(url_secret="DATABASE_URL"), ["database.driver"]),
        (Database.relaxed(url_secret="DATABASE_URL", driver="libpq"), []),
        (Database.relaxed(further_urls={"DATABASE_URL": "asyncpg"}), []),
        (Database.relaxed(parts=DatabaseParts(password="DATABASE_URL")), []),
        (ExistingDatabase(url_secret="DATABASE_URL"), []),
        (None, []),
    ],
)
def test_a_missing_driver_of_a_url_is_reported_with_its_assumption(
    database: Database | ExistingDatabase | None, assumed: list[str]
) -> None:
    assert list(with_secrets("DATABASE_URL").replace(database=database).assumed_settings) == assumed


def test_suggests_the_name_of_a_misspelled_hardening() -> None:
    assert reported_problems(lambda: shop(hardening=Hardening.relaxed(restrict_egress=True))) == [
        "hardening.restrict_egress: is not a setting of Hardening; did you mean "
        "'restricted_egress'?"
    ]


def test_relaxed_turns_all_hardenings_off_and_production_turns_them_on() -> None:
    relaxed = Hardening.relaxed()
    assert not any(getattr(relaxed, name) for name in Hardening.model_fields)
    production = Hardening.production()
    assert production.problems() == ()
    # ECS Exec gives access to running tasks, so it is not part of production().
    off = {name for name in Hardening.model_fields if not getattr(production, name)}
    assert off == {"audited_exec"}


def test_validates_the_settings_of_a_hardening() -> None:
    lines = reported_problems(
        lambda: shop(hardening=Hardening.relaxed(alarms=Alarms(error_percent=0)))
    )
    assert lines[0] == "hardening.alarms.error_percent: 0 is not a valid threshold (1-100 percent)"


def test_accepts_a_secret_that_is_injected() -> None:
    assert with_secrets("DATABASE_URL").secrets == (Secret(name="DATABASE_URL"),)
    assert with_container(environment={"MODE": "strict"}).secrets == ()


def test_reports_problems_of_nested_settings_with_their_path() -> None:
    assert reported_problems(
        lambda: shop(
            domain=Domain(host="localhost", zone="shop.example"),
            state=S3State(bucket="AB"),
            load_balancer=LoadBalancer(idle_timeout_seconds=4001),
            logs=Logs(group_prefix="/ecs", retention_days=2),
        )
    ) == [
        "domain.host: 'localhost' is not a valid DNS name; use two or more labels of 1-63 "
        "lower-case letters, digits and inner hyphens, separated by dots, with at most 253 "
        "characters in total",
        "logs.retention_days: 2 days is not a retention that CloudWatch Logs offers "
        f"({RETENTIONS}); use 1, the nearest offered value",
        "load_balancer.idle_timeout_seconds: 4001 is not a valid idle timeout (1-4000 seconds)",
        "state.bucket: 'AB' is not a valid name for an S3 bucket; use 3-63 lower-case letters, "
        "digits, hyphens and single dots, starting and ending with a letter or a digit; the form "
        "of an IP address and the prefixes and suffixes that S3 reserves are not allowed",
    ]


def test_an_unknown_secret_without_a_similar_name_is_reported_in_whole_sentences() -> None:
    container = web_container(secrets=("DATABASE_URL", "REDIS_URL", "KEY_OF_PARTNER"))
    names = ("DATABASE_URL", "REDIS_URL")
    secrets = tuple(Secret(name=name) for name in names)
    assert reported_problems(lambda: shop(web(container=container), secrets=secrets)) == [
        "services.web.container.secrets: 'KEY_OF_PARTNER' is not a secret of this environment; use "
        "one of DATABASE_URL, REDIS_URL; otherwise, add Secret(name='KEY_OF_PARTNER') to the "
        "environment's `secrets`"
    ]
