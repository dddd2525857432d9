"""Rehearsals with deployments: `navra rehearse ENV --deploy`.

Two rehearsals apply the whole shop, which takes more than a minute each, because the provider waits
for a load balancer. They run in parallel with one of the services only, which the other tests apply
too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from navra_stacks import (
    Deployment,
    EcrImage,
    HealthCheck,
    RegistryImage,
    Route,
    Routing,
    synthesize,
)
from navra_stacks.cli.app import main
from navra_stacks.cli.rehearse import table
from navra_stacks.deploy.description import FILE_NAME, DeploymentDescription
from navra_stacks.errors import NavraError
from navra_stacks.rehearsal import deployments
from navra_stacks.rehearsal.deployments import RehearsedDeployments, pipeline_services
from navra_stacks.rehearsal.emulated_services import EmulatedServices
from navra_stacks.rehearsal.result import Rehearsal
from navra_stacks.rehearsal.runner import rehearse
from navra_stacks.settings.environment import Environment
from navra_stacks.terraform.installation import Provider, Terraform
from tests.support.applied_document import AppliedDocument, applied_document
from tests.support.shop import MIGRATE, shop, web, web_container

PHASES = ["deploy", "failed deploy", "changed setting", "plan after deployments"]


def environment() -> Environment:
    """Return a shop with two services of a pipeline, and one of Terraform.

    `web` has blue/green deployments. `api` has a one-off task, and a sidecar with a fixed image
    tag.
    """
    proxy = web_container(port=None, name="proxy")
    return shop(
        web(
            container=web_container(image=EcrImage(repository="shop-web")),
            deployed_by="pipeline",
            deployment=Deployment.blue_green(),
            desired_count=2,
        ),
        web(
            name="api",
            container=web_container(image=EcrImage(repository="shop-api")),
            sidecars=(proxy,),
            architecture="ARM64",
            health_check=HealthCheck(path="/api/up"),
            deployed_by="pipeline",
            one_off_tasks=(MIGRATE,),
        ),
        web(name="jobs", container=web_container(port=None), health_check=None),
        routing=Routing(
            default="web", routes=(Route(priority=1, paths=("/api/*",), service="api"),)
        ),
    )


def written(directory: Path, settings: Environment) -> tuple[Path, DeploymentDescription]:
    (one,) = synthesize([settings], directory)
    return one.path, DeploymentDescription.read(one.path.with_name(FILE_NAME))


# The whole shop


@pytest.fixture(scope="module")
def lines() -> list[str]:
    """The progress of the rehearsals."""
    return []


@pytest.fixture(scope="module")
def rehearsals(
    installed: tuple[Terraform, Provider],
    lines: list[str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Mapping[str, Future[Rehearsal]]]:
    """Running rehearsals.

    One passes, one has a one-off task without a task definition, and one has a second plan that is
    not empty.
    """
    path, description = written(tmp_path_factory.mktemp("shop"), environment())
    api = description.service("api")
    (migrate,) = api.one_off_tasks
    missing = replace(api, one_off_tasks=(replace(migrate, family="shop-api-qa-gone"),))
    services = tuple(missing if one == api else one for one in description.services)
    terraform, provider = installed
    whole = json.loads(path.read_bytes())
    changing, small = services_only(tmp_path_factory.mktemp("services"))
    log_group = changing["resource"]["aws_cloudwatch_log_group"]["web_log_group"]
    log_group["tags"] = {"Applied": "${timestamp()}"}

    def run(document: dict[str, Any], described: DeploymentDescription) -> Rehearsal:
        return rehearse(
            document,
            terraform=terraform,
            provider=provider,
            directory=tmp_path_factory.mktemp("rehearsal"),
            stack=described.stack,
            deployment=described,
            on_progress=lines.append,
        )

    runs = {
        "passed": (whole, description),
        "failed": (whole, replace(description, services=services)),
        "changing": (changing, small),
    }
    # Variables and files that a client would read, if it were not isolated.
    broken = tmp_path_factory.mktemp("home") / "credentials"
    broken.write_text("not a credentials file")
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor() as pool:
        patch.setenv("AWS_CONFIG_FILE", str(broken))
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(broken))
        patch.setenv("AWS_PROFILE", "missing")
        patch.setenv("AWS_ENDPOINT_URL_ECS", "http://127.0.0.1:9")
        yield {name: pool.submit(run, *arguments) for name, arguments in runs.items()}


def test_the_rehearsal_passes_with_all_phases(rehearsals: Mapping[str, Future[Rehearsal]]) -> None:
    result = rehearsals["passed"].result()
    assert result.failure == ""
    assert (result.differences, result.leftovers) == ((), ())
    assert result.passed
    assert result.is_complete
    assert [phase.name for phase in result.phases][5:] == [
        "second plan",
        *PHASES,
        "destroy",
        "leftover check",
    ]


def test_each_deployment_has_its_outcome_in_the_result(
    rehearsals: Mapping[str, Future[Rehearsal]],
) -> None:
    result = rehearsals["passed"].result()
    deployed, failed, changed = result.deployments
    assert (deployed.phase, deployed.targets.keys()) == ("deploy", {"web", "api"})
    assert deployed.outcome == "done"
    assert deployed.running == {"web": "shop-web-qa:2", "api": "shop-api-qa:2"}
    # Blue/green: alarms roll back, since the circuit breaker does not support it.
    assert (failed.phase, failed.outcome) == ("failed deploy", "failed")
    assert "alarm" in failed.reason
    assert failed.running == {"web": "shop-web-qa:2"}
    # The revision 3 failed, and the apply registered 4.
    assert (changed.phase, changed.outcome) == ("changed setting", "done")
    assert changed.running == {"web": "shop-web-qa:5"}


def test_each_strategy_is_played_although_the_provider_may_not_support_it(
    rehearsals: Mapping[str, Future[Rehearsal]], lines: list[str]
) -> None:
    rehearsals["passed"].result()
    assert any(line.startswith("  web: in progress, bake time") for line in lines)
    assert not any(line.startswith("  api: in progress, bake time") for line in lines)


def test_the_output_shows_the_deployments(rehearsals: Mapping[str, Future[Rehearsal]]) -> None:
    result = rehearsals["passed"].result()
    text = table(result)
    assert "\nDeployments:\n  deploy: web=rehearsed-deployment, api=rehearsed-deployment: " in text
    assert "  failed deploy: web=rehearsed-failure: failed (" in text
    assert text.endswith("deployed, the later plans are empty, destroyed, no unexpected leftovers.")
    content = json.loads(json.dumps(result.as_json()))
    assert [one["outcome"] for one in content["deployments"]] == ["done", "failed", "done"]


def test_revisions_of_deployments_are_expected_leftovers_with_a_reason(
    rehearsals: Mapping[str, Future[Rehearsal]],
) -> None:
    revisions = {
        leftover.name.rpartition("/")[2]: (leftover.status, leftover.reason)
        for leftover in rehearsals["passed"].result().expected_leftovers
        if leftover.kind == "TaskDefinition"
    }
    active = {name: reason for name, (status, reason) in revisions.items() if status == "ACTIVE"}
    assert active.keys() == {
        "shop-web-qa:1",
        "shop-web-qa:2",
        "shop-web-qa:3",
        "shop-web-qa:5",
        "shop-api-qa:2",
        "shop-api-qa-migrate:2",
    }
    assert active.pop("shop-web-qa:1").startswith("an apply replaced it")
    assert all(reason.startswith("a deployment registered it") for reason in active.values())


def test_a_deployment_without_success_fails_the_rehearsal(
    rehearsals: Mapping[str, Future[Rehearsal]],
) -> None:
    result = rehearsals["failed"].result()
    assert result.failure.startswith(
        "deploy: expected the deployment of rehearsed-deployment to web, api to be successful, but "
        "the deployment ended as REFUSED: shop-api-qa-gone has no active revision"
    )
    assert not result.passed
    assert not result.is_complete
    (refused,) = result.deployments
    assert refused.outcome == "refused"


def test_nothing_is_deployed_if_the_second_plan_is_not_empty(
    rehearsals: Mapping[str, Future[Rehearsal]],
) -> None:
    result = rehearsals["changing"].result()
    assert result.failure == ""
    assert result.differences
    assert not result.passed
    assert result.deployments == ()
    assert "deploy" not in [phase.name for phase in result.phases]


# The phases, with the services only

TYPES = """aws_cloudwatch_log_group aws_ecs_cluster aws_ecs_service aws_ecs_task_definition
aws_iam_role aws_security_group terraform_data""".split()

Change = Callable[[dict[str, Any]], None]


class Applied:
    """The services of a shop, applied without a load balancer."""

    def __init__(
        self, document: dict[str, Any], description: DeploymentDescription, applied: AppliedDocument
    ) -> None:
        self.document = document
        self.description = description
        self.applied = applied
        self._written = (applied.workspace.directory / "cdk.tf.json").read_bytes()

    def changed(self, change: Change = lambda _: None) -> dict[str, Any]:
        """Return the document as it was applied, with a change."""
        document: dict[str, Any] = json.loads(self._written)
        change(document)
        return document

    def phases(self) -> RehearsedDeployments:
        services = pipeline_services(self.description, self.document)
        return RehearsedDeployments(
            self.description,
            services,
            self.applied.emulator,
            self.applied.workspace,
            report=lambda _: None,
            on_event=lambda _: None,
        )


def services_only(directory: Path) -> tuple[dict[str, Any], DeploymentDescription]:
    """Return a document with a service and what it needs, without a load balancer.

    The service has rolling deployments and an image outside ECR.
    """
    container = web_container(image=RegistryImage(repository="public.ecr.aws/shop/web"))
    path, description = written(directory, shop(web(container=container, deployed_by="pipeline")))
    document: dict[str, Any] = json.loads(path.read_bytes())
    document["resource"] = {type_: document["resource"][type_] for type_ in TYPES}
    for blocks in document["resource"].values():
        for body in blocks.values():
            body.pop("depends_on", None)
    service = document["resource"]["aws_ecs_service"]["web_service"]
    del service["load_balancer"], service["health_check_grace_period_seconds"]
    document["data"] = {type_: document["data"][type_] for type_ in ("aws_vpc", "aws_subnet")}
    document.pop("output", None)
    return document, description


@pytest.fixture(scope="module")
def services(
    installed: tuple[Terraform, Provider], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Applied]:
    """The service, applied."""
    directory = tmp_path_factory.mktemp("applied")
    document, description = services_only(directory / "out")
    with applied_document(
        document,
        installed=installed,
        directory=directory / "work",
        variables={"web_image_tag": "1.0.0"},
    ) as applied:
        yield Applied(document, description, applied)


def test_a_rolling_deployment_fails_with_the_circuit_breaker(services: Applied) -> None:
    phases = services.phases()
    phases.deploy()
    phases.fail()
    _, failed = phases.results
    assert "circuit breaker" in failed.reason


def test_a_deployment_that_does_not_fail_is_an_unexpected_outcome(
    services: Applied, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(EmulatedServices, "script_failure", lambda *_: None)
    with pytest.raises(NavraError, match=r"to fail, .* ended as DONE, and web has shop-web-qa:"):
        services.phases().fail()


def test_a_service_that_runs_another_image_is_an_unexpected_outcome(
    services: Applied, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = {"web": "public.ecr.aws/shop/web:1.0.0"}
    monkeypatch.setattr(EmulatedServices, "images", lambda *_: images)
    with pytest.raises(NavraError, match=r"but it runs public\.ecr\.aws/shop/web:1"):
        services.phases().deploy()


def remove_ignored_task_definition(document: dict[str, Any]) -> None:
    del document["resource"]["aws_ecs_service"]["web_service"]["lifecycle"]


def change_the_log_group(document: dict[str, Any]) -> None:
    document["resource"]["aws_cloudwatch_log_group"]["web_log_group"]["retention_in_days"] = 7


@pytest.mark.parametrize(
    ("change", "address"),
    [
        (remove_ignored_task_definition, "aws_ecs_service.web_service"),
        (change_the_log_group, "aws_cloudwatch_log_group.web_log_group"),
    ],
)
def test_a_changed_setting_must_change_task_definitions_only(
    services: Applied, change: Change, address: str
) -> None:
    phases = services.phases()
    phases.deploy()
    with pytest.raises(NavraError, match=f"no more, but the plan changes {address}$"):
        phases.change_setting(services.changed(change))


def test_a_changed_setting_must_be_pending(
    services: Applied, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deployments, "VALUE", "pending")
    monkeypatch.setattr(RehearsedDeployments, "_pending", lambda *_: ())
    with pytest.raises(NavraError, match="NAVRA_REHEARSAL as pending, but it lists nothing"):
        services.phases().change_setting(services.changed())


def test_a_changed_setting_must_come_into_force(
    services: Applied, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deployments, "VALUE", "in force")
    monkeypatch.setattr(EmulatedServices, "variables", lambda *_: {"OTHER": "1"})
    with pytest.raises(NavraError, match=r"into force, but web runs with the variables OTHER$"):
        services.phases().change_setting(services.changed())


def test_a_plan_with_the_deployed_tags_must_be_empty(services: Applied) -> None:
    phases = services.phases()
    phases.deploy()
    tags = {"web_image_tag": "1.0.0"}
    document = services.changed()
    services.applied.workspace.write(document)
    services.applied.workspace.plan_and_apply()
    phases.plan_again(document, tags)
    # Without it, the tag of the variable is registered and deployed.
    del document["resource"]["terraform_data"]["web_image_tag"]["lifecycle"]
    services.applied.workspace.write(document)
    with pytest.raises(NavraError, match="plan with the tags that were deployed to be empty, but"):
        phases.plan_again(document, tags)


def test_a_deployment_whose_rollback_fails_too_is_an_unexpected_outcome(
    services: Applied, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The last test with these services: they run no tasks afterwards.
    phases = services.phases()
    phases.deploy()
    emulator = services.applied.emulator
    monkeypatch.setattr(
        EmulatedServices,
        "script_failure",
        lambda *_: emulator.script_deployments("eu-west-1", "shop-web-qa-svc", ["rollback-failed"]),
    )
    with pytest.raises(NavraError, match=r"to fail, .* but the deployment ended as UNKNOWN"):
        phases.fail()


# Nothing to deploy


def run(*arguments: str | Path) -> int | str | None:
    with pytest.raises(SystemExit) as exit_:
        main(["rehearse", *map(str, arguments), "--deploy"])
    return exit_.value.code


def test_a_document_without_services_of_a_pipeline_is_refused(
    tmp_path: Path,
    installed: tuple[Terraform, Provider],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("NAVRA_PROVIDER_MIRROR", str(installed[1].mirror))
    # A pipeline cannot deploy an image whose tag is in the settings.
    path, _ = written(tmp_path, shop(web(deployed_by="pipeline")))
    assert run(path) == 2
    error = capsys.readouterr().err
    assert "shop-qa has no service whose images a pipeline deploys" in error
    assert "init ..." not in error


def test_a_file_without_a_description_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, _ = written(tmp_path, environment())
    path.with_name(FILE_NAME).unlink()
    assert run(path) == 2
    assert f"--deploy needs the file {FILE_NAME} beside {path}" in capsys.readouterr().err


def test_the_description_of_another_document_is_refused(tmp_path: Path) -> None:
    path, _ = written(tmp_path / "one", environment())
    _, other = written(tmp_path / "other", environment().replace(name="live"))
    with pytest.raises(NavraError, match=r"belongs to another document: .* name shop-live;"):
        pipeline_services(other, json.loads(path.read_bytes()))
