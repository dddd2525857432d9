"""The operations of the AWS API that change nothing and return no secrets and no stored data."""

from __future__ import annotations

import re

__all__ = ["is_allowed_operation"]

# Matches the names of the operations that change nothing.
READ_ONLY = re.compile(r"(Describe|List|Get|Head)[A-Z]|BatchGetImage$")

# Read-only operations that return secrets, stored data or credentials.
SENSITIVE = re.compile(
    r"""(
    GetSecretValue | BatchGetSecretValue | GetRandomPassword
    | GetParameters? | GetParametersByPath | GetParameterHistory
    | (Get|Head)Object(?!LockConfiguration).* | GetItem | GetRecords
    | GetLogEvents | GetLogRecord | GetLogObject | GetQueryResults
    | GetDownloadUrlForLayer | GetLogin.* | GetCredentials.* | GetCredentialReport
    | [A-Z][a-z]+.*(Tokens?|TokensFrom.*|Credentials|ClientSecrets|A[Pp][Ii]Keys?)
    | GetPasswordData | GetConsoleOutput | GetConsoleScreenshot | GetParametersForImport
    | GetClusterCredentials.* | GetOpenIdToken.* | GetId | ListVirtualMFADevices
    | DescribeInstanceAttribute | GetLaunchTemplateData | DescribeLaunchTemplateVersions
    | (Get|List)Functions?(Configuration)? | DescribeUserPoolClient
    | (Describe|Get)VpnConnection.* | DescribeVerifiedAccessTrustProviders
    )""",
    re.VERBOSE,
)


def is_allowed_operation(operation: str) -> bool:
    """Return True for an API operation that only reads, and returns no secrets and no stored data.

    Args:
        operation: The name of the API operation, for example ``DescribeVpcs``.
    """
    return READ_ONLY.match(operation) is not None and SENSITIVE.fullmatch(operation) is None
