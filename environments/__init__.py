"""The environments of AEP, in the order in which changes are applied."""

from environments.prod import PROD
from environments.staging import STAGING

ENVIRONMENTS = (STAGING, PROD)
