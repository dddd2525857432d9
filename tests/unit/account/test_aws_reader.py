"""The account reader: allowed operations, errors, and missing resources, without any request."""

from __future__ import annotations

from typing import Any

import boto3
import botocore.session
import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    ProfileNotFound,
    SSOTokenLoadError,
    UnauthorizedSSOTokenError,
)

from navra_stacks.account.aws_reader import (
    AccessDeniedError,
    AccountError,
    AwsAccount,
    NotReadOnlyError,
    OperationError,
)
from navra_stacks.account.read_only import is_allowed_operation
from navra_stacks.errors import NavraError

UNREACHABLE = "http://127.0.0.1:9"


@pytest.fixture
def account() -> AwsAccount:
    """An account with an unreachable endpoint: every request fails."""
    session = boto3.Session(aws_access_key_id="none", aws_secret_access_key="none")
    return AwsAccount("us-east-1", endpoint_url=UNREACHABLE, session=session)


class FailingAccount(AwsAccount):
    """An account in which every call raises the given error."""

    def __init__(self, error: Exception) -> None:
        super().__init__("us-east-1")
        self.error = error

    def client(self, service: str) -> Any:
        def call(**_: Any) -> None:
            raise self.error

        class Client:
            def __getattr__(self, _: str) -> Any:
                return call

            def can_paginate(self, _: str) -> bool:
                return False

        return Client()


def client_error(
    code: str, message: str = "the message", operation: str = "DescribeVpcs"
) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


@pytest.mark.parametrize(
    "operation",
    """
    DescribeVpcs ListClusters GetRole GetCallerIdentity HeadBucket GetBucketPolicy GetDashboard
    DescribeSecret ListSecrets ListSecretVersionIds GetTopicAttributes GetWebACLForResource
    BatchGetImage DescribeTaskDefinition GetLifecyclePolicy GetPublicAccessBlock GetRolePolicy
    GetKeyPolicy
    """.split(),
)
def test_read_operations_are_allowed(operation: str) -> None:
    assert is_allowed_operation(operation)


@pytest.mark.parametrize(
    "operation",
    """
    CreateVpc DeleteSecret PutSecretValue UpdateService RunInstances AuthorizeSecurityGroupIngress
    AssumeRole Decrypt GenerateDataKey ReEncrypt Encrypt Sign RestoreSecret CancelKeyDeletion Scan
    BatchGetImages BatchGetBuilds BatchDeleteImage Query Invoke ExecuteCommand StartSession Listen
    Getaway Describe
    """.split(),
)
def test_other_operations_are_not_allowed(operation: str) -> None:
    assert not is_allowed_operation(operation)


@pytest.mark.parametrize(
    "operation",
    """
    GetSecretValue BatchGetSecretValue GetRandomPassword GetParameter GetParameters
    GetParametersByPath GetParameterHistory GetObject GetObjectAttributes HeadObject GetLogEvents
    GetQueryResults GetAuthorizationToken GetSessionToken GetFederationToken GetCredentialReport
    GetPasswordData GetConsoleOutput GetItem GetDownloadUrlForLayer DescribeInstanceAttribute
    GetWebIdentityToken GetAccessToken GetTokensFromRefreshToken ListUserPoolClientSecrets
    GetRoleCredentials ListAPIKeys GetApiKey GetApiKeys GetFunction ListFunctions
    GetFunctionConfiguration DescribeUserPoolClient ListVirtualMFADevices DescribeVpnConnections
    DescribeLaunchTemplateVersions
    """.split(),
)
def test_operations_that_return_secrets_data_or_credentials_are_not_allowed(operation: str) -> None:
    assert not is_allowed_operation(operation)


@pytest.mark.parametrize(
    ("service", "operation", "arguments"),
    [
        ("ec2", "create_vpc", {"CidrBlock": "10.0.0.0/16"}),
        ("secretsmanager", "get_secret_value", {"SecretId": "shop/URL"}),
        ("ssm", "get_parameter", {"Name": "/shop/url", "WithDecryption": True}),
        ("kms", "decrypt", {"CiphertextBlob": b"-"}),
        ("s3", "get_object", {"Bucket": "shop", "Key": "state"}),
        ("iam", "delete_role", {"RoleName": "shop"}),
    ],
)
def test_a_client_sends_no_operation_that_is_not_allowed(
    account: AwsAccount, service: str, operation: str, arguments: dict[str, Any]
) -> None:
    with pytest.raises(NotReadOnlyError, match="was not called: only Describe, List, Get and Head"):
        getattr(account.client(service), operation)(**arguments)
    assert account.calls.total() == 0


def test_no_changing_operation_of_the_used_services_is_allowed() -> None:
    """Checked by the names of all operations of these services, of which there are thousands."""
    changing = ("Create", "Delete", "Put", "Update", "Modify", "Start", "Stop", "Run", "Register")
    session = botocore.session.get_session()
    allowed = {
        name
        for service in ("ec2", "ecs", "elbv2", "iam", "kms", "rds", "s3", "secretsmanager", "ssm")
        for name in session.get_service_model(service).operation_names
        if is_allowed_operation(name)
    }
    assert len(allowed) > 500
    assert not [name for name in allowed if name.startswith(changing)]
    assert not [
        name for name in allowed if "SecretValue" in name or name.startswith("GetParameter")
    ]


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            NoCredentialsError(),
            "no complete AWS credentials .*; log in, or set AWS_PROFILE",
        ),
        (ProfileNotFound(profile="shop"), r"profile \(shop\) could not be found; set AWS_PROFILE"),
        (
            UnauthorizedSSOTokenError(),
            "login is missing or has expired .*; run `aws sso login`",
        ),
        (
            SSOTokenLoadError(error_msg="none"),
            "login is missing or has expired .*; run `aws sso login`",
        ),
        (client_error("ExpiredToken"), r"credentials have expired \(the message\); log in again"),
        (client_error("RequestExpired"), "credentials have expired"),
        (
            client_error("InvalidClientTokenId"),
            "AWS rejected the credentials .*; log in again, or correct the keys",
        ),
        (
            client_error("UnauthorizedOperation"),
            r"not allowed to call ec2:DescribeVpcs \(the message\)",
        ),
        (client_error("AccessDeniedException"), "add this action to their IAM policy"),
        (
            client_error("OptInRequired"),
            "the service ec2 is not enabled in this account .*; enable it",
        ),
        (client_error("Throttling"), "ec2 DescribeVpcs: Throttling: the message"),
        (
            EndpointConnectionError(endpoint_url="https://ec2.us-esat-1"),
            "AWS cannot be reached: .*; check that 'us-east-1' is a Region",
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_an_error_is_reported_with_its_repair(error: Exception, message: str) -> None:
    with pytest.raises(AccountError, match=message):
        FailingAccount(error).list_all("ec2", "describe_vpcs")


@pytest.mark.parametrize("page", ["<!doctype html>\n<p>x</p>", "<HTML>x</HTML>"])
def test_a_web_page_in_an_error_is_not_shown(page: str) -> None:
    with pytest.raises(OperationError) as error:
        FailingAccount(client_error("500", page)).list_all("ec2", "describe_vpcs")
    assert str(error.value) == (
        "ec2 DescribeVpcs: 500: the response is a web page, not one of the AWS API"
    )


def test_an_error_of_one_operation_has_one_line() -> None:
    with pytest.raises(OperationError, match=r"500: a b$"):
        FailingAccount(client_error("500", "a\n  b")).list_all("ec2", "describe_vpcs")


@pytest.mark.parametrize(
    "error",
    [
        client_error("ExpiredToken"),
        client_error("InvalidClientTokenId"),
        ProfileNotFound(profile="shop"),
        NoCredentialsError(),
    ],
    ids=str,
)
def test_unusable_credentials_are_not_an_error_of_one_operation(error: Exception) -> None:
    with pytest.raises(AccountError) as raised:
        FailingAccount(error).list_all("ec2", "describe_vpcs")
    assert not isinstance(raised.value, OperationError)


def test_an_emulator_that_does_not_run_is_named(account: AwsAccount) -> None:
    message = f"check that an emulator runs at {UNREACHABLE}"
    with (
        pytest.raises(OperationError, match=message),
        account._translated_errors("ec2", "describe_vpcs"),
    ):
        raise EndpointConnectionError(endpoint_url=UNREACHABLE)


@pytest.mark.parametrize("url", ["127.0.0.1:9", "http://127.0.0.1:99999"])
def test_an_invalid_endpoint_in_a_variable_is_an_error_of_the_user(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", url)
    session = boto3.Session(aws_access_key_id="none", aws_secret_access_key="none")
    with pytest.raises(NavraError, match=f"{url}.*(http://127.0.0.1:5000|no valid port)"):
        AwsAccount("us-east-1", session=session).client("ec2")


@pytest.mark.parametrize(
    ("service", "operation", "permission"),
    [
        ("elbv2", "DescribeRules", "elasticloadbalancing:DescribeRules"),
        ("resourcegroupstaggingapi", "GetResources", "tag:GetResources"),
        ("s3", "ListBuckets", "s3:ListAllMyBuckets"),
        ("iam", "GetRole", "iam:GetRole"),
        ("s3", "HeadBucket", "s3:ListBucket"),
        ("service-quotas", "GetServiceQuota", "servicequotas:GetServiceQuota"),
    ],
)
def test_a_missing_permission_is_named_as_in_iam_policies(
    service: str, operation: str, permission: str
) -> None:
    account = FailingAccount(client_error("AccessDenied", operation=operation))
    with pytest.raises(AccessDeniedError, match=f"not allowed to call {permission} ") as error:
        account.list_all(service, "describe_rules")
    assert error.value.action == permission


def test_another_region_of_the_account_is_read_with_the_same_requirements() -> None:
    account = AwsAccount("us-east-1", account_id="111122223333", endpoint_url=UNREACHABLE)
    other = account.in_region("eu-west-1")
    assert (other.region, other.expected_id) == ("eu-west-1", "111122223333")
    assert other is account.in_region("eu-west-1")
    assert account.in_region("us-east-1") is account


@pytest.mark.parametrize(
    "code",
    """
    InvalidGroup.NotFound InvalidVpcID.NotFound LoadBalancerNotFound NoSuchEntity NoSuchBucketPolicy
    ResourceNotFoundException RepositoryNotFoundException DBInstanceNotFound NotFoundException
    ReplicationGroupNotFoundFault WAFNonexistentItemException OwnershipControlsNotFoundError
    InvalidVpcID.Malformed 404
    """.split(),
)
def test_a_missing_resource_is_not_an_error(code: str) -> None:
    account = FailingAccount(client_error(code))
    assert account.find("ec2", "describe_vpcs") is None
    assert account.list_all("ec2", "describe_vpcs") == []


def test_an_access_error_does_not_count_as_a_missing_resource() -> None:
    for code in ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "403"):
        with pytest.raises(AccountError):
            FailingAccount(client_error(code)).find("ec2", "describe_vpcs")
