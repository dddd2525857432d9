"""A faulty part keeps its problems for its owner, and is of no use to anyone else."""

import copy
import pickle
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Self

import pytest
from pydantic import BaseModel, Field, PrivateAttr, field_validator, model_validator

from navra_stacks import (
    Alarms,
    Autoscaling,
    Container,
    Deployment,
    Domain,
    Environment,
    RegistryImage,
    Routing,
    SettingsError,
    SettingsProblem,
)
from navra_stacks.settings.model.base import Settings, refuse, rule
from tests.support.settings_errors import complaints, told_by
from tests.support.shop import shop, web, web_container

SOUND = Domain(host="qa.shop.example", zone="shop.example")
FAULTY = Domain(host="localhost", zone="shop.example")
LINE = (
    "host: 'localhost' is not a DNS name; use two labels or more of 1-63 lower-case letters, "
    "digits and inner hyphens"
)


# -- from outside -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "use",
    [
        lambda part: part.host,
        lambda part: part.zone,  # sound by itself, but nothing to build on
        lambda part: part.url,
        lambda part: getattr(part, "host", "a default"),
        lambda part: hasattr(part, "host"),
        lambda part: dict(part),
        lambda part: part.model_dump(),
        lambda part: part.model_dump_json(),
        lambda part: part.replace(zone="other.example"),
        lambda part: part.model_copy(update={"host": "qa.shop.example"}),
        lambda part: copy.copy(part).host,
        lambda part: copy.deepcopy(part).host,
        lambda part: pickle.loads(pickle.dumps(part)).host,
    ],
    ids=range(13),
)
def test_using_a_faulty_part_tells_what_is_wrong_with_it(use: Callable[[Domain], Any]) -> None:
    with pytest.raises(SettingsError) as told:
        use(FAULTY)
    assert str(told.value) == f"Domain: 1 problem in the settings\n  {LINE}"


def test_a_copy_of_a_faulty_part_is_as_faulty() -> None:
    for other in (copy.copy(FAULTY), copy.deepcopy(FAULTY), pickle.loads(pickle.dumps(FAULTY))):
        assert other == FAULTY
        assert told_by(other) == [LINE]


def test_a_faulty_part_can_be_shown_compared_and_hashed() -> None:
    assert repr(FAULTY) == "Domain(problems=1)"
    assert Domain(host="localhost", zone="shop.example") == FAULTY
    assert FAULTY not in (SOUND, Domain(host="other", zone="shop.example"))
    assert len({FAULTY, SOUND, Domain(host="localhost", zone="shop.example")}) == 2


def test_what_no_part_has_is_an_attribute_error_even_of_a_faulty_one() -> None:
    assert not hasattr(FAULTY, "no_such_thing")
    assert not hasattr(SOUND, "no_such_thing")


def test_a_faulty_part_reads_the_same_in_another_thread_meanwhile() -> None:
    told: list[object] = []

    class Owner(Settings):
        domain: Domain

        @rule
        def _read_elsewhere(self) -> Iterator[SettingsProblem]:
            assert self.domain.zone == "shop.example"  # a rule may read what is sound
            thread = threading.Thread(target=read)
            thread.start()
            thread.join()
            return iter(())

    def read() -> None:
        try:
            told.append(FAULTY.zone)
        except SettingsError as error:
            told.append(type(error))

    Owner(domain=FAULTY)
    assert told == [SettingsError]


def test_after_an_owners_rules_ran_a_faulty_part_is_closed_again() -> None:
    complaints(lambda: shop(domain=FAULTY))
    with pytest.raises(SettingsError):
        _ = FAULTY.zone


# -- for its owner ------------------------------------------------------------------------------


def test_a_faulty_part_is_told_by_every_environment_that_holds_it() -> None:
    for name in ("qa", "live"):
        with pytest.raises(SettingsError) as told:
            shop(name=name, domain=FAULTY)
        assert str(told.value) == f"shop-{name}: 1 problem in the settings\n  domain.{LINE}"


class Shelf(Settings):
    """Parts in every kind of collection."""

    name: str = "shelf"
    by_name: Mapping[str, Domain] = Field(default_factory=dict)
    in_order: tuple[Domain, ...] = ()
    unordered: frozenset[Domain] = frozenset()
    perhaps: Domain | None = None
    deep: Mapping[str, tuple[Domain, ...]] = Field(default_factory=dict)


class Room(Settings):
    shelf: Shelf


@pytest.mark.parametrize(
    ("shelf", "place"),
    [
        (Shelf(by_name={"main": FAULTY}), "by_name.main"),
        (Shelf(in_order=(SOUND, FAULTY)), "in_order.1"),
        (Shelf(unordered=frozenset({FAULTY})), "unordered.0"),
        (Shelf(perhaps=FAULTY), "perhaps"),
        (Shelf(deep={"a": (SOUND, FAULTY)}), "deep.a.1"),
    ],
)
def test_a_faulty_part_is_found_wherever_it_lies(shelf: Shelf, place: str) -> None:
    assert told_by(shelf) == [f"{place}.{LINE}"]
    assert told_by(Room(shelf=shelf)) == [f"shelf.{place}.{LINE}"]


def test_a_faulty_part_beside_what_is_no_part_at_all_is_told_too() -> None:
    assert told_by(Shelf(in_order=(FAULTY, "oops"))) == [  # type: ignore[arg-type]
        "in_order.1: 'oops' is not Domain",
        f"in_order.0.{LINE}",
    ]


def test_a_part_given_as_a_mapping_is_checked_like_any_other() -> None:
    given = {"host": "localhost", "zone": "shop.example"}
    assert complaints(lambda: shop(domain=given)) == [f"domain.{LINE}"]
    # Also where another field is at fault, and in collections.
    assert complaints(lambda: shop(domain=given, region="eu-west-9")) == [
        "region: 'eu-west-9' is not an AWS Region; did you mean 'eu-west-3'?",
        f"domain.{LINE}",
    ]
    assert told_by(Shelf(in_order=[given], name=3)) == [  # type: ignore[list-item, arg-type]
        "name: 3 is not text; put it in quotes: '3'",
        f"in_order.0.{LINE}",
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
def test_a_mapping_becomes_the_type_that_it_fits(field: str, given: object, kind: str) -> None:
    assert type(getattr(shop(**{field: given}), field)).__name__ == kind


def test_a_mapping_that_nearly_fits_is_measured_by_what_it_fits_best() -> None:
    assert complaints(lambda: shop(state={"bucket": "shop-state", "regoin": "eu-west-1"})) == [
        "state.regoin: is not a setting of S3State; did you mean 'region'?"
    ]


def test_services_from_a_generator_are_read_once_and_not_missed() -> None:
    assert len(shop(services=(s for s in (web(),))).services) == 1
    assert complaints(lambda: shop(services=(s for s in (web(),)), region="eu-west-9")) == [
        "region: 'eu-west-9' is not an AWS Region; did you mean 'eu-west-3'?"
    ]


# -- rules --------------------------------------------------------------------------------------


class Careless(Settings):
    """Its rule has a bug that shows where `divisor` is 0."""

    divisor: int
    port: int = 80
    raises: type[Exception] = ZeroDivisionError

    @field_validator("port")
    @classmethod
    def _check_port(cls, value: int) -> int:
        if value > 65535:
            raise refuse(f"{value} is not a port")
        return value

    @rule
    def _divides(self) -> Iterator[SettingsProblem]:
        yield SettingsProblem("divisor", "is looked at")
        if self.divisor == 0:
            raise self.raises("a bug")


@pytest.mark.parametrize(
    "kind",
    [ZeroDivisionError, AttributeError, TypeError, KeyError, ValueError, OSError],
)
def test_a_bug_in_a_rule_over_sound_fields_surfaces(kind: type[Exception]) -> None:
    with pytest.raises(kind, match="a bug"):
        Careless(divisor=0, raises=kind)


def test_a_rule_that_stumbles_over_a_fault_hides_neither_it_nor_what_it_found_before() -> None:
    assert told_by(Careless(divisor=0, port=70000)) == [
        "port: 70000 is not a port",
        "divisor: is looked at",
    ]


def test_a_rule_that_uses_a_faulty_value_of_its_own_making_is_a_bug() -> None:
    class Odd(Settings):
        @rule
        def _makes_one(self) -> Iterator[SettingsProblem]:
            yield SettingsProblem("x", Domain(host="localhost", zone="shop.example").host)

    with pytest.raises(SettingsError):
        Odd()


# -- other teams' types ---------------------------------------------------------------------------


class Tagged(Environment):
    """Another team's environment, with a field, a rule and a validator of its own."""

    cost_center: int

    @rule
    def _is_ours(self) -> Iterator[SettingsProblem]:
        if self.cost_center < 100:
            yield SettingsProblem("cost_center", f"{self.cost_center} is not ours")


def tagged(**changes: Any) -> Tagged:
    whole = shop()
    return Tagged(**({n: getattr(whole, n) for n in whole.model_fields_set} | changes))


def test_a_subclass_adds_to_the_rules() -> None:
    assert tagged(cost_center=100).cost_center == 100
    assert complaints(lambda: tagged(cost_center=1, services=())) == [
        "services: is empty; describe at least one service",
        "routing.default: 'web' is no service",
        "cost_center: 1 is not ours",
    ]


def test_a_subclass_may_replace_a_rule() -> None:
    class Lenient(Tagged):
        def _is_ours(self) -> Iterator[SettingsProblem]:
            return iter(())

    whole = shop()
    given = {n: getattr(whole, n) for n in whole.model_fields_set}
    assert Lenient(**given, cost_center=1).cost_center == 1


def test_the_rules_of_every_base_hold() -> None:
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

    assert sorted(told_by(Both())) == ["left: no", "right: no"]


def test_validators_in_pydantics_own_manner_are_told_too() -> None:
    class Theirs(Settings):
        size: int = Field(default=1, ge=1)
        name: str = "x"
        both: bool = False

        @field_validator("name")
        @classmethod
        def _check(cls, value: str) -> str:
            if value == "bad":
                raise ValueError("no good name")
            return value

        @model_validator(mode="after")
        def _whole(self) -> Self:
            if self.both:
                raise ValueError("not both")
            return self

    assert told_by(Theirs(size=0)) == [
        "size: 0 is refused: Input should be greater than or equal to 1"
    ]
    assert told_by(Theirs(name="bad")) == ["name: 'bad' is refused: no good name"]
    (line,) = told_by(Theirs(both=True))
    assert "not both" in line


def test_a_validator_that_reads_a_faulty_part_hides_nothing() -> None:
    class Theirs(Settings):
        domain: Domain
        port: int

        @field_validator("domain")
        @classmethod
        def _short(cls, value: Domain) -> Domain:
            assert len(value.host) < 30, "too long"
            return value

    assert told_by(Theirs(domain=FAULTY, port="http")) == [  # type: ignore[arg-type]
        "port: 'http' is not a whole number",
        f"domain.{LINE}",
    ]


def test_a_validator_that_makes_a_faulty_part_of_its_own_is_not_lost() -> None:
    class Theirs(Settings):
        host: str

        @field_validator("host")
        @classmethod
        def _is_host(cls, value: str) -> str:
            return Domain(host=value, zone="shop.example").host

    assert told_by(Theirs(host="localhost")) == [LINE]
    assert Theirs(host="qa.shop.example").host == "qa.shop.example"


def test_private_attributes_work_and_are_closed_on_a_faulty_part() -> None:
    class Theirs(Settings):
        size: int
        _seen: list[int] = PrivateAttr(default_factory=list)

    sound = Theirs(size=1)
    sound._seen.append(2)
    assert sound._seen == [2]
    with pytest.raises(SettingsError):
        _ = Theirs(size="x")._seen  # type: ignore[arg-type]


def test_a_faulty_default_is_told_when_it_is_used() -> None:
    class Theirs(Settings):
        domain: Domain = FAULTY

    assert told_by(Theirs()) == [f"domain.{LINE}"]
    assert Theirs(domain=SOUND).domain == SOUND


def test_a_fleet_of_environments_tells_the_mistakes_of_all() -> None:
    class Fleet(Settings):
        is_root = True
        environments: tuple[Environment, ...]

    whole = shop()
    given = {name: getattr(whole, name) for name in whole.model_fields_set}
    assert complaints(
        lambda: Fleet(
            environments=[given | {"name": "one", "domain": FAULTY}, given | {"region": "x"}]  # type: ignore[list-item]
        )
    ) == [
        f"environments.one.domain.{LINE}",
        "environments.qa.region: 'x' is not an AWS Region; as in 'us-east-1'",
    ]


def test_a_faulty_environment_raises_inside_a_model_that_is_none_of_ours() -> None:
    class Plain(BaseModel):
        environment: Environment

    whole = shop()
    given = {name: getattr(whole, name) for name in whole.model_fields_set}
    with pytest.raises(SettingsError):
        Plain(environment=given | {"region": "x"})  # type: ignore[arg-type]


# -- values -------------------------------------------------------------------------------------


def test_replacing_checks_anew() -> None:
    environment = shop()
    assert environment.replace(name="live").names.stack == "shop-live"
    assert environment.replace() == environment
    assert complaints(lambda: environment.replace(region="us-east-1", nmae="x")) == [
        "nmae: is not a setting of Environment; did you mean 'name'?",
        "network.availability_zones: 'eu-west-1a' is not a zone of us-east-1; did you mean "
        "'us-east-1a'?",
        "network.availability_zones: 'eu-west-1b' is not a zone of us-east-1; did you mean "
        "'us-east-1b'?",
    ]


def test_pydantics_copy_checks_anew() -> None:
    assert shop().model_copy() == shop()
    assert complaints(lambda: shop().model_copy(update={"region": "x"})) == [
        "region: 'x' is not an AWS Region; as in 'us-east-1'"
    ]


@pytest.mark.parametrize("change", [setattr, lambda part, name, _: delattr(part, name)])
def test_settings_cannot_be_changed(change: Callable[..., None]) -> None:
    for part, name in ((shop(), "name"), (FAULTY, "host"), (SOUND, "host")):
        with pytest.raises(ValueError, match="frozen"):
            change(part, name, "x")


def test_a_mapping_inside_settings_cannot_be_changed_either() -> None:
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


def test_equal_settings_are_equal_and_have_one_hash() -> None:
    one, other = shop(tags={"a": "1", "b": "2"}), shop(tags={"b": "2", "a": "1"})
    assert one == other
    assert len({one, other, shop()}) == 2


def test_an_environment_survives_copying_and_pickling() -> None:
    environment = shop(tags={"team": "x"})
    for other in (
        copy.copy(environment),
        copy.deepcopy(environment),
        pickle.loads(pickle.dumps(environment)),
        Environment.model_validate(environment.model_dump() | {"services": environment.services}),
    ):
        assert other == environment


def test_a_container_can_be_made_of_plain_values() -> None:
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
        (lambda: Deployment.blue_green(handover=True), "handover", "first_apply"),
        (lambda: Alarms(emails=None, budget_rejections=None), "budget_rejections", "custom"),
    ],
)
def test_a_former_field_name_is_answered_with_the_present_one(build, old, new):
    part = build()
    assert told_by(part) == [
        f"{old}: is not a setting of {type(part).__name__}; did you mean {new!r}?"
    ]
