"""AEP production (planned): the opposite of each trade-off of staging, with all hardenings."""

import json

import pytest

from tests.support.synthesized import Built, ref, weights

ZONES = {"us-east-1a", "us-east-1b", "us-east-1c"}
SERVICES = ("frontend", "backend")


# A separate environment


def test_the_account_is_a_variable_and_the_provider_is_restricted_to_it(
    prod: Built, state: Built, zone: Built
) -> None:
    for built in (prod, state, zone):
        (provider,) = built.content["provider"]["aws"]
        assert provider["allowed_account_ids"] == ["${var.account_id}"]
        assert "default" not in built.content["variable"]["account_id"]


def test_unknown_settings_are_variables_without_default(prod: Built) -> None:
    unknown = {"account_id", "alarm_emails", "github_repository"}
    images = {"backend_image_tag", "frontend_image_tag"}
    assert prod.content["variable"].keys() == unknown | images
    for name in unknown:
        variable = prod.content["variable"][name]
        assert "default" not in variable
        assert variable["nullable"] is False
        assert variable["validation"]


def test_prod_shares_nothing_with_staging(
    staging: Built, prod: Built, state: Built, zone: Built
) -> None:
    def names(built: Built) -> set[str]:
        return {
            f"{block.type} {block[key]}"
            for block in built.resources
            for key in ("name", "family", "domain_name", "bucket", "identifier")
            if block.get(key) is not None and block.type != "aws_iam_role_policy"
        }

    assert not {name for name in names(staging) & names(prod) if "${" not in name}
    for built in (prod, state, zone):
        for text in ("625847798833", "staging", "vpc-0652a6de1c9efdc2f", "sg-0"):
            assert text not in built.text


def test_prod_has_its_own_host(prod: Built) -> None:
    assert prod.one("aws_acm_certificate")["domain_name"] == "app.navralabs.com"
    for family in ("aep-backend-prod", "aep-backend-prod-migrate"):
        (container,) = prod.containers(family).values()
        assert {"name": "APP_ENV", "value": "prod"} in container["environment"]
        origins = {"name": "CORS_ORIGINS", "value": "https://app.navralabs.com"}
        assert origins in container["environment"]


@pytest.mark.parametrize(
    ("path", "group"),
    [
        ("/", "aep-prod-tg-frontend"),
        ("/about", "aep-prod-tg-frontend"),
        ("/api/agents", "aep-prod-tg-backend"),
        ("/health/live", "aep-prod-tg-backend"),
        ("/health/ready", "aep-prod-tg-backend"),
    ],
)
def test_paths_are_routed_as_in_staging(staging: Built, prod: Built, path: str, group: str) -> None:
    matches = [
        prod.target_group_of(rule, "action")
        for rule in prod.listener_rules()
        for (condition,) in [rule["condition"]]
        for pattern in condition["path_pattern"]["values"]
        if path.startswith(pattern.removesuffix("*"))
    ]
    assert matches[0] == group
    assert staging.target_group_for(path) == group.replace("prod", "staging")


# The opposite of the trade-offs in section 11


@pytest.mark.record(section=11)
def test_prod_has_its_own_vpc_with_three_kinds_of_subnets_in_three_zones(prod: Built) -> None:
    vpc = prod.one("aws_vpc")
    assert vpc["cidr_block"] == "10.20.0.0/16"
    assert not [block.address for block in prod.data_sources if "route53" not in block.type]
    subnets = prod.all("aws_subnet")
    for kind in ("public", "private", "isolated"):
        of_kind = [
            subnet for subnet in subnets if subnet["tags"]["Name"].startswith(f"aep-prod-{kind}-")
        ]
        assert {subnet["availability_zone"] for subnet in of_kind} == ZONES
    assert len(subnets) == 9


@pytest.mark.record(section=11)
@pytest.mark.parametrize("name", SERVICES)
def test_tasks_are_in_private_subnets_without_a_public_ip(prod: Built, name: str) -> None:
    network = prod.one("aws_ecs_service", name=f"aep-{name}-prod-svc")["network_configuration"]
    assert network["assign_public_ip"] is False
    subnets = [prod.referred(subnet) for subnet in network["subnets"]]
    assert {subnet["availability_zone"] for subnet in subnets} == ZONES
    assert {subnet["tags"]["Name"].rpartition("-us-")[0] for subnet in subnets} == {
        "aep-prod-private"
    }


@pytest.mark.record(section=11)
def test_private_subnets_reach_the_internet_through_the_nat_gateway_of_their_zone(
    prod: Built,
) -> None:
    gateways = prod.all("aws_nat_gateway")
    assert {
        prod.referred(gateway["subnet_id"])["availability_zone"] for gateway in gateways
    } == ZONES
    for zone in ZONES:
        (subnet,) = prod.all("aws_subnet", tags={"Name": f"aep-prod-private-{zone}"})
        association = prod.one("aws_route_table_association", subnet_id=ref(subnet, "id"))
        route = prod.one("aws_route", route_table_id=association["route_table_id"])
        assert route["destination_cidr_block"] == "0.0.0.0/0"
        gateway = prod.referred(route["nat_gateway_id"])
        assert prod.referred(gateway["subnet_id"])["availability_zone"] == zone


@pytest.mark.record(section=11)
def test_the_database_and_the_cache_have_no_route_to_the_internet(prod: Built) -> None:
    for type_ in ("aws_db_subnet_group", "aws_elasticache_subnet_group"):
        for subnet in prod.one(type_)["subnet_ids"]:
            association = prod.one("aws_route_table_association", subnet_id=subnet)
            assert not prod.all("aws_route", route_table_id=association["route_table_id"])


@pytest.mark.record(section=11)
def test_every_service_has_at_least_two_tasks(prod: Built) -> None:
    assert {service["desired_count"] for service in prod.all("aws_ecs_service")} == {2}
    assert {target["min_capacity"] for target in prod.all("aws_appautoscaling_target")} == {2}


@pytest.mark.record(section=11)
def test_there_is_a_waf(prod: Built) -> None:
    association = prod.one("aws_wafv2_web_acl_association")
    assert association["resource_arn"] == ref(prod.one("aws_lb"))


@pytest.mark.record(section=11)
@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_autoscaled(prod: Built, name: str) -> None:
    service = prod.one("aws_ecs_service", name=f"aep-{name}-prod-svc")
    cluster = ref(prod.one("aws_ecs_cluster"), "name")
    target = prod.one(
        "aws_appautoscaling_target", resource_id=f"service/{cluster}/{ref(service, 'name')}"
    )
    assert (target["min_capacity"], target["max_capacity"]) == (2, 6)
    policy = prod.one("aws_appautoscaling_policy", resource_id=ref(target, "resource_id"))
    tracked = policy["target_tracking_scaling_policy_configuration"]
    metric = tracked["predefined_metric_specification"]["predefined_metric_type"]
    assert metric == "ECSServiceAverageCPUUtilization"


@pytest.mark.record(section=11)
@pytest.mark.parametrize("name", SERVICES)
def test_every_service_uses_ecs_native_blue_green_deployment(prod: Built, name: str) -> None:
    service = prod.one("aws_ecs_service", name=f"aep-{name}-prod-svc")
    assert service["deployment_configuration"]["strategy"] == "BLUE_GREEN"
    # Blue/green deployments by ECS, without the deployment controller of CodeDeploy.
    assert service.get("deployment_controller", {"type": "ECS"})["type"] == "ECS"
    (attachment,) = service["load_balancer"]
    shift = attachment["advanced_configuration"]
    groups = [attachment["target_group_arn"], shift["alternate_target_group_arn"]]
    assert [prod.referred(group)["name"] for group in groups] == [
        f"aep-prod-tg-{name}",
        f"aep-prod-tg-{name}-alt",
    ]
    (action,) = prod.referred(shift["production_listener_rule"])["action"]
    assert weights(action) == dict(zip(groups, (100, 0), strict=True))


# The recommended additions in section 10


@pytest.mark.record(section=10)
def test_access_logs_go_to_s3(prod: Built) -> None:
    bucket = prod.one("aws_s3_bucket")
    for kind in ("access_logs", "connection_logs"):
        logs = prod.one("aws_lb")[kind]
        assert logs["enabled"] is True
        assert logs["bucket"] == ref(bucket, "id")


@pytest.mark.record(section=10)
@pytest.mark.parametrize(
    "metric",
    [
        "HealthyHostCount",
        "UnHealthyHostCount",
        "CPUUtilization",
        "MemoryUtilization",
        "HTTPCode_Target_4XX_Count",
        "HTTPCode_Target_5XX_Count",
        "HTTPCode_ELB_5XX_Count",
        "BudgetRejections",
    ],
)
def test_the_dashboard_shows_the_recommended_metrics(prod: Built, metric: str) -> None:
    body = json.loads(prod.one("aws_cloudwatch_dashboard")["dashboard_body"])
    shown = {
        part
        for widget in body["widgets"]
        for line in widget["properties"].get("metrics", [])
        for part in line
        if isinstance(part, str)
    }
    assert metric in shown


@pytest.mark.record(section=10)
@pytest.mark.parametrize(
    "alarm",
    [
        "aep-frontend-prod-unhealthy-targets",
        "aep-backend-prod-unhealthy-targets",
        "aep-frontend-prod-errors",
        "aep-backend-prod-errors",
        "aep-prod-load-balancer-errors",
        "aep-prod-budget-rejections",
    ],
)
def test_the_recommended_alarms_exist_and_notify_the_topic(prod: Built, alarm: str) -> None:
    topic = ref(prod.one("aws_sns_topic"))
    assert prod.one("aws_cloudwatch_metric_alarm", alarm_name=alarm)["alarm_actions"] == [topic]
    subscription = prod.one("aws_sns_topic_subscription", topic_arn=topic)
    assert subscription["for_each"] == "${toset(var.alarm_emails)}"


@pytest.mark.record(section=10)
def test_budget_rejections_are_counted_in_the_backend_log(prod: Built) -> None:
    metric_filter = prod.one("aws_cloudwatch_log_metric_filter")
    assert prod.referred(metric_filter["log_group_name"])["name"] == "/ecs/aep-backend-prod"
    assert '?"Budget exceeded"' in metric_filter["pattern"]


# Every hardening


def test_egress_is_restricted_to_https_and_the_data_stores(prod: Built) -> None:
    egress = {
        group: prod.security_group_rules("egress", f"aep-prod-{group}-sg")
        for group in ("alb", "ecs-frontend", "ecs-backend", "db", "cache")
    }
    assert egress == {
        "alb": ["tcp 80-80 aep-prod-ecs-frontend-sg", "tcp 8787-8787 aep-prod-ecs-backend-sg"],
        "ecs-frontend": ["tcp 443-443 0.0.0.0/0"],
        "ecs-backend": [
            "tcp 443-443 0.0.0.0/0",
            "tcp 5432-5432 aep-prod-db-sg",
            "tcp 6379-6379 aep-prod-cache-sg",
        ],
        "db": [],
        "cache": [],
    }


def test_ingress_is_restricted_to_known_sources(prod: Built) -> None:
    ingress = {
        group: prod.security_group_rules("ingress", f"aep-prod-{group}-sg")
        for group in ("alb", "ecs-frontend", "ecs-backend", "db", "cache")
    }
    assert ingress == {
        "alb": ["tcp 443-443 0.0.0.0/0", "tcp 80-80 0.0.0.0/0"],
        "ecs-frontend": ["tcp 80-80 aep-prod-alb-sg"],
        "ecs-backend": ["tcp 8787-8787 aep-prod-alb-sg"],
        "db": ["tcp 5432-5432 aep-prod-ecs-backend-sg"],
        "cache": ["tcp 6379-6379 aep-prod-ecs-backend-sg"],
    }
    assert len(prod.all("aws_security_group")) == len(ingress)


def test_deletion_protection_is_on(prod: Built) -> None:
    load_balancer = prod.one("aws_lb", name="aep-prod-alb")
    assert load_balancer["enable_deletion_protection"] is True
    assert load_balancer["lifecycle"]["prevent_destroy"] is True


def test_container_insights_are_on(prod: Built) -> None:
    setting = {"name": "containerInsights", "value": "enhanced"}
    assert prod.one("aws_ecs_cluster", name="aep-prod")["setting"] == [setting]


def test_response_headers_are_added(prod: Built) -> None:
    https = prod.listener(443)
    added = {
        name.removeprefix("routing_http_response_").removesuffix("_header_value"): value
        for name, value in https.body.items()
        if name.startswith("routing_http_response_")
    }
    assert added == {
        "server_enabled": False,
        "strict_transport_security": "max-age=31536000",
        "x_content_type_options": "nosniff",
        "x_frame_options": "SAMEORIGIN",
    }


def test_the_environment_has_its_own_kms_key(prod: Built) -> None:
    assert prod.one("aws_kms_alias", name="alias/aep-prod")["target_key_id"] == ref(
        prod.one("aws_kms_key", description="Data and logs of aep-prod"), "key_id"
    )


def test_audited_exec_is_off(prod: Built) -> None:
    """ECS Exec gives shell access to running tasks, so it is not part of `production()`."""
    for service in prod.all("aws_ecs_service"):
        assert service.get("enable_execute_command", False) is False


def test_the_database_is_backed_up(prod: Built) -> None:
    assert prod.one("aws_backup_selection")["resources"] == [ref(prod.one("aws_db_instance"))]
    (rule,) = prod.one("aws_backup_plan")["rule"]
    assert prod.referred(rule["target_vault_name"]) == prod.one("aws_backup_vault")
    assert rule["lifecycle"]["delete_after"] >= 30


def test_the_database_is_managed_and_its_url_is_composed(prod: Built) -> None:
    database = prod.one("aws_db_instance", identifier="aep-prod-db")
    version = prod.one(
        "aws_secretsmanager_secret_version",
        secret_id=ref(prod.one("aws_secretsmanager_secret", name="aep/prod/DATABASE_URL")),
    )
    assert ref(database, "address") in version["secret_string_wo"]


def test_the_cache_is_managed_and_its_url_is_composed(prod: Built) -> None:
    cache = prod.one("aws_elasticache_replication_group")
    version = prod.one(
        "aws_secretsmanager_secret_version",
        secret_id=ref(prod.one("aws_secretsmanager_secret", name="aep/prod/REDIS_URL")),
    )
    endpoint = ref(cache, "primary_endpoint_address")
    assert version["secret_string_wo"] == f"rediss://{endpoint}:6379/0"


def test_every_secret_is_created_by_terraform(prod: Built) -> None:
    names = {secret["name"] for secret in prod.all("aws_secretsmanager_secret")}
    assert names == {
        "aep/prod/ANTHROPIC_API_KEY",
        "aep/prod/AUDIT_ENCRYPTION_KEY",
        "aep/prod/DATABASE_URL",
        "aep/prod/OPENAI_API_KEY",
        "aep/prod/REDIS_URL",
        "aep/prod/database/password",
    }
    assert not [block for block in prod.data_sources if "secret" in block.type]


def test_the_migration_is_a_one_off_task(prod: Built) -> None:
    (container,) = prod.containers("aep-backend-prod-migrate").values()
    (backend,) = prod.containers("aep-backend-prod").values()
    assert container["command"] == ["alembic", "upgrade", "head"]
    assert container["image"] == backend["image"]
    assert container["secrets"] == backend["secrets"]
    command = prod.content["output"]["backend_migrate_command"]["value"]
    assert "assignPublicIp=DISABLED" in command


@pytest.mark.parametrize(
    ("family", "user", "writable"),
    [
        ("aep-frontend-prod", "101", ["/tmp", "/var/cache/nginx", "/var/run"]),
        ("aep-backend-prod", "1000", ["/tmp"]),
        ("aep-backend-prod-migrate", "1000", ["/tmp"]),
    ],
)
def test_containers_can_write_to_their_writable_paths_only(
    prod: Built, family: str, user: str, writable: list[str]
) -> None:
    (container,) = prod.containers(family).values()
    assert container["user"] == user
    assert container["readonlyRootFilesystem"] is True
    tmpfs = container["linuxParameters"]["tmpfs"]
    assert [mount["containerPath"] for mount in tmpfs] == writable
    assert {tuple(mount["mountOptions"]) for mount in tmpfs} == {
        (f"uid={user}", f"gid={user}", "mode=0700")
    }
    assert "mountPoints" not in container


def test_nginx_may_listen_on_port_80_although_it_does_not_run_as_root(prod: Built) -> None:
    (frontend,) = prod.containers("aep-frontend-prod").values()
    assert frontend["systemControls"] == [
        {"namespace": "net.ipv4.ip_unprivileged_port_start", "value": "0"}
    ]
    (backend,) = prod.containers("aep-backend-prod").values()
    assert "systemControls" not in backend


def test_the_images_have_ecr_repositories(prod: Built) -> None:
    names = {repository["name"] for repository in prod.all("aws_ecr_repository")}
    assert names == {"aep-backend", "aep-frontend"}


def test_only_workflows_in_the_github_environment_can_deploy(prod: Built) -> None:
    role = prod.one("aws_iam_role", name="aep-prod-deploy")
    (statement,) = json.loads(role["assume_role_policy"])["Statement"]
    issuer = "token.actions.githubusercontent.com"
    provider = prod.one("aws_iam_openid_connect_provider", url=f"https://{issuer}")
    assert statement["Principal"]["Federated"] == ref(provider)
    assert statement["Condition"] == {
        "StringEquals": {
            f"{issuer}:aud": "sts.amazonaws.com",
            f"{issuer}:sub": "repo:${var.github_repository}:environment:prod",
        }
    }


# The state


def test_the_state_is_in_a_bucket_with_a_lock_file(prod: Built) -> None:
    assert prod.content["terraform"]["backend"] == {
        "s3": {
            "bucket": "navralabs-aep-prod-terraform",
            "key": "aep/prod/terraform.tfstate",
            "region": "us-east-1",
            "use_lockfile": True,
        }
    }


def test_a_separate_stack_creates_the_state_bucket(prod: Built, state: Built) -> None:
    name = prod.content["terraform"]["backend"]["s3"]["bucket"]
    assert {bucket["bucket"] for bucket in state.all("aws_s3_bucket")} == {name, f"{name}-logs"}
    assert state.content["terraform"]["backend"].keys() == {"local"}
    assert state.types & prod.types - {"aws_kms_key", "aws_kms_alias"} == {
        type_ for type_ in prod.types if type_.startswith("aws_s3_bucket")
    }
