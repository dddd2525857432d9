"""Every physical name and tag, as pure functions of the project and the environment.

The names are those of a running AEP environment to the letter, so that what exists is adopted
under its own name; another project gets the same pattern.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["LOAD_BALANCER_NAME_LIMIT", "ROLE_NAME_LIMIT", "Names", "slug"]

LOAD_BALANCER_NAME_LIMIT = 32
"""Characters that AWS allows in the name of a load balancer and of a target group."""

ROLE_NAME_LIMIT = 64
"""Characters that AWS allows in the name of an IAM role."""


def slug(text: str) -> str:
    """`text` as part of a Terraform address: lower case, words joined by underscores.

    >>> slug("/api/v1/*")
    'api_v1'
    """
    words = "".join(c if c.isascii() and c.isalnum() else " " for c in text.lower()).split()
    return "_".join(words)


class Names(NamedTuple):
    """The physical names of one environment of one project."""

    project: str
    environment: str

    @property
    def stack(self) -> str:
        """The Terraform stack, which is also the prefix of most names."""
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
        """With the prefix that AWS WAF asks of every place it writes to."""
        return f"aws-waf-logs-{self.stack}"

    def access_log_bucket(self, account: str, region: str) -> str:
        """With account and Region, since a bucket's name is unique among all of AWS."""
        return f"{self.stack}-alb-logs-{account}-{region}"

    def service_security_group(self, service: str) -> str:
        return f"{self.stack}-ecs-{service}-sg"

    def target_group(self, service: str) -> str:
        return f"{self.stack}-tg-{service}"

    def alternate_target_group(self, service: str) -> str:
        """The target group that a shift of traffic moves to, and back from."""
        return f"{self.target_group(service)}-alt"

    def family(self, service: str) -> str:
        """The task definition family."""
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
        """The alias of the environment's KMS key, without its prefix."""
        return self.stack

    @property
    def exec_key_alias(self) -> str:
        """The alias of the KMS key of ECS Exec sessions."""
        return f"{self.stack}-exec"

    @property
    def exec_log_group(self) -> str:
        return f"/ecs/exec/{self.stack}"

    @property
    def deploy_role(self) -> str:
        """The IAM role of a pipeline."""
        return f"{self.stack}-deploy"

    @property
    def state_stack(self) -> str:
        """The stack that makes the state bucket, and the alias of its key."""
        return f"{self.stack}-state"

    def infrastructure_role(self, service: str) -> str:
        """The role with which ECS shifts a service's traffic."""
        return f"{self.family(service)}-infrastructure"

    def hook_role(self, service: str) -> str:
        """The role with which ECS asks a service's deployment hooks."""
        return f"{self.family(service)}-hooks"

    def rollback_alarm(self, service: str, what: str) -> str:
        return f"{self.family(service)}-rollback-{what}"

    def scaling_policy(self, service: str, metric: str) -> str:
        return f"{self.family(service)}-{metric}"

    def scheduled_action(self, service: str, action: str) -> str:
        return f"{self.family(service)}-{action}"

    def one_off_task(self, service: str, task: str) -> str:
        """The task definition family of a command that is run once."""
        return f"{self.family(service)}-{task}"

    def network_part(self, part: str) -> str:
        """A part of the VPC: the VPC itself, a subnet, a route table, a gateway."""
        return f"{self.stack}-{part}"

    @property
    def endpoints_security_group(self) -> str:
        return f"{self.stack}-endpoints-sg"

    @property
    def flow_logs(self) -> str:
        """The flow log and the role that writes it."""
        return f"{self.stack}-flow-logs"

    @property
    def flow_log_group(self) -> str:
        return f"/vpc/{self.flow_logs}"

    def secret(self, name: str) -> str:
        return f"{self.project}/{self.environment}/{name}"

    def service_alarm(self, service: str, kind: str) -> str:
        return f"{self.family(service)}-{kind}"

    def alarm(self, kind: str) -> str:
        """An alarm on what is not one service's."""
        return f"{self.stack}-{kind}"

    @property
    def alarm_topic(self) -> str:
        return f"{self.stack}-alarms"

    @property
    def dashboard(self) -> str:
        return self.stack

    @property
    def metric_namespace(self) -> str:
        """Where metrics of our own are kept in CloudWatch."""
        return f"{self.project}/{self.environment}"

    @property
    def database(self) -> str:
        """The RDS instance and its subnet group."""
        return f"{self.stack}-db"

    @property
    def database_security_group(self) -> str:
        return f"{self.database}-sg"

    @property
    def database_monitoring_role(self) -> str:
        return f"{self.database}-monitoring"

    @property
    def database_password(self) -> str:
        """The secret with the password alone; no variable's name has a slash, so none clashes."""
        return self.secret("database/password")

    def database_log_group(self, log: str) -> str:
        """Where RDS writes an exported log (RDS User Guide, "Publishing PostgreSQL logs")."""
        return f"/aws/rds/instance/{self.database}/{log}"

    @property
    def cache(self) -> str:
        """The replication group and its subnet group."""
        return f"{self.stack}-cache"

    @property
    def cache_security_group(self) -> str:
        return f"{self.cache}-sg"

    def parameter_group(self, family: str) -> str:
        """Of the database or the cache; another family is another group."""
        return f"{self.stack}-{family}"

    @property
    def backups(self) -> str:
        """The backup vault, its plan and its role."""
        return f"{self.stack}-backups"

    def state_key(self) -> str:
        """The object in the state bucket."""
        return f"{self.project}/{self.environment}/terraform.tfstate"

    def tags(self, own: dict[str, str]) -> dict[str, str]:
        """The tags of every resource of the environment: the standing ones and its `own`."""
        standing = {
            "Project": self.project,
            "Environment": self.environment,
            "ManagedBy": "terraform",
        }
        return dict(sorted((standing | own).items()))
