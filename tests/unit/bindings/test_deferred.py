"""Classes of the bindings come into being when they are named, and are as ever then."""

import inspect
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from importlib.machinery import PathFinder
from types import ModuleType

import cdktf
import jsii
import pytest
from cdktf import App, TerraformStack
from cdktf_cdktf_provider_aws.sns_topic import SnsTopic

PACKAGE = "cdktf_cdktf_provider_aws"


def module(name: str) -> ModuleType:
    """A module of the provider's."""
    return import_module(f"{PACKAGE}.{name}")


def test_what_is_not_named_is_not_declared() -> None:
    # Nothing else in the tests or in the library uses this one.
    sets = module("ses_configuration_set")
    assert "SesConfigurationSetConfig" in sets.__all__
    assert set(sets.__all__).isdisjoint(vars(sets))
    declared = sets.SesConfigurationSet
    assert declared.__name__ == "SesConfigurationSet"
    assert vars(sets)["SesConfigurationSet"] is declared is sets.SesConfigurationSet
    assert "SesConfigurationSetConfig" not in vars(sets)


def test_a_module_lists_all_that_it_publishes() -> None:
    topics = module("sns_topic_subscription")
    assert {"SnsTopicSubscription", "SnsTopicSubscriptionConfig"} <= set(dir(topics))
    names: dict[str, object] = {}
    exec("from cdktf_cdktf_provider_aws.sns_topic_subscription import *", names)
    assert inspect.isclass(names["SnsTopicSubscriptionConfig"])


@pytest.mark.parametrize("name", ["SnsTopicPolicies", "jsii", "_typecheckingstub__", "__wrapped__"])
def test_what_a_module_does_not_publish_it_does_not_have(name: str) -> None:
    with pytest.raises(AttributeError, match=rf"sns_topic_policy' has no attribute '{name}'"):
        getattr(module("sns_topic_policy"), name)


def test_what_is_private_can_be_looked_at() -> None:
    topics = module("sns_topic_policy")
    private = sys.modules[f"{topics.__name__}._private"]
    assert topics._private is private
    assert private.jsii is jsii
    assert private.SnsTopicPolicyConfig is topics.SnsTopicPolicyConfig
    with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
        _ = private.Nothing


def test_threads_that_name_a_class_at_once_get_the_same() -> None:
    queues = module("sqs_queue")
    with ThreadPoolExecutor(8) as threads:
        found = {*threads.map(lambda _: queues.SqsQueue, range(32))}
    assert len(found) == 1


def test_a_class_knows_its_source() -> None:
    assert inspect.getsource(SnsTopic).startswith("class SnsTopic(")
    assert inspect.getsourcefile(SnsTopic) == module("sns_topic").__file__
    assert "Represents a" in (SnsTopic.__doc__ or "")
    assert "`aws_sns_topic`" in (module("sns_topic").__doc__ or "")


def test_a_jsii_that_finds_no_late_type_gets_the_module_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(jsii._reference_map, "_try_import_type_module")
    plans = module("sfn_alias")
    assert set(plans.__all__) <= set(vars(plans))
    assert "_typecheckingstub__" not in dir(plans)


def test_what_javascript_returns_of_a_type_that_nobody_named_is_of_that_type() -> None:
    from cdktf_cdktf_provider_aws.sqs_queue import SqsQueue

    queue = SqsQueue(TerraformStack(App(), "lazy"), "queue", timeouts={"create": "1m"})
    assert "SqsQueueTimeoutsOutputReference" not in vars(module("sqs_queue"))
    assert queue.timeouts.create_input == "1m"
    assert type(queue.timeouts) is module("sqs_queue").SqsQueueTimeoutsOutputReference


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"name": 5}, "type of argument name must be one of (str, NoneType); got int instead"),
        ({"lifecycle": {"prevent_destroy": "no"}}, "type of argument prevent_destroy must be one"),
        ({"provisioners": "none"}, "type of argument provisioners must be one of"),
        ({"no_such": 1}, "got an unexpected keyword argument 'no_such'"),
    ],
)
def test_a_wrong_argument_is_told_as_ever(settings: dict[str, object], message: str) -> None:
    with pytest.raises(TypeError) as told:
        SnsTopic(TerraformStack(App(), "wrong"), "topic", **settings)  # type: ignore[arg-type]
    assert message in str(told.value)


def test_nothing_is_no_value_for_what_is_required() -> None:
    with pytest.raises(TypeError, match="type of argument arn must be str; got NoneType instead"):
        module("sns_topic_policy").SnsTopicPolicy(
            TerraformStack(App(), "none"), "policy", arn=None, policy="{}"
        )


def test_each_of_many_arguments_is_checked() -> None:
    assert cdktf.VariableType.tuple("string", "bool") == "tuple(string, bool)"
    with pytest.raises(TypeError, match=r"type of argument elements\[1\] must be str; got int"):
        cdktf.VariableType.tuple("string", 5)  # type: ignore[arg-type]


def test_a_structure_may_be_given_by_its_class_or_as_a_mapping() -> None:
    def synthesized(lifecycle: object) -> object:
        stack = TerraformStack(App(), "one")
        SnsTopic(stack, "topic", name="news", lifecycle=lifecycle)  # type: ignore[arg-type]
        return json.loads(cdktf.Testing.synth(stack))["resource"]

    named = cdktf.TerraformResourceLifecycle(prevent_destroy=True)
    assert synthesized(named) == synthesized({"prevent_destroy": True})
    assert synthesized(named) != synthesized(None)


def test_a_submodule_is_found_where_python_would_find_it() -> None:
    topic = module("sns_topic")
    found = PathFinder.find_spec(topic.__name__, sys.modules[PACKAGE].__path__)
    assert found is not None
    assert topic.__spec__ is not None
    for name in (
        "name",
        "origin",
        "cached",
        "submodule_search_locations",
        "parent",
        "loader_state",
    ):
        assert getattr(topic.__spec__, name) == getattr(found, name)
    assert [*topic.__path__] == found.submodule_search_locations
    with pytest.raises(ModuleNotFoundError, match=r"No module named .*no_such"):
        module("no_such")
