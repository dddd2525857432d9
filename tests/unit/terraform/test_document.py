"""Reading Terraform JSON, and finding a resource by type and physical name."""

from pathlib import Path

import pytest

from navra_stacks.errors import NavraError
from navra_stacks.terraform.document import DocumentError, TerraformDocument

CONTENT = {
    "resource": {
        "aws_lb": {"front": {"name": "front-alb", "internal": False}},
        "aws_ecs_service": {
            "web": {"name": "web-svc", "launch_type": "FARGATE"},
            "api": {"name": "api-svc", "launch_type": "FARGATE"},
        },
    },
    "data": {"aws_vpc": {"vpc": {"default": True}}},
}


@pytest.fixture
def document() -> TerraformDocument:
    return TerraformDocument(CONTENT)


def test_a_resource_is_found_by_type_and_physical_name(document: TerraformDocument) -> None:
    service = document.one("aws_ecs_service", name="api-svc")
    assert (service.kind, service.type, service.name) == ("resource", "aws_ecs_service", "api")
    assert service.body == CONTENT["resource"]["aws_ecs_service"]["api"]


def test_resources_of_a_type_are_sorted_by_address(document: TerraformDocument) -> None:
    found = document.all("aws_ecs_service", launch_type="FARGATE")
    assert [service["name"] for service in found] == ["api-svc", "web-svc"]
    assert document.all("aws_ecs_service", launch_type="EC2") == ()
    assert document.all("aws_s3_bucket") == ()


def test_every_argument_must_match(document: TerraformDocument) -> None:
    assert document.all("aws_ecs_service", name="api-svc", launch_type="EC2") == ()


def test_data_sources_are_separate_from_resources(document: TerraformDocument) -> None:
    assert document.data("aws_vpc", default=True).address == "data.aws_vpc.vpc"
    assert document.all("aws_vpc") == ()
    assert [block.address for block in document.data_sources] == ["data.aws_vpc.vpc"]
    with pytest.raises(DocumentError):
        document.data("aws_lb")


def test_addresses_of_resources_and_data_sources_are_sorted(
    document: TerraformDocument,
) -> None:
    assert document.addresses == (
        "aws_ecs_service.api",
        "aws_ecs_service.web",
        "aws_lb.front",
        "data.aws_vpc.vpc",
    )
    assert [block.address for block in document.resources] == list(document.addresses[:3])


def test_an_argument_is_accessed_like_a_key(document: TerraformDocument) -> None:
    load_balancer = document.one("aws_lb")
    assert load_balancer["internal"] is False
    assert load_balancer.get("idle_timeout") is None
    assert load_balancer.get("idle_timeout", 60) == 60
    with pytest.raises(KeyError):
        load_balancer["idle_timeout"]


def test_an_error_names_the_missing_block(document: TerraformDocument) -> None:
    with pytest.raises(DocumentError, match=r"^the document has no aws_lb name='back-alb'$"):
        document.one("aws_lb", name="back-alb")
    with pytest.raises(DocumentError, match=r"^the document has no data\.aws_subnet$"):
        document.data("aws_subnet")


def test_an_error_names_every_match_of_an_ambiguous_query(document: TerraformDocument) -> None:
    expected = (
        r"^the document has 2 matches for aws_ecs_service launch_type='FARGATE': "
        r"aws_ecs_service\.api, aws_ecs_service\.web$"
    )
    with pytest.raises(DocumentError, match=expected):
        document.one("aws_ecs_service", launch_type="FARGATE")


def test_a_document_without_resources_is_empty() -> None:
    assert TerraformDocument({"terraform": {}}).addresses == ()


def test_a_document_is_read_as_utf_8_in_any_locale(tmp_path: Path) -> None:
    file = tmp_path / "cdk.tf.json"
    file.write_bytes('{"resource": {"aws_lb": {"a": {"name": "größe"}}}}'.encode())
    assert TerraformDocument.read(file).one("aws_lb")["name"] == "größe"
    assert TerraformDocument.read(str(file)).addresses == ("aws_lb.a",)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "cannot be read: No such file"),
        (b"resource {}", "cannot be read as Terraform JSON: Expecting value"),
        (b"\xff\xfe", "cannot be read as Terraform JSON: .*decode"),
        (b"[1]", "cannot be read as Terraform JSON: it is not a JSON object"),
        (b'{"resource": 1}', "cannot be read as Terraform JSON: resource is neither an object"),
        (b"[" * 200_000, "cannot be read as Terraform JSON: (maximum recursion|Stack overflow)"),
    ],
)
def test_an_error_names_the_file_and_the_reason(
    tmp_path: Path, content: bytes | None, reason: str
) -> None:
    file = tmp_path / "cdk.tf.json"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(DocumentError, match=f"cdk.tf.json {reason}") as failure:
        TerraformDocument.read(file)
    assert isinstance(failure.value, NavraError)


def test_a_document_is_read_in_every_form_of_the_syntax(tmp_path: Path) -> None:
    file = tmp_path / "listed.tf.json"
    file.write_text('{"resource": [{"aws_lb": {"a": [{"name": "x"}]}}], "data": {}}')
    assert TerraformDocument.read(file).one("aws_lb")["name"] == "x"
