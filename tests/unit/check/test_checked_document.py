"""References between resources, and resources that belong to another one."""

from __future__ import annotations

from tests.unit.check.checked import checked, resources


def test_references_in_any_argument_and_in_meta_arguments():
    document = resources(
        aws_vpc={"main": {}},
        aws_subnet={"a-1": {"vpc_id": "${aws_vpc.main.id}", "depends_on": ["aws_lb.web"]}},
        aws_lb={
            "web": {
                "access_logs": {"bucket": "${aws_s3_bucket.logs.id}"},
                "lifecycle": {"replace_triggered_by": ["aws_vpc.main.cidr_block"]},
                "name": "aws_vpc.main is text",
            }
        },
        aws_s3_bucket={"logs": {}},
    )
    subnet, lb = (next(document.all(type_)) for type_ in ("aws_subnet", "aws_lb"))
    assert subnet.references == {"aws_vpc.main", "aws_lb.web"}
    assert lb.references == {"aws_s3_bucket.logs", "aws_vpc.main"}
    assert document.dependencies(subnet) == {"aws_vpc.main", "aws_lb.web", "aws_s3_bucket.logs"}
    assert [one.address for one in document.referring(document.find(["aws_vpc.main"])[0])] == [
        "aws_lb.web",
        "aws_subnet.a-1",
    ]


def test_references_through_locals_indexes_and_functions():
    document = checked(
        {
            "locals": {"a": "${local.b}", "b": ["${aws_vpc.main.id}"], "c": "${local.c}"},
            "resource": {
                "aws_vpc": {"main": {}},
                "aws_subnet": {
                    "a": {"vpc_id": "${local.a}"},
                    "b": {"vpc_id": '${element(aws_vpc.main[*].id, "aws_lb.web.id")}'},
                    "c": {"vpc_id": "${local.c}"},
                },
            },
        }
    )
    assert [sorted(one.references) for one in document.all("aws_subnet")] == [
        ["aws_vpc.main"],
        ["aws_vpc.main"],
        [],
    ]


def test_a_data_source_is_not_the_resource_of_its_name():
    document = checked(
        {
            "data": {"aws_vpc": {"main": {}}},
            "resource": {
                "aws_vpc": {"main": {}},
                "aws_subnet": {"a": {"vpc_id": "${data.aws_vpc.main.id}"}},
            },
        }
    )
    (vpc,) = next(document.all("aws_subnet")).referred("vpc_id", "aws_vpc")
    assert (vpc.address, vpc.is_data) == ("data.aws_vpc.main", True)


def test_a_resource_with_a_count_of_zero_does_not_exist():
    assert list(resources(aws_vpc={"main": {"count": 0}}).all("aws_vpc")) == []


def bucket(**versioning: object) -> tuple[str, ...] | None:
    document = resources(
        aws_s3_bucket={"logs": {"bucket": "logs"}, "other": {"bucket": "other"}},
        aws_s3_bucket_versioning={"v": versioning},
    )
    (logs,) = document.find(["aws_s3_bucket.logs"])
    found = document.attached(logs, "bucket", "aws_s3_bucket_versioning")
    return None if found is None else tuple(one.address for one in found)


def test_a_resource_is_attached_by_reference_name_or_loop():
    attached = ("aws_s3_bucket_versioning.v",)
    assert bucket(bucket="${aws_s3_bucket.logs.id}") == attached
    assert bucket(bucket="logs") == attached
    assert bucket(bucket="${each.value.id}", for_each="${aws_s3_bucket.logs}") == attached
    assert bucket(bucket="other") == ()
    assert bucket(bucket="${aws_s3_bucket.other.id}") == ()


def test_it_is_not_known_whether_a_resource_is_attached_by_a_variable():
    assert bucket(bucket="${var.bucket}") is None


def test_a_module_can_attach_anything_to_a_resource_that_it_gets():
    document = checked(
        {
            "module": {"logs": {"source": "./logs", "bucket": "${aws_s3_bucket.logs.id}"}},
            "resource": {"aws_s3_bucket": {"logs": {}}},
        }
    )
    (logs,) = document.find(["aws_s3_bucket.logs"])
    assert document.attached(logs, "bucket", "aws_s3_bucket_versioning") is None


def test_ignored_changes():
    document = resources(
        aws_ecs_service={
            "a": {"lifecycle": {"ignore_changes": ["desired_count", "load_balancer[0].x"]}},
            "b": {"lifecycle": [{"ignore_changes": "all"}]},
            "c": {},
        }
    )
    a, b, c = document.all("aws_ecs_service")
    assert [one.ignores("load_balancer") for one in (a, b, c)] == [True, True, False]
    assert a.ignores("task_definition") is False
