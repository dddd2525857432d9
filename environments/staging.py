"""AEP staging as it runs: created manually, and documented in the architecture record."""

from pathlib import Path

from environments import aep
from navra_stacks import (
    DefaultVpc,
    Domain,
    Environment,
    ExistingIds,
    Hardening,
    ImportInventory,
    LocalState,
)

DOMAIN = Domain(host="staging.navralabs.com", zone="navralabs.com")

STAGING = Environment(
    project=aep.PROJECT,
    name="staging",
    account="625847798833",
    region="us-east-1",
    domain=DOMAIN,
    # The default VPC with public subnets; tasks have a public IP.
    network=DefaultVpc(
        vpc_id="vpc-0652a6de1c9efdc2f",
        availability_zones=("us-east-1a", "us-east-1b", "us-east-1c"),
    ),
    services=(
        aep.frontend(),
        aep.backend(app_env="staging", url=DOMAIN.url),
    ),
    routing=aep.ROUTING,
    secrets=aep.SECRETS,
    database=aep.DATABASE,
    cache=aep.CACHE,
    # Intentional trade-offs: all outbound traffic is allowed; no WAF, autoscaling, access logs or
    # alarms. One task for each service and rolling deployments are set in aep.py.
    hardening=Hardening.relaxed(),
    # Resources with these ids exist: `navra discover` finds them by these ids, for the import.
    existing_ids=ExistingIds(
        vpc_id="vpc-0652a6de1c9efdc2f",
        load_balancer_security_group="sg-08200836125a8f3af",
        service_security_groups={
            "frontend": "sg-052b6de52177c40be",
            "backend": "sg-024e491e60830af98",
        },
        task_definition_revisions={"frontend": 1, "backend": 10},
    ),
    # The resources that `navra discover staging` found in the account; empty before it has run.
    inventory=ImportInventory.next_to(__file__),
    # The hashes of the AWS provider, once `terraform providers lock` has written them.
    lock_file=Path(__file__).with_suffix(".lock.hcl"),
    # -- Not in the architecture record: assumptions ---------------------------------------------
    logs=aep.logs(retention_days=30),
    state=LocalState(),
)
