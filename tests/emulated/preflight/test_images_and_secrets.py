"""Images, secrets, the OIDC provider and service-linked roles in the emulated account."""

from __future__ import annotations

import json
from typing import Any

import pytest

from environments.prod import PROD
from navra_stacks import Cache, DefaultVpc, EcrImage, GitHubDeployRole, Secret
from navra_stacks.preflight.finding import Outcome
from navra_stacks.preflight.images import check_images
from navra_stacks.preflight.oidc_provider import check_oidc_provider
from navra_stacks.preflight.secrets import check_secrets
from navra_stacks.preflight.service_linked_roles import check_service_linked_roles
from tests.emulated.preflight.conftest import Findings, outcomes, problems
from tests.support.handmade_account.console import REGION, Console
from tests.support.shop import shop as any_shop, web, web_container


def shop(*services: Any, **changes: Any) -> Any:
    """Build a small environment in the Region of the emulated account."""
    network = DefaultVpc(availability_zones=(f"{REGION}a", f"{REGION}b"))
    return any_shop(*services, region=REGION, network=network, **changes)


SERVICE = web(container=web_container(image=EcrImage(repository="shop-web")))
SHOP = shop(SERVICE)
INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"


def push(console: Console, tag: str, *architectures: str) -> None:
    """Push an image index, or without architectures a single image."""
    platforms = [
        {"platform": {"os": "linux", "architecture": architecture}}
        for architecture in architectures
    ]
    # docker adds the provenance of an image in this form.
    attestation = {"platform": {"os": "unknown", "architecture": "unknown"}}
    manifest: dict[str, Any] = (
        {"mediaType": INDEX, "manifests": [*platforms, attestation]}
        if architectures
        else {"mediaType": MANIFEST, "layers": []}
    )
    console("ecr").put_image(
        repositoryName="shop-web", imageManifest=json.dumps(manifest), imageTag=tag
    )


@pytest.fixture
def repository(console: Console) -> None:
    console("ecr").create_repository(repositoryName="shop-web")


def test_a_missing_repository_is_a_problem(console: Console, findings: Findings) -> None:
    found = problems(findings(check_images, SHOP, web_image_tag="1.0"))
    assert found["shop-web:1.0"] == (
        "its repository does not exist",
        "create the repository with `aws ecr create-repository --region us-east-1 "
        "--repository-name shop-web` and push the image, or set `registry` to let the environment "
        "create its repositories",
    )
    found = problems(findings(check_images, PROD, backend_image_tag="1", frontend_image_tag="1"))
    assert sorted(found) == ["aep-backend:1", "aep-frontend:1"]
    assert found["aep-backend:1"][1] == (
        "create the repository first with `terraform -chdir=cdktf.out/stacks/aep-prod init && "
        "terraform -chdir=cdktf.out/stacks/aep-prod apply "
        "-target=aws_ecr_repository.aep_backend_repository`, then push the image"
    )


@pytest.mark.usefixtures("repository")
def test_a_missing_tag_is_a_problem(findings: Findings, console: Console) -> None:
    push(console, "0.9", "amd64")
    message, repair = problems(findings(check_images, SHOP, web_image_tag="1.0"))["shop-web:1.0"]
    assert "the repository has no image with this tag" in message
    assert repair == "push the image, built for linux/amd64"


@pytest.mark.parametrize("tag", ["latest", "", "a b"])
@pytest.mark.usefixtures("repository")
def test_a_tag_that_terraform_refuses_is_a_problem(
    tag: str, findings: Findings, console: Console
) -> None:
    push(console, "latest", "amd64")
    message, repair = problems(findings(check_images, SHOP, web_image_tag=tag))["shop-web"]
    assert message.startswith("Terraform refuses the value of the variable web_image_tag: ")
    assert repr(tag) in message
    assert repair == "correct --var web_image_tag or the environment variable TF_VAR_web_image_tag"


@pytest.mark.usefixtures("repository")
def test_an_image_for_the_architecture_of_the_tasks_is_right(
    findings: Findings, console: Console
) -> None:
    push(console, "1.0", "amd64", "arm64")
    for architecture, name in (("X86_64", "amd64"), ("ARM64", "arm64")):
        environment = shop(SERVICE.replace(architecture=architecture))
        found = findings(check_images, environment, web_image_tag="1.0")["shop-web:1.0"]
        assert (found.outcome, found.message) == (Outcome.PASSED, f"exists for linux/{name}")


@pytest.mark.usefixtures("repository")
def test_an_image_for_another_architecture_is_a_problem(
    findings: Findings, console: Console
) -> None:
    push(console, "1.0", "arm64")
    message, repair = problems(findings(check_images, SHOP, web_image_tag="1.0"))["shop-web:1.0"]
    assert message == "exists for arm64, but the tasks of web are X86_64"
    assert repair == "build it for linux/amd64, or change `services.web.architecture`"


@pytest.mark.usefixtures("repository")
def test_the_architecture_of_a_single_image_is_not_known(
    findings: Findings, console: Console
) -> None:
    push(console, "1.0")
    found = findings(check_images, SHOP, web_image_tag="1.0")["shop-web:1.0"]
    assert found.outcome is Outcome.NOTE
    assert "its architecture is not checked" in found.message


@pytest.mark.usefixtures("console")
def test_an_unknown_tag_is_not_checked(findings: Findings) -> None:
    found = findings(check_images, SHOP)["shop-web"]
    assert found.outcome is Outcome.UNKNOWN
    assert (
        "pass --var web_image_tag=TAG, or set the environment variable TF_VAR_web" in found.repair
    )


@pytest.mark.usefixtures("console")
def test_an_image_of_another_registry_is_a_note(findings: Findings) -> None:
    assert outcomes(findings(check_images, shop())) == {"public.ecr.aws/shop/web": "note"}


# Secrets

NEEDED = web(container=web_container(secrets=("TOKEN",)))


def with_secret(*services: Any, managed: bool) -> Any:
    return shop(*services, secrets=(Secret(name="TOKEN", managed=managed),))


@pytest.mark.parametrize("managed", [True, False])
def test_a_missing_secret_is_a_problem(managed: bool, console: Console, findings: Findings) -> None:
    found = problems(findings(check_secrets, with_secret(NEEDED, managed=managed)))
    message, repair = found["shop/qa/TOKEN"]
    if managed:
        assert "does not exist yet" in message
        assert "-target=aws_secretsmanager_secret.token_secret`, then enter its value" in repair
        assert "`aws secretsmanager put-secret-value --region us-east-1 --secret-id" in repair
    else:
        assert message == "does not exist, so the first plan fails"
        assert repair == (
            "create it with `aws secretsmanager create-secret --region us-east-1 --name "
            "shop/qa/TOKEN --secret-string file://FILE`, or set managed=True for this secret"
        )


def test_a_secret_without_a_value_is_a_problem(console: Console, findings: Findings) -> None:
    secrets = console("secretsmanager")
    secrets.create_secret(Name="shop/qa/TOKEN")
    environment = with_secret(NEEDED, managed=False)
    message, repair = problems(findings(check_secrets, environment))["shop/qa/TOKEN"]
    assert message == "has no value, so the tasks that need it do not start"
    assert "put-secret-value --region us-east-1 --secret-id shop/qa/TOKEN" in repair
    secrets.put_secret_value(SecretId="shop/qa/TOKEN", SecretString="x")
    assert outcomes(findings(check_secrets, environment)) == {"shop/qa/TOKEN": "passed"}


def test_a_secret_to_look_up_that_is_being_deleted_is_a_problem(
    console: Console, findings: Findings
) -> None:
    secrets = console("secretsmanager")
    secrets.create_secret(Name="shop/qa/TOKEN", SecretString="x")
    secrets.delete_secret(SecretId="shop/qa/TOKEN")
    found = findings(check_secrets, with_secret(NEEDED, managed=False))
    message, repair = problems(found)["shop/qa/TOKEN"]
    assert message.startswith("is scheduled for deletion")
    assert repair == (
        "restore it with `aws secretsmanager restore-secret --region us-east-1 --secret-id "
        "shop/qa/TOKEN`"
    )
    # That of a managed secret is a taken name.
    assert findings(check_secrets, with_secret(NEEDED, managed=True)) == {}


@pytest.mark.usefixtures("console")
def test_the_secrets_that_terraform_writes_are_left_out(findings: Findings) -> None:
    assert sorted(findings(check_secrets, PROD)) == [
        "aep/prod/ANTHROPIC_API_KEY",
        "aep/prod/AUDIT_ENCRYPTION_KEY",
        "aep/prod/OPENAI_API_KEY",
    ]
    names = ("REDIS_URL", "CELERY_BROKER_URL")
    environment = shop(
        web(container=web_container(secrets=names)),
        cache=Cache(url_secret="REDIS_URL", further_urls={"CELERY_BROKER_URL": 1}),
        secrets=tuple(Secret(name=name, managed=True) for name in names),
    )
    assert findings(check_secrets, environment) == {}


# The OIDC provider

ISSUER = "token.actions.githubusercontent.com"


def create_provider(console: Console, **tags: str) -> None:
    console("iam").create_open_id_connect_provider(
        Url=f"https://{ISSUER}",
        ClientIDList=["sts.amazonaws.com"],
        Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
    )


@pytest.mark.parametrize(
    ("creates", "exists", "outcome"),
    [
        (True, False, "passed"),
        (True, True, "problem"),
        (False, False, "problem"),
        (False, True, "passed"),
    ],
)
def test_the_oidc_provider_exists_or_is_created(
    creates: bool, exists: bool, outcome: str, console: Console, findings: Findings
) -> None:
    role = GitHubDeployRole.from_branch("shop/shop", "main", creates_provider=creates)
    if exists:
        create_provider(console)
    assert outcomes(findings(check_oidc_provider, shop(delivery=role))) == {ISSUER: outcome}


def test_an_oidc_provider_of_this_environment_is_a_note(
    console: Console, findings: Findings
) -> None:
    create_provider(console, Project="aep", Environment="prod", ManagedBy="terraform")
    assert outcomes(findings(check_oidc_provider, PROD)) == {ISSUER: "note"}


@pytest.mark.usefixtures("console")
def test_without_a_deploy_role_no_oidc_provider_is_needed(findings: Findings) -> None:
    assert findings(check_oidc_provider, shop()) == {}


# Service-linked roles


def test_a_missing_service_linked_role_is_a_note_with_its_command(
    console: Console, findings: Findings
) -> None:
    console("iam").create_role(RoleName="AWSServiceRoleForECS", AssumeRolePolicyDocument="{}")
    found = findings(check_service_linked_roles, PROD)
    assert outcomes(found) == {
        "AWSServiceRoleForApplicationAutoScaling_ECSService": "note",
        "AWSServiceRoleForECS": "passed",
        "AWSServiceRoleForElastiCache": "note",
        "AWSServiceRoleForElasticLoadBalancing": "note",
        "AWSServiceRoleForRDS": "note",
    }
    assert found["AWSServiceRoleForRDS"].repair.endswith(
        "aws iam create-service-linked-role --aws-service-name rds.amazonaws.com`"
    )
    assert sorted(findings(check_service_linked_roles, shop())) == [
        "AWSServiceRoleForECS",
        "AWSServiceRoleForElasticLoadBalancing",
    ]
