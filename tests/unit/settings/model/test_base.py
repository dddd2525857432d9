"""Invalid settings store their problems, and raise them when any other code reads them."""

import copy
import pickle
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Self, get_args, get_origin

import pytest
from pydantic import BaseModel, Field, PrivateAttr, field_validator, model_validator

from navra_stacks import (
    Alarms,
    Autoscaling,
    Container,
    Database,
    Deployment,
    Domain,
    Environment,
    NavraError,
    RegistryImage,
    Routing,
    SettingsError,
    SettingsProblem,
)
from navra_stacks.settings.model.base import Settings, invalid, rule
from navra_stacks.settings.model.frozen_mapping import freeze
from tests.support.settings_errors import problems_of, reported_problems
from tests.support.shop import shop, web, web_container

VALID = Domain(host="qa.shop.example", zone="shop.example")
INVALID = Domain(host="localhost", zone="shop.example")
PROBLEM = (
    "host: 'localhost' is not a valid DNS name; use two or more labels of 1-63 lower-case letters, "
    "digits and inner hyphens, separated by dots, with at most 253 characters in total"
)


# Access from outside


@pytest.mark.parametrize(
    "use",
    [
        lambda settings: settings.host,
        lambda settings: settings.zone,  # a valid field of invalid settings
        lambda settings: settings.url,
        lambda settings: getattr(settings, "host", "a default"),
        lambda settings: hasattr(settings, "host"),
        lambda settings: dict(settings),
        lambda settings: settings.model_dump(),
        lambda settings: settings.model_dump_json(),
        lambda settings: settings.replace(zone="other.example"),
        lambda settings: settings.model_copy(update={"host": "qa.shop.example"}),
        lambda settings: copy.copy(settings).host,
        lambda settings: copy.deepcopy(settings).host,
        lambda settings: pickle.loads(pickle.dumps(settings)).host,
    ],
    ids=range(13),
)
def test_using_invalid_settings_raises_their_problems(use: Callable[[Domain], Any]) -> None:
    with pytest.raises(SettingsError) as error:
        use(INVALID)
    assert str(error.value) == f"Domain: 1 problem in the settings\n  {PROBLEM}"


def test_copies_of_invalid_settings_have_the_same_problems() -> None:
    for other in (copy.copy(INVALID), copy.deepcopy(INVALID), pickle.loads(pickle.dumps(INVALID))):
        assert other == INVALID
        assert problems_of(other) == [PROBLEM]


def test_invalid_settings_have_repr_equality_and_hash() -> None:
    assert repr(INVALID) == "Domain(problems=1)"
    assert Domain(host="localhost", zone="shop.example") == INVALID
    assert INVALID not in (VALID, Domain(host="other", zone="shop.example"))
    assert len({INVALID, VALID, Domain(host="localhost", zone="shop.example")}) == 2


def test_unknown_attributes_raise_attribute_error() -> None:
    assert not hasattr(INVALID, "no_such_thing")
    assert not hasattr(VALID, "no_such_thing")


def test_rule_access_to_invalid_settings_is_limited_to_its_thread() -> None:
    results: list[object] = []

    class Owner(Settings):
        domain: Domain

        @rule
        def _read_in_other_thread(self) -> Iterator[SettingsProblem]:
            assert self.domain.zone == "shop.example"  # a rule can read the valid fields
            thread = threading.Thread(target=read)
            thread.start()
            thread.join()
            return iter(())

    def read() -> None:
        try:
            results.append(INVALID.zone)
        except SettingsError as error:
            results.append(type(error))

    Owner(domain=INVALID)
    assert results == [SettingsError]


def test_invalid_settings_are_inaccessible_after_the_rules_ran() -> None:
    reported_problems(lambda: shop(domain=INVALID))
    with pytest.raises(SettingsError):
        _ = INVALID.zone


# Settings that contain invalid settings


def test_every_environment_reports_the_same_invalid_settings() -> None:
    for name in ("qa", "live"):
        with pytest.raises(SettingsError) as error:
            shop(name=name, domain=INVALID)
        assert str(error.value) == f"shop-{name}: 1 problem in the settings\n  domain.{PROBLEM}"


class Collections(Settings):
    """Settings in every kind of collection."""

    name: str = "collections"
    by_name: Mapping[str, Domain] = Field(default_factory=dict)
    ordered: tuple[Domain, ...] = ()
    unordered: frozenset[Domain] = frozenset()
    optional: Domain | None = None
    nested: Mapping[str, tuple[Domain, ...]] = Field(default_factory=dict)


class Outer(Settings):
    collections: Collections


@pytest.mark.parametrize(
    ("collections", "path"),
    [
        (Collections(by_name={"main": INVALID}), "by_name.main"),
        (Collections(ordered=(VALID, INVALID)), "ordered.1"),
        (Collections(unordered=frozenset({INVALID})), "unordered.0"),
        (Collections(optional=INVALID), "optional"),
        (Collections(nested={"a": (VALID, INVALID)}), "nested.a.1"),
    ],
)
def test_finds_invalid_settings_in_every_collection(collections: Collections, path: str) -> None:
    assert problems_of(collections) == [f"{path}.{PROBLEM}"]
    assert problems_of(Outer(collections=collections)) == [f"collections.{path}.{PROBLEM}"]


def test_reports_invalid_settings_next_to_values_of_the_wrong_type() -> None:
    assert problems_of(Collections(ordered=(INVALID, "oops"))) == [  # type: ignore[arg-type]
        "ordered.1: 'oops' is not Domain",
        f"ordered.0.{PROBLEM}",
    ]


def test_validates_settings_given_as_a_mapping() -> None:
    given = {"host": "localhost", "zone": "shop.example"}
    assert reported_problems(lambda: shop(domain=given)) == [f"domain.{PROBLEM}"]
    # Also if another field is invalid, and in collections.
    assert reported_problems(lambda: shop(domain=given, region="eu-west-9")) == [
        "region: 'eu-west-9' is not a Region of the 'aws' partition; did you mean 'eu-west-3'?",
        f"domain.{PROBLEM}",
    ]
    assert problems_of(Collections(ordered=[given], name=3)) == [  # type: ignore[list-item, arg-type]
        "name: 3 is not text; write the value in quotes, as '3'",
        f"ordered.0.{PROBLEM}",
    ]


@pytest.mark.parametrize(
    ("field", "given", "kind"),
    [
        ("network", {"availability_zones": ["eu-west-1a", "eu-west-1b"]}, "DefaultVpc"),
        (
            "network",
            {"vpc_id": "vpc-0a1b2c3d", "public_subnet_ids": ["subnet-0a1b2c3d", "subnet-0a1b2c3e"]},
            "ExistingVpc",
        ),
        ("state", {"bucket": "shop-state"}, "S3State"),
        ("state", {}, "LocalState"),
    ],
)
def test_builds_a_mapping_into_the_best_fitting_type(field: str, given: object, kind: str) -> None:
    assert type(getattr(shop(**{field: given}), field)).__name__ == kind


def test_reports_problems_of_a_mapping_against_the_best_fitting_type() -> None:
    assert reported_problems(
        lambda: shop(state={"bucket": "shop-state", "regoin": "eu-west-1"})
    ) == ["state.regoin: is not a setting of S3State; did you mean 'region'?"]


def test_accepts_services_from_a_generator() -> None:
    assert len(shop(services=(s for s in (web(),))).services) == 1
    assert reported_problems(lambda: shop(services=(s for s in (web(),)), region="eu-west-9")) == [
        "region: 'eu-west-9' is not a Region of the 'aws' partition; did you mean 'eu-west-3'?"
    ]


# Rules


class Buggy(Settings):
    """Settings with a rule that raises if `divisor` is 0."""

    divisor: int
    port: int = 80
    raises: type[Exception] = ZeroDivisionError

    @field_validator("port")
    @classmethod
    def _check_port(cls, value: int) -> int:
        if value > 65535:
            raise invalid(f"{value} is not a port")
        return value

    @rule
    def _divides(self) -> Iterator[SettingsProblem]:
        yield SettingsProblem("divisor", "is checked")
        if self.divisor == 0:
            raise self.raises("a bug")


@pytest.mark.parametrize(
    "kind",
    [ZeroDivisionError, AttributeError, TypeError, KeyError, ValueError, OSError],
)
def test_an_exception_in_a_rule_over_valid_fields_is_raised(kind: type[Exception]) -> None:
    with pytest.raises(kind, match="a bug"):
        Buggy(divisor=0, raises=kind)


def test_an_exception_in_a_rule_over_invalid_fields_hides_no_problem() -> None:
    assert problems_of(Buggy(divisor=0, port=70000)) == [
        "port: 70000 is not a port",
        "divisor: is checked",
    ]


def test_a_rule_that_reads_invalid_settings_it_created_raises() -> None:
    class ReadsInvalid(Settings):
        @rule
        def _create_and_read(self) -> Iterator[SettingsProblem]:
            yield SettingsProblem("x", Domain(host="localhost", zone="shop.example").host)

    with pytest.raises(SettingsError):
        ReadsInvalid()


# Subclasses and validators of other projects


class Tagged(Environment):
    """An environment subclass of another project, with another field and rule."""

    cost_center: int

    @rule
    def _check_cost_center(self) -> Iterator[SettingsProblem]:
        if self.cost_center < 100:
            yield SettingsProblem("cost_center", f"{self.cost_center} is too low")


def tagged(**changes: Any) -> Tagged:
    valid = shop()
    return Tagged(**({n: getattr(valid, n) for n in valid.model_fields_set} | changes))


def test_a_subclass_can_add_rules() -> None:
    assert tagged(cost_center=100).cost_center == 100
    assert reported_problems(lambda: tagged(cost_center=1, services=())) == [
        "services: is empty; add at least one service",
        "routing.default: 'web' is not a service of this environment",
        "cost_center: 1 is too low",
    ]


def test_a_subclass_can_replace_a_rule() -> None:
    class Lenient(Tagged):
        def _check_cost_center(self) -> Iterator[SettingsProblem]:
            return iter(())

    valid = shop()
    given = {n: getattr(valid, n) for n in valid.model_fields_set}
    assert Lenient(**given, cost_center=1).cost_center == 1


def test_rules_of_all_base_classes_run() -> None:
    class Left(Settings):
        @rule
        def _left(self) -> Iterator[SettingsProblem]:
            yield SettingsProblem("left", "no")

    class Right(Settings):
        @rule
        def _right(self) -> Iterator[SettingsProblem]:
            yield SettingsProblem("right", "no")

    class Both(Left, Right):
        pass

    assert sorted(problems_of(Both())) == ["left: no", "right: no"]


def test_reports_errors_of_pydantic_validators() -> None:
    class Custom(Settings):
        size: int = Field(default=1, ge=1)
        name: str = "x"
        both: bool = False

        @field_validator("name")
        @classmethod
        def _check(cls, value: str) -> str:
            if value == "bad":
                raise ValueError("not allowed")
            return value

        @model_validator(mode="after")
        def _check_both(self) -> Self:
            if self.both:
                raise ValueError("not both")
            return self

    assert problems_of(Custom(size=0)) == [
        "size: 0 is invalid: Input should be greater than or equal to 1"
    ]
    assert problems_of(Custom(name="bad")) == ["name: 'bad' is invalid: not allowed"]
    (line,) = problems_of(Custom(both=True))
    assert "not both" in line


def test_a_validator_that_reads_invalid_settings_hides_no_problem() -> None:
    class Custom(Settings):
        domain: Domain
        port: int

        @field_validator("domain")
        @classmethod
        def _short(cls, value: Domain) -> Domain:
            assert len(value.host) < 30, "too long"
            return value

    assert problems_of(Custom(domain=INVALID, port="http")) == [  # type: ignore[arg-type]
        "port: 'http' is not a whole number",
        f"domain.{PROBLEM}",
    ]


def test_reports_invalid_settings_created_in_a_validator() -> None:
    class Custom(Settings):
        host: str

        @field_validator("host")
        @classmethod
        def _is_host(cls, value: str) -> str:
            return Domain(host=value, zone="shop.example").host

    assert problems_of(Custom(host="localhost")) == [PROBLEM]
    assert Custom(host="qa.shop.example").host == "qa.shop.example"


def test_private_attributes_are_inaccessible_on_invalid_settings() -> None:
    class Custom(Settings):
        size: int
        _seen: list[int] = PrivateAttr(default_factory=list)

    valid = Custom(size=1)
    valid._seen.append(2)
    assert valid._seen == [2]
    with pytest.raises(SettingsError):
        _ = Custom(size="x")._seen  # type: ignore[arg-type]


def test_reports_an_invalid_default_when_it_is_used() -> None:
    class Custom(Settings):
        domain: Domain = INVALID

    assert problems_of(Custom()) == [f"domain.{PROBLEM}"]
    assert Custom(domain=VALID).domain == VALID


def test_settings_with_several_environments_report_all_problems() -> None:
    class Fleet(Settings):
        is_root = True
        environments: tuple[Environment, ...]

    valid = shop()
    given = {name: getattr(valid, name) for name in valid.model_fields_set}
    assert reported_problems(
        lambda: Fleet(
            environments=[given | {"name": "one", "domain": INVALID}, given | {"region": "x"}]  # type: ignore[list-item]
        )
    ) == [
        f"environments.one.domain.{PROBLEM}",
        "environments.qa.region: 'x' is not a Region of the 'aws' partition; use a Region such "
        "as 'us-east-1'",
    ]


def test_an_invalid_environment_raises_inside_a_plain_pydantic_model() -> None:
    class Plain(BaseModel):
        environment: Environment

    valid = shop()
    given = {name: getattr(valid, name) for name in valid.model_fields_set}
    with pytest.raises(SettingsError):
        Plain(environment=given | {"region": "x"})  # type: ignore[arg-type]


# Values


def test_replace_validates_the_copy() -> None:
    environment = shop()
    assert environment.replace(name="live").names.stack == "shop-live"
    assert environment.replace() == environment
    assert reported_problems(lambda: environment.replace(region="us-east-1", nmae="x")) == [
        "nmae: is not a setting of Environment; did you mean 'name'?",
        "network.availability_zones: 'eu-west-1a' is not a zone of us-east-1; did you mean "
        "'us-east-1a'?",
        "network.availability_zones: 'eu-west-1b' is not a zone of us-east-1; did you mean "
        "'us-east-1b'?",
    ]


def test_model_copy_validates_the_copy() -> None:
    assert shop().model_copy() == shop()
    assert reported_problems(lambda: shop().model_copy(update={"region": "x"})) == [
        "region: 'x' is not a Region of the 'aws' partition; use a Region such as 'us-east-1'"
    ]


@pytest.mark.parametrize("change", [setattr, lambda settings, name, _: delattr(settings, name)])
def test_settings_are_frozen(change: Callable[..., None]) -> None:
    for settings, name in ((shop(), "name"), (INVALID, "host"), (VALID, "host")):
        with pytest.raises(TypeError, match=r"settings are frozen: .* with `replace`"):
            change(settings, name, "x")


def test_mappings_in_settings_are_frozen() -> None:
    given = {"MODE": "strict"}
    container = web_container(environment=given)
    given["PASSWORD"] = "hunter2"
    assert dict(container.environment) == {"MODE": "strict"}
    for change in ("__setitem__", "setdefault", "__ior__", "update", "pop", "clear", "popitem"):
        with pytest.raises(TypeError, match="frozen"):
            getattr(container.environment, change)("PASSWORD", "hunter2")
    with pytest.raises(TypeError, match="frozen"):
        del container.environment["MODE"]  # type: ignore[attr-defined]
    assert dict(container.environment) == {"MODE": "strict"}


def test_equal_settings_have_the_same_hash() -> None:
    first, second = shop(tags={"a": "1", "b": "2"}), shop(tags={"b": "2", "a": "1"})
    assert first == second
    assert len({first, second, shop()}) == 2


def test_environments_can_be_copied_and_pickled() -> None:
    environment = shop(tags={"team": "x"})
    for other in (
        copy.copy(environment),
        copy.deepcopy(environment),
        pickle.loads(pickle.dumps(environment)),
        Environment.model_validate(environment.model_dump() | {"services": environment.services}),
    ):
        assert other == environment


def test_builds_a_container_from_plain_values() -> None:
    container = Container(image={"repository": "web", "account": "111122223333"})  # type: ignore[arg-type]
    assert container.image.repository == "web"
    assert RegistryImage(repository="web").problems() == ()


@pytest.mark.parametrize(
    ("build", "old", "new"),
    [
        (lambda: web(tasks=()), "tasks", "one_off_tasks"),
        (lambda: Routing(default="web", rules=()), "rules", "routes"),
        (lambda: Autoscaling(minimum=2), "minimum", "min_capacity"),
        (lambda: Autoscaling(maximum=2), "maximum", "max_capacity"),
        (lambda: Deployment(handover=True), "handover", "first_apply"),
        (lambda: Alarms(emails=None, budget_rejections=None), "budget_rejections", "custom"),
    ],
)
def test_suggests_the_current_name_of_a_renamed_field(build, old, new):
    settings = build()
    assert problems_of(settings) == [
        f"{old}: is not a setting of {type(settings).__name__}; did you mean {new!r}?"
    ]


def test_an_access_to_a_former_name_is_answered_with_the_current_name() -> None:
    with pytest.raises(AttributeError, match=r"^Environment\.recorded is now .*\.existing_ids$"):
        shop().recorded  # type: ignore[attr-defined]  # noqa: B018
    with pytest.raises(AttributeError, match=r"^Service\.takes_traffic is now .*receives_traffic$"):
        web().takes_traffic  # type: ignore[attr-defined]  # noqa: B018


@pytest.mark.parametrize(
    "use",
    [
        lambda settings: settings.copy(update={"region": "x"}),
        lambda settings: settings.copy(),
        lambda settings: type(settings).model_construct(region="x"),
        lambda settings: type(settings).construct(region="x"),
    ],
)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_methods_that_skip_the_validation_are_refused(use: Callable[[Environment], Any]) -> None:
    with pytest.raises(NavraError, match=r"would skip the validation.*; use `replace`"):
        use(shop())


def test_an_error_about_an_assignment_contains_no_value() -> None:
    with pytest.raises(TypeError, match="frozen") as error:
        web_container().environment = {"PASSWORD": "hunter2"}  # type: ignore[misc]
    assert "hunter2" not in str(error.value)


def _every_type() -> list[type[Settings]]:
    import navra_stacks

    public = [getattr(navra_stacks, name) for name in navra_stacks.__all__]
    return [kind for kind in public if isinstance(kind, type) and issubclass(kind, Settings)]


def _mutable_parts(annotation: Any, *, frozen: bool = False) -> Iterator[Any]:
    """Yield the mutable collections in the type of a field."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        frozen = any(getattr(data, "func", None) is freeze for data in arguments[1:])
        yield from _mutable_parts(arguments[0], frozen=frozen)
        return
    kind = origin or annotation
    if isinstance(kind, type) and issubclass(kind, Mapping | list | set) and not frozen:
        yield annotation
    for argument in arguments:
        yield from _mutable_parts(argument)


@pytest.mark.parametrize("kind", _every_type(), ids=lambda kind: kind.__name__)
def test_no_field_has_a_mutable_collection(kind: type[Settings]) -> None:
    for name, info in kind.model_fields.items():
        annotation = info.annotation
        if info.metadata:
            annotation = Annotated[(annotation, *info.metadata)]
        assert list(_mutable_parts(annotation)) == [], name
        hash(info.get_default(call_default_factory=True, validated_data={}))


def test_the_url_options_of_a_database_are_frozen() -> None:
    given = {"sslmode": "verify-full"}
    for database in (
        Database(url_secret="URL"),
        Database(url_secret="URL", url_options=given),
    ):
        with pytest.raises(TypeError, match="frozen"):
            database.url_options["sslmode"] = "disable"  # type: ignore[index]
        hash(database)
    given["sslmode"] = "disable"
    assert database.urls["URL"] == ("postgresql", "?sslmode=verify-full")
