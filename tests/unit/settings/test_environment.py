"""What an environment as a whole must obey: names, account, Region, secrets, tags, records."""

import pytest

from navra_stacks import (
    Alarms,
    Environment,
    ExistingCache,
    ExistingDatabase,
    ExistingIds,
    Hardening,
    Secret,
    Service,
)
from tests.support.settings_errors import Build, case, complaints, with_container, with_secrets
from tests.support.shop import shop, web, web_container

GROUP = "sg-08200836125a8f3af"


def worker(name: str) -> Service:
    """A service without routes."""
    return Service(name=name, container=web_container(port=None), cpu=256, memory=512)


NAMES = [
    case(
        "a load balancer's name of 33 characters",
        lambda: shop(name="q" * 24),
        f"name: makes the name 'shop-{'q' * 24}-alb' of 33 characters (load balancers and target "
        "groups: 32 at most); shorten the project, the environment or the service",
        f"services.web.name: makes the name 'shop-{'q' * 24}-tg-web' of 36 characters (load "
        "balancers and target groups: 32 at most); shorten the project, the environment or the "
        "service",
    ),
    case(
        "a target group's name of 33 characters",
        lambda: shop(name="q" * 21),
        f"services.web.name: makes the name 'shop-{'q' * 21}-tg-web' of 33 characters (load "
        "balancers and target groups: 32 at most); shorten the project, the environment or the "
        "service",
    ),
    case(
        "a project in capitals",
        lambda: shop(project="Shop"),
        "project: 'Shop' is not a name here; use 1-32 lower-case letters, digits and inner "
        "hyphens, starting with a letter",
    ),
    case(
        "an environment with an underscore",
        lambda: shop(name="qa_1"),
        "name: 'qa_1' is not a name here; use 1-32 lower-case letters, digits and inner hyphens, "
        "starting with a letter",
    ),
    case(
        "a load balancer's reserved prefix",
        lambda: shop(project="internal"),
        "project: 'internal' makes the name of a load balancer begin with 'internal-', which AWS "
        "keeps for itself; choose another",
    ),
    case(
        "a longer project with that prefix",
        lambda: shop(project="internal-shop"),
        "project: 'internal-shop' makes the name of a load balancer begin with 'internal-', which "
        "AWS keeps for itself; choose another",
    ),
    case(
        "a security group's reserved prefix",
        lambda: shop(project="sg"),
        "project: 'sg' makes the name of a security group begin with 'sg-', which AWS keeps for "
        "itself; choose another",
    ),
]

PLACES = [
    case(
        "an account of 11 digits",
        lambda: shop(account="12345678901"),
        "account: '12345678901' is not an AWS account id; give its 12 digits, in quotes",
    ),
    case(
        "an account without quotes",
        lambda: shop(account=111122223333),
        "account: 111122223333 is not text; put it in quotes: '111122223333'",
    ),
    case(
        "no account at all",
        lambda: shop_without("account"),
        "account: is missing; give it: the AWS account, the only one that Terraform will touch",
    ),
    case(
        "a misspelt Region",
        lambda: shop(region="eu-wst-1"),
        "region: 'eu-wst-1' is not an AWS Region; did you mean 'eu-west-1'?",
    ),
    case(
        "no Region at all",
        lambda: shop(region="Ireland"),
        "region: 'Ireland' is not an AWS Region; as in 'us-east-1'",
    ),
    case(
        "a Region of another partition",
        lambda: shop(region="us-gov-west-1"),
        "region: 'us-gov-west-1' is not an AWS Region; did you mean 'us-west-1'?",
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
        "a misspelt setting",
        lambda: shop(acount="111122223333"),
        "acount: is not a setting of Environment; did you mean 'account'?",
    ),
]

SECRETS = [
    case(
        "a secret that is not declared",
        lambda: shop(
            web(container=web_container(secrets=("DATABASE_ULR", "DATABASE_URL"))),
            secrets=(Secret(name="DATABASE_URL"),),
        ),
        "services.web.container.secrets: 'DATABASE_ULR' is no secret of this environment; did you "
        "mean 'DATABASE_URL'?",
    ),
    case(
        "a secret that nobody uses",
        lambda: shop(secrets=(Secret(name="KEY"),)),
        "secrets.KEY: is injected into no container; name it under a container's `secrets`, or "
        "leave it out",
    ),
    case(
        "a secret twice",
        lambda: with_secrets("KEY", "KEY"),
        "secrets: 2 are named 'KEY'; name each differently",
    ),
    case(
        "two secrets of one address",
        lambda: with_secrets("KEY", "key"),
        "secrets: 'KEY' and 'key' differ in case and signs only, and would share one Terraform "
        "address; name each differently",
    ),
    case(
        "a name with bad characters",
        lambda: with_secrets("API KEY"),
        "services.web.container.secrets.0: 'API KEY' is not the name of an environment variable; "
        "use letters, digits and underscores, not starting with a digit",
        "secrets.0.name: 'API KEY' is not the name of an environment variable; use letters, "
        "digits and underscores, not starting with a digit",
    ),
    case(
        "a name that no variable can have",
        lambda: shop(secrets=(Secret(name="api-key"),)),
        "secrets.0.name: 'api-key' is not the name of an environment variable; use letters, "
        "digits and underscores, not starting with a digit",
    ),
    case(
        "a key's alias",
        lambda: shop(secrets=(Secret(name="K", kms_key_arn="alias/shop"),)),
        "secrets.K.kms_key_arn: 'alias/shop' is not the ARN of a KMS key; as in "
        "'arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-...'; an alias does not do",
        "secrets.K: is injected into no container; name it under a container's `secrets`, or "
        "leave it out",
    ),
    case("a text for a secret", lambda: shop(secrets=("KEY",)), "secrets.0: 'KEY' is not Secret"),
    case(
        "a list of one without its comma",
        lambda: shop(secrets="KEY"),
        "secrets: 'KEY' is not a list; a list of one is written ('KEY',)",
    ),
    case(
        "a database without its secret",
        lambda: shop(database=ExistingDatabase(url_secret="URL")),
        "database.url_secret: 'URL' is no secret of this environment; declare it under `secrets`",
    ),
    case(
        "a cache without its secret",
        lambda: shop(cache=ExistingCache(url_secret="URL")),
        "cache.url_secret: 'URL' is no secret of this environment; declare it under `secrets`",
    ),
]

TAGS = [
    case(
        "AWS's own prefix",
        lambda: shop(tags={"AWS:team": "x"}),
        "tags.AWS:team: has the prefix 'aws:' in its key or value, which AWS keeps for itself; "
        "choose another",
    ),
    case(
        "AWS's own prefix in a value",
        lambda: shop(tags={"team": "aws:x"}),
        "tags.team: has the prefix 'aws:' in its key or value, which AWS keeps for itself; choose "
        "another",
    ),
    case(
        "51 tags with the standing ones",
        lambda: shop(tags={f"k{n}": "v" for n in range(48)}),
        "tags: 51 tags with the standing ones (AWS allows 50); leave some out",
    ),
    case(
        "a standing tag",
        lambda: shop(tags={"Project": "other"}),
        "tags.Project: is set by the library; leave it out",
    ),
    case(
        "bad characters in a key",
        lambda: shop(tags={"team?": "x"}),
        "tags.team?: 'x' or its key has characters or a length that AWS refuses; use letters, "
        "digits, spaces and _ . : / = + - @; 128 for a key, 256 a value",
    ),
    case(
        "a value of 257 characters",
        lambda: shop(tags={"team": "x" * 257}),
        f"tags.team: '{'x' * 76}... or its key has characters or a length that AWS refuses; use "
        "letters, digits, spaces and _ . : / = + - @; 128 for a key, 256 a value",
    ),
    case(
        "a number",
        lambda: shop(tags={"cost-center": 4711}),
        "tags.cost-center: 4711 is not text; put it in quotes: '4711'",
    ),
]

RECORDS = [
    case(
        "a group of an unknown service",
        lambda: shop(existing_ids=ExistingIds(service_security_groups={"wbe": GROUP})),
        "existing_ids.service_security_groups.wbe: is no service; did you mean 'web'?",
    ),
    case(
        "a revision of an unknown service",
        lambda: shop(existing_ids=ExistingIds(task_definition_revisions={"wbe": 1})),
        "existing_ids.task_definition_revisions.wbe: is no service; did you mean 'web'?",
    ),
    case(
        "no group id",
        lambda: shop(existing_ids=ExistingIds(load_balancer_security_group="alb-sg")),
        "existing_ids.load_balancer_security_group: 'alb-sg' is not the id of a security group; as "
        "in 'sg-0a1b2c3d'",
    ),
    case(
        "revision zero",
        lambda: shop(existing_ids=ExistingIds(task_definition_revisions={"web": 0})),
        "existing_ids.task_definition_revisions.web: 0 is not a task definition revision "
        "(1-1000000)",
    ),
    case(
        "a service in capitals",
        lambda: shop(existing_ids=ExistingIds(service_security_groups={"Web": GROUP})),
        "existing_ids.service_security_groups.Web: 'Web' is not a name here; use 1-32 lower-case "
        "letters, digits and inner hyphens, starting with a letter",
    ),
]


def shop_without(field: str) -> Environment:
    whole = shop()
    return Environment(**{n: getattr(whole, n) for n in whole.model_fields_set if n != field})


@pytest.mark.parametrize(("build", "lines"), NAMES)
def test_a_name_that_aws_would_refuse_is_refused(build: Build, lines: list[str]) -> None:
    assert complaints(build) == lines


@pytest.mark.parametrize(("build", "lines"), PLACES)
def test_a_place_that_does_not_exist_is_refused(build: Build, lines: list[str]) -> None:
    assert complaints(build) == lines


@pytest.mark.parametrize(("build", "lines"), SECRETS)
def test_a_secret_that_cannot_be_injected_is_refused(build: Build, lines: list[str]) -> None:
    assert complaints(build) == lines


@pytest.mark.parametrize(("build", "lines"), TAGS)
def test_a_tag_that_aws_would_refuse_is_refused(build: Build, lines: list[str]) -> None:
    assert complaints(build) == lines


@pytest.mark.parametrize(("build", "lines"), RECORDS)
def test_a_record_of_nothing_is_refused(build: Build, lines: list[str]) -> None:
    assert complaints(build) == lines


def test_names_of_exactly_the_limit_are_taken() -> None:
    environment = shop(name="q" * 20)
    assert len(environment.names.target_group("web")) == 32


def test_the_role_of_a_service_without_routes_is_not_too_long() -> None:
    long = worker("w" * 32)
    fits = shop(web(), long, project="p", name="q" * 19)
    assert len(fits.names.execution_role("w" * 32)) == 64
    assert complaints(lambda: fits.replace(name="q" * 20)) == [
        f"services.{'w' * 32}.name: makes the name 'p-{'w' * 32}-{'q' * 20}-execution' of 65 "
        "characters (roles: 64 at most); shorten the project, the environment or the service"
    ]


def test_fifty_tags_are_taken() -> None:
    assert len(shop(tags={f"k{n}": "" for n in range(47)}).tags) == 47


def test_an_account_that_nobody_knows_yet_is_named_as_still_to_fill_in() -> None:
    assert shop(account=None).still_to_fill_in == ("account",)
    assert shop().still_to_fill_in == ()


def test_a_misspelt_hardening_is_refused() -> None:
    assert complaints(lambda: shop(hardening=Hardening.relaxed(restrict_egress=True))) == [
        "hardening.restrict_egress: is not a setting of Hardening; did you mean "
        "'restricted_egress'?"
    ]


def test_relaxed_is_everything_off_and_production_everything_on() -> None:
    relaxed = Hardening.relaxed()
    assert not any(getattr(relaxed, name) for name in Hardening.model_fields)
    production = Hardening.production()
    assert production.problems() == ()
    # A way into running tasks is no protection.
    off = {name for name in Hardening.model_fields if not getattr(production, name)}
    assert off == {"audited_exec"}


def test_a_part_of_a_hardening_is_checked_too() -> None:
    lines = complaints(lambda: shop(hardening=Hardening.relaxed(alarms=Alarms(error_percent=0))))
    assert lines[0] == "hardening.alarms.error_percent: 0 is not a threshold (1-100 percent)"


def test_a_secret_in_use_is_taken() -> None:
    assert with_secrets("DATABASE_URL").secrets == (Secret(name="DATABASE_URL"),)
    assert with_container(environment={"MODE": "strict"}).secrets == ()
