"""AEP production (planned): the same application, hardened, with its own domain and account.

The settings reverse the trade-offs of staging. `docs/hardening.md` lists what each hardening adds.
"""

from pathlib import Path

from environments import aep
from navra_stacks import (
    Alarms,
    Cache,
    Database,
    DelegatedZone,
    Deployment,
    Domain,
    EcrRepositories,
    Environment,
    GitHubDeployRole,
    GitHubWorkflows,
    Hardening,
    LoadBalancer,
    Logs,
    OneOffTask,
    PrivateVpc,
    Route,
    Routing,
    S3State,
    Secret,
    Service,
    Waf,
    WafException,
)

# ---- TO BE FILLED IN: not known yet ------------------------------------------------------------
ACCOUNT = None  # the 12 digits of the production account, in quotes
ALARM_EMAILS = None  # the recipients of the alarms: ("...@...",)
DATABASE_DRIVER = None  # how the backend and Alembic connect: "asyncpg", "psycopg", "psycopg2" ...
GITHUB_REPOSITORY = None  # the repository whose workflows deploy: "owner/name"
# The ids of its owner and of itself, from `gh api repos/OWNER/NAME --jq .owner.id,.id`. Workflows
# of a repository that was created, renamed or transferred since July 2026 need them.
GITHUB_OWNER_ID = None
GITHUB_REPOSITORY_ID = None
# ------------------------------------------------------------------------------------------------

# The zone navralabs.com is in staging's account, so production has a zone below it.
DOMAIN = Domain(
    host="app.navralabs.com",
    zone="app.navralabs.com",
    hosted_zone=DelegatedZone(parent="navralabs.com"),
)


def hardened(service: Service, *, user: str, writable_paths: tuple[str, ...]) -> Service:
    """Harden a service: two tasks, blue/green deployment, non-root user, read-only file system.

    Test the user and the writable paths with the image first.
    """
    return service.replace(
        desired_count=2,
        deployment=Deployment.blue_green(bake_minutes=10),
        container=service.container.replace(
            user=user, read_only_root=True, writable_paths=writable_paths
        ),
    )


MIGRATE = OneOffTask(name="migrate", command=("alembic", "upgrade", "head"))

PROD = Environment(
    project=aep.PROJECT,
    name="prod",
    account=ACCOUNT,
    region="us-east-1",
    domain=DOMAIN,
    # Instead of the default VPC with public subnets and public IPs.
    network=PrivateVpc(
        cidr="10.20.0.0/16",
        availability_zones=("us-east-1a", "us-east-1b", "us-east-1c"),
        nat="per_az",
    ),
    services=(
        hardened(
            aep.frontend(),
            user="101",
            writable_paths=("/tmp", "/var/cache/nginx", "/var/run"),
        ),
        hardened(
            aep.for_long_answers(aep.backend(app_env="prod", url=DOMAIN.url)),
            user="1000",
            writable_paths=("/tmp",),
        ).replace(one_off_tasks=(MIGRATE,)),
    ),
    load_balancer=LoadBalancer(idle_timeout_seconds=aep.LONG_ANSWERS["idle_timeout_seconds"]),
    # A single rule for the backend, because ECS shifts the traffic of one rule only.
    routing=Routing(
        default="frontend",
        routes=(Route(priority=1, paths=("/api/*", "/health/*"), service="backend"),),
    ),
    # Created by Terraform, values entered manually; the URLs come from the database and the cache.
    secrets=tuple(Secret(name=secret.name, managed=True) for secret in aep.SECRETS),
    database=Database.production(
        url_secret="DATABASE_URL", driver=DATABASE_DRIVER, name="aep", username="aep"
    ),
    cache=Cache.production(url_secret="REDIS_URL"),
    # WAF, autoscaling, access logs, alarms, dashboard, KMS keys, backups, deletion protection ...
    hardening=Hardening.production(
        alarms=Alarms(
            emails=ALARM_EMAILS,
            services={"backend": aep.LONG_ANSWER_THRESHOLDS},
            custom=(aep.BUDGET_REJECTIONS,),
        ),
        # Prompts are not blocked, also those over 8 KB; what would be blocked is in the WAF log.
        # docs/hardening.md describes how to block again.
        waf=Waf(
            body_size_exceptions=aep.PROMPT_PATHS,
            exceptions=(WafException(rules=aep.PROMPT_RULES, paths=aep.PROMPT_PATHS),),
        ),
    ),
    registry=EcrRepositories(),
    # A new account has no OIDC provider for GitHub.
    delivery=GitHubDeployRole(
        repository=GITHUB_REPOSITORY,
        owner_id=GITHUB_OWNER_ID,
        repository_id=GITHUB_REPOSITORY_ID,
        github_environment="prod",
        creates_provider=True,
        # Builds push the images with a role of their own.
        push_workflows=(GitHubWorkflows(github_environment="prod"),),
    ),
    logs=Logs(group_prefix=aep.LOG_GROUP_PREFIX, retention_days=365),
    # `navra synth prod` also writes the stacks that create this bucket and the zone; apply each
    # once, in this order, before the environment.
    state=S3State(bucket="navralabs-aep-prod-terraform", bootstrapped=True),
    # The hashes of the AWS provider, once `terraform providers lock` has written them.
    lock_file=Path(__file__).with_suffix(".lock.hcl"),
    policy_file=Path(__file__).with_suffix(".waivers.toml"),
)
