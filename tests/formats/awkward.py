"""An application whose texts hold all that HCL must escape. Terraform deploys it."""

from navra_stacks import (
    Container,
    Domain,
    EcrImage,
    Environment,
    ExistingVpc,
    HealthCheck,
    Logs,
    Routing,
    S3State,
    Service,
)

AWKWARD = 'say "hi" to ${HOME} and %{nobody}: \\d{3}\t| \\" | {"a": ["}"]}\nand so on'

SHOP = Environment(
    project="shop",
    name="qa",
    account="111122223333",
    region="eu-west-1",
    network=ExistingVpc(
        vpc_id="vpc-0a1b2c3d", public_subnet_ids=("subnet-0a0a0a0a", "subnet-0b0b0b0b")
    ),
    domain=Domain(host="qa.shop.example", zone="shop.example"),
    services=(
        Service(
            name="web",
            container=Container(
                image=EcrImage(repository="shop/web"),
                port=8080,
                environment={"GREETING": AWKWARD, "ZIP": "01234"},
                command=("sh", "-c", "echo \"$0\" \\ 'x'"),
            ),
            health_check=HealthCheck(path="/up"),
            cpu=256,
            memory=512,
        ),
    ),
    routing=Routing(default="web"),
    logs=Logs(group_prefix="/ecs", retention_days=30),
    state=S3State(bucket="shop-terraform-state"),
    tags={"Cost Center": "12", "Owner": "team@shop.example"},
)
