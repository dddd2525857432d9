"""Classes of the bindings are declared when they are first named, and then work as usual."""

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
    """A module of the provider."""
    return import_module(f"{PACKAGE}.{name}")


def test_a_class_that_is_not_named_is_not_declared() -> None:
    # No other test and no module of the library uses this one.
    generated = module("ses_configuration_set")
    assert "SesConfigurationSetConfig" in generated.__all__
    assert set(generated.__all__).isdisjoint(vars(generated))
    declared = generated.SesConfigurationSet
    assert declared.__name__ == "SesConfigurationSet"
    assert vars(generated)["SesConfigurationSet"] is declared is generated.SesConfigurationSet
    assert "SesConfigurationSetConfig" not in vars(generated)


def test_dir_and_star_import_include_all_published_names() -> None:
    generated = module("sns_topic_subscription")
    assert {"SnsTopicSubscription", "SnsTopicSubscriptionConfig"} <= set(dir(generated))
    names: dict[str, object] = {}
    exec("from cdktf_cdktf_provider_aws.sns_topic_subscription import *", names)
    assert inspect.isclass(names["SnsTopicSubscriptionConfig"])


@pytest.mark.parametrize("name", ["SnsTopicPolicies", "jsii", "_typecheckingstub__", "__wrapped__"])
def test_a_name_that_is_not_published_is_not_an_attribute(name: str) -> None:
    with pytest.raises(AttributeError, match=rf"sns_topic_policy' has no attribute '{name}'"):
        getattr(module("sns_topic_policy"), name)


def test_the_private_module_has_all_names() -> None:
    generated = module("sns_topic_policy")
    private = sys.modules[f"{generated.__name__}._private"]
    assert generated._private is private
    assert private.jsii is jsii
    assert private.SnsTopicPolicyConfig is generated.SnsTopicPolicyConfig
    with pytest.raises(AttributeError, match="has no attribute 'Missing'"):
        _ = private.Missing


def test_concurrent_threads_get_the_same_class() -> None:
    generated = module("sqs_queue")
    with ThreadPoolExecutor(8) as threads:
        classes = {*threads.map(lambda _: generated.SqsQueue, range(32))}
    assert len(classes) == 1


def test_inspect_finds_the_source_of_a_class() -> None:
    assert inspect.getsource(SnsTopic).startswith("class SnsTopic(")
    assert inspect.getsourcefile(SnsTopic) == module("sns_topic").__file__
    assert "Represents a" in (SnsTopic.__doc__ or "")
    assert "`aws_sns_topic`" in (module("sns_topic").__doc__ or "")


def test_a_module_is_imported_in_full_if_jsii_cannot_find_types_declared_late(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(jsii._reference_map, "_try_import_type_module")
    generated = module("sfn_alias")
    assert set(generated.__all__) <= set(vars(generated))
    assert "_typecheckingstub__" not in dir(generated)


def test_an_object_from_javascript_has_its_type_although_the_type_was_not_named() -> None:
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
        ({"unknown": 1}, "got an unexpected keyword argument 'unknown'"),
    ],
)
def test_an_invalid_argument_raises_the_usual_error(
    settings: dict[str, object], message: str
) -> None:
    with pytest.raises(TypeError) as raised:
        SnsTopic(TerraformStack(App(), "wrong"), "topic", **settings)  # type: ignore[arg-type]
    assert message in str(raised.value)


def test_none_is_invalid_for_a_required_argument() -> None:
    with pytest.raises(TypeError, match="type of argument arn must be str; got NoneType instead"):
        module("sns_topic_policy").SnsTopicPolicy(
            TerraformStack(App(), "none"), "policy", arn=None, policy="{}"
        )


def test_each_variadic_argument_is_checked() -> None:
    assert cdktf.VariableType.tuple("string", "bool") == "tuple(string, bool)"
    with pytest.raises(TypeError, match=r"type of argument elements\[1\] must be str; got int"):
        cdktf.VariableType.tuple("string", 5)  # type: ignore[arg-type]


def test_a_structure_may_be_an_instance_or_a_mapping() -> None:
    def synthesize(lifecycle: object) -> object:
        stack = TerraformStack(App(), "lifecycle")
        SnsTopic(stack, "topic", name="news", lifecycle=lifecycle)  # type: ignore[arg-type]
        return json.loads(cdktf.Testing.synth(stack))["resource"]

    instance = cdktf.TerraformResourceLifecycle(prevent_destroy=True)
    assert synthesize(instance) == synthesize({"prevent_destroy": True})
    assert synthesize(instance) != synthesize(None)


def test_a_submodule_has_the_spec_that_python_would_find() -> None:
    generated = module("sns_topic")
    expected = PathFinder.find_spec(generated.__name__, sys.modules[PACKAGE].__path__)
    assert expected is not None
    assert generated.__spec__ is not None
    for name in (
        "name",
        "origin",
        "cached",
        "submodule_search_locations",
        "parent",
        "loader_state",
    ):
        assert getattr(generated.__spec__, name) == getattr(expected, name)
    assert [*generated.__path__] == expected.submodule_search_locations
    with pytest.raises(ModuleNotFoundError, match=r"No module named .*missing"):
        module("missing")
