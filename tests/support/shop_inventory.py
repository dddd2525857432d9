"""An import inventory of the shop, with every kind of live value that is preserved."""

from __future__ import annotations

from navra_stacks import ImportedResource, ImportInventory

HEAD = {"stack": "shop-qa", "account": "111122223333", "region": "eu-west-1"}
TASK = "aws_ecs_task_definition.web_task_definition"
DEFINITIONS = [
    {
        "name": "web",
        "command": ["echo", '${PORT} "%{x}"'],
        "essential": True,
        "portMappings": [{"containerPort": 8080}],
    }
]
VOLUMES = [
    {"name": "data"},
    {
        "name": "files",
        "efs_volume_configuration": [
            {"file_system_id": "fs-1", "authorization_config": [{"iam": "ENABLED"}]}
        ],
    },
    {"name": "odd", "docker_volume_configuration": [{"labels": {"a.b": '${c} "d"'}}]},
]
FOUND = ImportInventory(
    **HEAD,
    resources={
        "aws_lb.load_balancer": ImportedResource(id="arn:lb", keeps={"name": "old-lb"}),
        "aws_security_group.alb_security_group": ImportedResource(
            id="sg-${1}", changes={"tags.Name": "absent -> shop-qa-alb-sg"}
        ),
        TASK: ImportedResource(
            id="shop-web-qa:3",
            keeps={
                "container_definitions": DEFINITIONS,
                "runtime_platform": None,
                "volume": VOLUMES,
            },
        ),
    },
)
