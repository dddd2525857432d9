"""The sequences of states that service deployments pass through.

A sequence is a generator: each step changes the deployment. The states and their order are those of
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-deployment.html, the stages
those of https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceDeployment.html.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import ceil

from navra_stacks.rehearsal.emulator.service_deployments.deployment import ServiceDeployment
from navra_stacks.rehearsal.emulator.service_deployments.outcomes import UNKNOWN_STATUS

__all__ = ["abort", "play", "requested_rollback"]

BREAKER = "Service deployment rolled back because the circuit breaker threshold was exceeded."
"""The reason of AWS (acceptance test `TestAccECSService_BlueGreenDeployment_circuitBreakerRollback`
of Terraform's AWS provider).
"""

BREAKER_STOP = "Service deployment stopped because the circuit breaker threshold was exceeded."
"""Not verified."""

ALARM = "Service deployment rolled back because a CloudWatch alarm was detected."
"""Not verified."""

FUNCTION_STEPS = 3
"""The number of steps for which the function of a lifecycle hook holds a stage. On AWS, it does so
while it returns IN_PROGRESS, and is invoked again every 30 seconds.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-lifecycle-hooks.html
"""

Steps = Iterator[None]
Stage = tuple[str, float]
"""A lifecycle stage, and the target's percentage of the production traffic at its end."""


def play(deployment: ServiceDeployment) -> Steps:
    """Generate the steps of a deployment from PENDING to the scripted outcome."""
    deployment.begin()
    turn = TURNS.get(deployment.script.outcome)
    turning_stages = _turning_stages(deployment)
    for stage, weight in stages(deployment):
        enter(deployment, stage, weight)
        yield
        yield from _invoke_functions(deployment, stage)
        if turn is not None and stage in turning_stages:
            yield from turn(deployment)
            if deployment.is_finished:
                return
    deployment.succeed()


def _invoke_functions(deployment: ServiceDeployment, stage: str) -> Steps:
    """Wait for the Lambda functions of a stage, which do not exist in the emulator and succeed."""
    for function in deployment.functions(stage):
        deployment.invoke(function)
        for _ in range(FUNCTION_STEPS):
            yield
        deployment.hook = None


def stages(deployment: ServiceDeployment) -> list[Stage]:
    """Return the lifecycle stages of a deployment.

    A rolling deployment has no stages in the API. Its steps are named after the stages here.

    ``RECONCILE_SERVICE`` exists only if more than one revision is active when the deployment
    begins. ``PRODUCTION_TRAFFIC_SHIFT`` is repeated for each shift of a linear or canary
    deployment. Both: the description of ``lifecycleStage`` in ``API_ServiceDeployment.html``.
    """
    if not deployment.is_shifting:
        bake = [("BAKE_TIME", 0.0)] if deployment.script.outcome == "alarm" else []
        return [("SCALE_UP", 0.0), ("POST_SCALE_UP", 0.0), *bake]
    reconcile = ["RECONCILE_SERVICE"] if len(deployment.sources) > 1 else []
    before = "PRE_SCALE_UP SCALE_UP POST_SCALE_UP TEST_TRAFFIC_SHIFT POST_TEST_TRAFFIC_SHIFT"
    after = "POST_PRODUCTION_TRAFFIC_SHIFT BAKE_TIME CLEAN_UP"
    return [
        *((stage, 0.0) for stage in (*reconcile, *before.split())),
        *(("PRODUCTION_TRAFFIC_SHIFT", weight) for weight in shifted_weights(deployment)),
        *((stage, 100.0) for stage in after.split()),
    ]


def shifted_weights(deployment: ServiceDeployment) -> list[float]:
    """Return the target's percentage of the production traffic after each shift.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LinearConfiguration.html and
    ``API_CanaryConfiguration.html``, with their default values.
    """
    configuration = deployment.configuration
    if configuration["strategy"] == "LINEAR":
        linear = configuration.get("linearConfiguration") or {}
        step = float(linear.get("stepPercent", 10.0))
        return [min(step * (index + 1), 100.0) for index in range(ceil(100 / step))]
    if configuration["strategy"] == "CANARY":
        canary = configuration.get("canaryConfiguration") or {}
        return [float(canary.get("canaryPercent", 5.0)), 100.0]
    return [100.0]


def enter(deployment: ServiceDeployment, stage: str, weight: float) -> None:
    """Change a deployment to a stage."""
    if deployment.is_shifting:
        deployment.stage, deployment.production_weight = stage, weight
    if stage == "SCALE_UP":
        deployment.start_tasks()
    elif stage == "POST_SCALE_UP":
        deployment.run_tasks()
    elif stage == "TEST_TRAFFIC_SHIFT":
        deployment.test_weight = 100.0
    elif stage == "CLEAN_UP":
        for source in deployment.sources:
            source.stop(f"Scaling activity initiated by (deployment {deployment.target.id})")


def _turning_stages(deployment: ServiceDeployment) -> tuple[str, ...]:
    """Return the stages after which a deployment deviates from a successful one.

    A pause is at the stages of the service's pause hooks, or at a default stage without any. It is
    repeated with each shift of a linear or canary deployment (`API_ServiceDeployment.html`).
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/pause-lifecycle-hooks.html
    """
    if deployment.script.outcome != "pause":
        return TURNING_STAGES.get(deployment.script.outcome, ("SCALE_UP",))
    hooks = deployment.pause_hooks()
    named = tuple(stage for hook in hooks for stage in hook.get("lifecycleStages", ()))
    return named or ("POST_TEST_TRAFFIC_SHIFT" if deployment.is_shifting else "POST_SCALE_UP",)


def requested_rollback(deployment: ServiceDeployment) -> Steps:
    """Roll back after ROLLBACK_REQUESTED.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stop-service-deployment.html
    """
    yield from _rollback(deployment, deployment.reason or "")


def abort(deployment: ServiceDeployment) -> Steps:
    """Stop after STOP_REQUESTED.

    Not verified: the API has the stop type ABORT, and its description says that only ROLLBACK is
    valid.
    """
    deployment.stop()
    deployment.target.set_rollout("FAILED", f"ECS deployment {deployment.target.id} stopped.")
    yield


def _break(deployment: ServiceDeployment) -> Steps:
    """Fail a task in each step, and roll back at the circuit breaker's threshold.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
    """
    yield from _fail_to_threshold(deployment)
    yield from _rollback(deployment, BREAKER)


def _break_without_rollback(deployment: ServiceDeployment) -> Steps:
    """Fail a task in each step, and stop at the circuit breaker's threshold.

    `API_ServiceDeployment.html`, ``stoppedAt``: a deployment stops if "the rollback option is not
    in use for the failure detection mechanism [...] and the service fails". That it passes
    through STOP_REQUESTED is not verified.
    """
    yield from _fail_to_threshold(deployment)
    deployment.request("STOP_REQUESTED", BREAKER_STOP)
    yield
    deployment.stop()


def _break_twice(deployment: ServiceDeployment) -> Steps:
    """Fail tasks until the rollback, and fail the rollback too. The order is not verified."""
    yield from _fail_to_threshold(deployment)
    deployment.begin_rollback(BREAKER)
    if not deployment.is_finished:
        yield
        deployment.fail_rollback()


def _fail_to_threshold(deployment: ServiceDeployment) -> Steps:
    deployment.fail_task()
    while deployment.failure_count < deployment.threshold:
        yield
        deployment.fail_task()
    deployment.trigger("breaker")


def _fail_forever(deployment: ServiceDeployment) -> Steps:
    """Fail a task in each step, which no circuit breaker counts."""
    while True:
        deployment.fail_task(counts=False)
        yield


def _alarm(deployment: ServiceDeployment) -> Steps:
    """Roll back because of an alarm.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html
    """
    deployment.trigger("alarms")
    yield from _rollback(deployment, ALARM)


def _pause(deployment: ServiceDeployment) -> Steps:
    """Wait until ContinueServiceDeployment changes the status of the hook.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/continue-service-deployment.html
    """
    deployment.pause()
    while deployment.hook is not None and deployment.hook["status"] == "AWAITING_ACTION":
        yield
    deployment.hook = None


def _supersede(deployment: ServiceDeployment) -> Steps:
    """Begin another deployment, which stops this one.

    STOPPED is the status that https://github.com/kayac/ecspresso/issues/899 reports.
    """
    deployment.supersede()
    yield


def _change_to_unknown_status(deployment: ServiceDeployment) -> Steps:
    deployment.status = UNKNOWN_STATUS
    while True:
        yield


def _rollback(deployment: ServiceDeployment, reason: str) -> Steps:
    deployment.begin_rollback(reason)
    if not deployment.is_finished:
        yield
        deployment.finish_rollback()


TURNS: dict[str, Callable[[ServiceDeployment], Steps]] = {
    "breaker": _break,
    "breaker-without-rollback": _break_without_rollback,
    "never-stable": _fail_forever,
    "alarm": _alarm,
    "pause": _pause,
    "rollback-failed": _break_twice,
    "superseded": _supersede,
    "unknown-status": _change_to_unknown_status,
}
"""How a deployment deviates from a successful one, for each other outcome."""

TURNING_STAGES = {"alarm": ("BAKE_TIME",), "superseded": ("POST_SCALE_UP",)}
"""The stages after which it deviates, by outcome. The tasks of other outcomes fail to start."""
