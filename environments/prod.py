"""AEP production, to come: the same application under its own domain and in its own account."""

from environments import aep
from navra_stacks import Alarms, DefaultVpc, Domain, Environment, Hardening, LocalState

# ---- TO BE FILLED IN: nobody could know it yet -------------------------------------------------
ACCOUNT = None  # the 12 digits of the production account, in quotes
ALARM_EMAILS = None  # whom the alarms tell: ("...@...",)
# ------------------------------------------------------------------------------------------------

DOMAIN = Domain(host="app.navralabs.com", zone="navralabs.com")

PROD = Environment(
    project=aep.PROJECT,
    name="prod",
    account=ACCOUNT,
    region="us-east-1",
    domain=DOMAIN,
    network=DefaultVpc(availability_zones=("us-east-1a", "us-east-1b", "us-east-1c")),
    services=(
        aep.frontend(),
        aep.backend(app_env="prod", url=DOMAIN.url),
    ),
    routing=aep.ROUTING,
    secrets=aep.SECRETS,
    database=aep.DATABASE,
    cache=aep.CACHE,
    hardening=Hardening.relaxed(
        restricted_egress=False,
        deletion_protection=True,
        container_insights=True,
        alarms=Alarms(emails=ALARM_EMAILS, budget_rejections=aep.BUDGET_REJECTIONS),
        dashboard=True,
    ),
    logs=aep.logs(retention_days=365),
    state=LocalState(),
)
