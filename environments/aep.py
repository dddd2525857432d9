"""Settings for the environments of the application AEP: services, routes, secrets."""

from navra_stacks import (
    Container,
    EcrImage,
    ExistingCache,
    ExistingDatabase,
    HealthCheck,
    LogPatternAlarm,
    Logs,
    Route,
    Routing,
    Secret,
    Service,
    ServiceThresholds,
)

PROJECT = "aep"

SECRETS = (
    Secret(name="AUDIT_ENCRYPTION_KEY"),
    Secret(name="OPENAI_API_KEY"),
    Secret(name="ANTHROPIC_API_KEY"),
    Secret(name="DATABASE_URL"),
    Secret(name="REDIS_URL"),
)

# RDS and Redis exist already; their URLs are in these secrets. Alembic has migrated the database
# (more than 30 tables), so the first apply runs no migration.
DATABASE = ExistingDatabase(url_secret="DATABASE_URL")
CACHE = ExistingCache(url_secret="REDIS_URL")

# /health/* must be routed to the backend, or the frontend would respond to the health probes.
ROUTING = Routing(
    default="frontend",
    routes=(
        Route(priority=1, paths=("/api/*",), service="backend"),
        Route(priority=2, paths=("/health/*",), service="backend"),
    ),
)

# -- Not in the architecture record: assumptions, to be compared with the running services ------
FRONTEND_SIZE = {"cpu": 256, "memory": 512}
BACKEND_SIZE = {"cpu": 512, "memory": 1024}
FRONTEND_IMAGE = EcrImage(repository="aep-frontend")
BACKEND_IMAGE = EcrImage(repository="aep-backend")
LOG_GROUP_PREFIX = "/ecs"  # /ecs/aep-backend-staging
# Importing the services must not deploy them: a pipeline deploys new revisions.
DEPLOYED_BY = "pipeline"
# The pattern of the backend's log lines for requests rejected because a budget was used up. Test it
# with real lines: with a pattern that matches nothing, the alarm never goes into ALARM.
BUDGET_REJECTIONS = LogPatternAlarm(
    name="budget-rejections",
    service="backend",
    pattern='?"budget exceeded" ?"Budget exceeded" ?"budget_exceeded"',
    per_five_minutes=10,
    description=(
        "backend rejected 10 requests or more in five minutes because a budget was exhausted. "
        "Look at its log for the budget: it is too small, or a client sends too many requests."
    ),
)
# -----------------------------------------------------------------------------------------------

# An answer of a language model can be silent for minutes, and an answer that is being written must
# not be cut by a deployment.
LONG_ANSWERS = {
    # The load balancer closes a connection that is silent for longer, with a 504 response.
    "idle_timeout_seconds": 300,
    # uvicorn closes idle connections after 5 seconds by default; the load balancer would sometimes
    # use one that is being closed, with a 502 response. Longer than its idle timeout.
    "keep_alive_seconds": 310,
    # The time that answers in progress get after ECS has taken a task out of the target group.
    "deregistration_delay_seconds": 120,
    # The time that the application gets to finish afterwards; Fargate's limit.
    "stop_timeout_seconds": 120,
}

# p95 of the time until the backend begins to respond; the default of 2 seconds suits pages. An
# answer of a model that is not streamed begins when it is complete, which can take half a minute.
# Above one minute, the model's API or the backend is in trouble. An assumption: adjust it to the
# real answers.
LONG_ANSWER_THRESHOLDS = ServiceThresholds(latency_seconds=60)


# Prompts contain code, paths, HTML and SQL, which these rules of AWS WAF take for attacks. On the
# paths of the backend, they only count requests.
PROMPT_PATHS = ("/api/",)
PROMPT_RULES = (
    "CrossSiteScripting_BODY",
    "EC2MetaDataSSRF_BODY",
    "GenericLFI_BODY",
    "GenericRFI_BODY",
    "JavaDeserializationRCE_BODY",
    "Log4JRCE_BODY",
    "ReactJSRCE_BODY",
    "SQLiExtendedPatterns_BODY",
    "SQLi_BODY",
)


def for_long_answers(service: Service) -> Service:
    """Return the backend service with timeouts for answers that take minutes."""
    keep_alive = {"UVICORN_TIMEOUT_KEEP_ALIVE": str(LONG_ANSWERS["keep_alive_seconds"])}
    return service.replace(
        deregistration_delay_seconds=LONG_ANSWERS["deregistration_delay_seconds"],
        container=service.container.replace(
            environment={**service.container.environment, **keep_alive},
            stop_timeout_seconds=LONG_ANSWERS["stop_timeout_seconds"],
        ),
    )


def logs(retention_days: int) -> Logs:
    """Return the settings of the log groups."""
    return Logs(group_prefix=LOG_GROUP_PREFIX, retention_days=retention_days)


def frontend() -> Service:
    """Return the frontend service: nginx with the React single-page application."""
    return Service(
        name="frontend",
        container=Container(image=FRONTEND_IMAGE, port=80),
        health_check=HealthCheck(path="/"),
        desired_count=1,
        deployed_by=DEPLOYED_BY,
        **FRONTEND_SIZE,
    )


def backend(*, app_env: str, url: str) -> Service:
    """Return the backend service: FastAPI.

    Its readiness endpoint, /health/ready, checks the database and Redis too.
    """
    return Service(
        name="backend",
        container=Container(
            image=BACKEND_IMAGE,
            port=8787,
            environment={
                "APP_ENV": app_env,
                "BUDGET_ENFORCEMENT_MODE": "strict",
                "CORS_ORIGINS": url,
            },
            secrets=tuple(secret.name for secret in SECRETS),
        ),
        health_check=HealthCheck(path="/health/live"),
        desired_count=1,
        deployed_by=DEPLOYED_BY,
        **BACKEND_SIZE,
    )
