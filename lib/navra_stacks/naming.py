"""Physical names and tags of all resources, as pure functions of the project and the environment.

All projects use the same pattern. Environments that were created by hand use the same pattern, so
that Terraform can import their resources.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

__all__ = [
    "LOAD_BALANCER_NAME_LIMIT",
    "ROLE_NAME_LIMIT",
    "Names",
    "address_start",
    "repository_logical_id",
    "secret_logical_id",
    "slug",
]

LOAD_BALANCER_NAME_LIMIT = 32
"""Maximum number of characters in the name of a load balancer or a target group (AWS limit)."""

ROLE_NAME_LIMIT = 64
"""Maximum number of characters in the name of an IAM role (AWS limit)."""


@lru_cache(maxsize=1024)
def slug(text: str) -> str:
    """Convert `text` to a part of a Terraform address, in lower case with underscores.

    The result is empty if `text` contains no ASCII letter or digit.

    >>> slug("/api/v1/*")
    'api_v1'
    """
    words = "".join(c if c.isascii() and c.isalnum() else " " for c in text.lower()).split()
    return "_".join(words)


def address_start(text: str) -> str:
    """Convert `text` to the first part of a Terraform address: a slug that starts with no digit.

    Terraform, "Identifiers": the first character of an identifier must not be a digit. A digit gets
    a leading underscore. No slug starts with an underscore, so the result is as unique as the slug.

    >>> address_start("/2fa/*")
    '_2fa'
    """
    start = slug(text)
    return f"_{start}" if start[:1].isdigit() else start


def repository_logical_id(repository: str) -> str:
    """Return the logical id of an ECR repository.

    >>> repository_logical_id("shop-api")
    'shop_api_repository'
    """
    return f"{address_start(repository)}_repository"


def secret_logical_id(secret: str) -> str:
    """Return the logical id of a secret, and of the version that stores its value.

    >>> secret_logical_id("DATABASE_URL")
    'database_url_secret'
    """
    return f"{address_start(secret)}_secret"


class Names(NamedTuple):
    """The physical names of one environment of one project."""

    project: str
    environment: str

    @property
    def stack(self) -> str:
        """Name of the Terraform stack, and prefix of most other names."""
        return f"{self.project}-{self.environment}"

    @property
    def cluster(self) -> str:
        return self.stack

    @property
    def load_balancer(self) -> str:
        return f"{self.stack}-alb"

    @property
    def load_balancer_security_group(self) -> str:
        return f"{self.stack}-alb-sg"

    @property
    def web_acl(self) -> str:
        return f"{self.stack}-waf"

    @property
    def web_acl_log_group(self) -> str:
        """Name of the log group for the web ACL. AWS WAF requires the prefix ``aws-waf-logs-``."""
        return f"aws-waf-logs-{self.stack}"

    def access_log_bucket(self, account: str, region: str) -> str:
        """Name of the bucket for the access logs.

        The name contains `account` and `region`, because bucket names must be unique across all of
        AWS.
        """
        return f"{self.stack}-alb-logs-{account}-{region}"

    def service_security_group(self, service: str) -> str:
        return f"{self.stack}-ecs-{service}-sg"

    def target_group(self, service: str) -> str:
        return f"{self.stack}-tg-{service}"

    def alternate_target_group(self, service: str) -> str:
        """Name of the second target group of a service whose deployments shift traffic."""
        return f"{self.target_group(service)}-alt"

    def family(self, service: str) -> str:
        """Name of the task definition family."""
        return f"{self.project}-{service}-{self.environment}"

    def service(self, service: str) -> str:
        return f"{self.family(service)}-svc"

    def log_group(self, prefix: str, service: str) -> str:
        return f"{prefix}/{self.family(service)}"

    def execution_role(self, service: str) -> str:
        return f"{self.family(service)}-execution"

    def task_role(self, service: str) -> str:
        return f"{self.family(service)}-task"

    @property
    def key_alias(self) -> str:
        """Alias of the environment's KMS key, without the prefix ``alias/``."""
        return self.stack

    @property
    def exec_key_alias(self) -> str:
        """Alias of the KMS key for ECS Exec sessions, without the prefix ``alias/``."""
        return f"{self.stack}-exec"

    @property
    def exec_log_group(self) -> str:
        return f"/ecs/exec/{self.stack}"

    @property
    def deploy_role(self) -> str:
        """Name of the IAM role with which a pipeline deploys."""
        return f"{self.stack}-deploy"

    @property
    def push_role(self) -> str:
        """Name of the IAM role with which a workflow pushes images."""
        return f"{self.stack}-push"

    @property
    def plan_role(self) -> str:
        """Name of the IAM role with which a workflow runs a read-only plan."""
        return f"{self.stack}-plan"

    @property
    def state_stack(self) -> str:
        """Name of the stack that creates the state bucket.

        The alias of the bucket's KMS key has the same name, without the prefix ``alias/``.
        """
        return f"{self.stack}-state"

    @property
    def zone_stack(self) -> str:
        """Name of the stack that creates a delegated hosted zone."""
        return f"{self.stack}-zone"

    def infrastructure_role(self, service: str) -> str:
        """Name of the role with which ECS shifts a service's traffic between target groups."""
        return f"{self.family(service)}-infrastructure"

    def hook_role(self, service: str) -> str:
        """Name of the role with which ECS invokes a service's deployment lifecycle hooks."""
        return f"{self.family(service)}-hooks"

    def rollback_alarm(self, service: str, kind: str) -> str:
        return f"{self.family(service)}-rollback-{kind}"

    def scaling_policy(self, service: str, metric: str) -> str:
        return f"{self.family(service)}-{metric}"

    def scheduled_action(self, service: str, action: str) -> str:
        return f"{self.family(service)}-{action}"

    def one_off_task(self, service: str, task: str) -> str:
        """Name of the task definition family of a one-off task."""
        return f"{self.family(service)}-{task}"

    def network_resource(self, kind: str) -> str:
        """Name of the VPC or of a resource in the VPC, such as a subnet or a route table."""
        return f"{self.stack}-{kind}"

    @property
    def endpoints_security_group(self) -> str:
        return f"{self.stack}-endpoints-sg"

    @property
    def flow_logs(self) -> str:
        """Name of the VPC flow log and of the IAM role that writes the flow log."""
        return f"{self.stack}-flow-logs"

    @property
    def flow_log_group(self) -> str:
        return f"/vpc/{self.flow_logs}"

    def secret(self, name: str) -> str:
        return f"{self.project}/{self.environment}/{name}"

    def service_alarm(self, service: str, kind: str) -> str:
        return f"{self.family(service)}-{kind}"

    def alarm(self, kind: str) -> str:
        """Name of an alarm on a resource that belongs to no single service."""
        return f"{self.stack}-{kind}"

    @property
    def alarm_topic(self) -> str:
        return f"{self.stack}-alarms"

    @property
    def dashboard(self) -> str:
        return self.stack

    @property
    def metric_namespace(self) -> str:
        """Name of the CloudWatch namespace for the environment's custom metrics."""
        return f"{self.project}/{self.environment}"

    @property
    def database(self) -> str:
        """Name of the RDS instance and of the subnet group for the instance."""
        return f"{self.stack}-db"

    @property
    def database_security_group(self) -> str:
        return f"{self.database}-sg"

    @property
    def database_monitoring_role(self) -> str:
        return f"{self.database}-monitoring"

    @property
    def database_password(self) -> str:
        """Name of the secret with the database password.

        No other secret can have this name: the other secrets are named after environment variables,
        and the name of an environment variable contains no slash.
        """
        return self.secret("database/password")

    def database_log_group(self, log: str) -> str:
        """Name of the log group for a database log.

        See RDS User Guide, "Publishing PostgreSQL logs".
        """
        return f"/aws/rds/instance/{self.database}/{log}"

    @property
    def cache(self) -> str:
        """Name of the replication group and of the subnet group for the cache."""
        return f"{self.stack}-cache"

    @property
    def cache_security_group(self) -> str:
        return f"{self.cache}-sg"

    def parameter_group(self, family: str) -> str:
        """Name of the database's or the cache's parameter group for one parameter group family.

        Each family has a separate group.
        """
        return f"{self.stack}-{family}"

    @property
    def backups(self) -> str:
        """Name of the backup vault, the backup plan and the backup role."""
        return f"{self.stack}-backups"

    def state_key(self, stack: str = "terraform") -> str:
        """The key of a state object in the state bucket.

        Args:
            stack: ``terraform`` for the stack of the environment; the suffix of its name for
                another stack, for example ``zone``.
        """
        return f"{self.project}/{self.environment}/{stack}.tfstate"

    def tags(self, own: dict[str, str]) -> dict[str, str]:
        """Return the tags of every resource, sorted by key: the default tags and `own`."""
        default = {
            "Project": self.project,
            "Environment": self.environment,
            "ManagedBy": "terraform",
        }
        return dict(sorted((default | own).items()))
