"""The environments of AEP, in the order in which a change reaches them."""

from environments.prod import PROD
from environments.staging import STAGING

ENVIRONMENTS = (STAGING, PROD)
