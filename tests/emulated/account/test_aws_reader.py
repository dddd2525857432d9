"""An account is only read, no secret is, and what goes wrong is told in words."""

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

from navra_stacks.account.aws_reader import Account, AccountError, NotReadingError, may_be_called

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def account() -> Account:
    """One that nothing answers: whatever is sent fails."""
    session = boto3.Session(aws_access_key_id="none", aws_secret_access_key="none")
    return Account("us-east-1", endpoint_url=NOWHERE, session=session)


class Answering(Account):
    """An account whose every call raises one error."""

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


def refusal(code: str, message: str = "it said so", operation: str = "DescribeVpcs") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


@pytest.mark.parametrize(
    "operation",
    """
    DescribeVpcs ListClusters GetRole GetCallerIdentity HeadBucket GetBucketPolicy GetDashboard
    DescribeSecret ListSecrets ListSecretVersionIds GetTopicAttributes GetWebACLForResource
    DescribeTaskDefinition GetLifecyclePolicy GetPublicAccessBlock GetRolePolicy GetKeyPolicy
    """.split(),
)
def test_what_describes_lists_or_gets_may_be_called(operation: str) -> None:
    assert may_be_called(operation)


@pytest.mark.parametrize(
    "operation",
    """
    CreateVpc DeleteSecret PutSecretValue UpdateService RunInstances AuthorizeSecurityGroupIngress
    AssumeRole Decrypt GenerateDataKey ReEncrypt Encrypt Sign RestoreSecret CancelKeyDeletion Scan
    Query Invoke ExecuteCommand StartSession Listen Getaway Describe
    """.split(),
)
def test_whatever_else_may_not(operation: str) -> None:
    assert not may_be_called(operation)


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
def test_nor_what_hands_out_contents_or_a_way_in(operation: str) -> None:
    assert not may_be_called(operation)


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
def test_a_client_sends_nothing_that_it_may_not(
    account: Account, service: str, operation: str, arguments: dict[str, Any]
) -> None:
    with pytest.raises(NotReadingError, match="was not called: adoption only describes"):
        getattr(account.client(service), operation)(**arguments)
    assert account.calls.total() == 0


def test_every_operation_of_every_service_that_is_asked_has_a_rule() -> None:
    """Of thousands of operations none that changes something passes by its name."""
    changing = ("Create", "Delete", "Put", "Update", "Modify", "Start", "Stop", "Run", "Register")
    session = botocore.session.get_session()
    passed = {
        name
        for service in ("ec2", "ecs", "elbv2", "iam", "kms", "rds", "s3", "secretsmanager", "ssm")
        for name in session.get_service_model(service).operation_names
        if may_be_called(name)
    }
    assert len(passed) > 500
    assert not [name for name in passed if name.startswith(changing)]
    assert not [name for name in passed if "SecretValue" in name or name.startswith("GetParameter")]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (NoCredentialsError(), "no AWS credentials were found .*; log in, or set AWS_PROFILE"),
        (ProfileNotFound(profile="shop"), r"profile \(shop\) could not be found; AWS_PROFILE"),
        (UnauthorizedSSOTokenError(), "the login has expired .*; run `aws sso login`"),
        (SSOTokenLoadError(error_msg="none"), "the login has expired .*; run `aws sso login`"),
        (refusal("ExpiredToken"), r"credentials have expired \(it said so\); log in again"),
        (refusal("RequestExpired"), "credentials have expired"),
        (refusal("InvalidClientTokenId"), "AWS does not know these credentials"),
        (refusal("UnauthorizedOperation"), r"may not call ec2:DescribeVpcs \(it said so\)"),
        (refusal("AccessDeniedException"), "allow that to whoever searches"),
        (refusal("OptInRequired"), "region us-east-1 is not enabled in this account"),
        (refusal("Throttling"), "ec2 DescribeVpcs: Throttling: it said so"),
        (
            EndpointConnectionError(endpoint_url="https://ec2.us-esat-1"),
            "AWS cannot be reached: .*; is 'us-east-1' a region",
        ),
    ],
    ids=lambda given: type(given).__name__ if isinstance(given, Exception) else "",
)
def test_what_goes_wrong_is_told_with_its_repair(error: Exception, words: str) -> None:
    with pytest.raises(AccountError, match=words):
        Answering(error).all("ec2", "describe_vpcs")


@pytest.mark.parametrize(
    ("service", "operation", "permission"),
    [
        ("elbv2", "DescribeRules", "elasticloadbalancing:DescribeRules"),
        ("s3", "ListBuckets", "s3:ListAllMyBuckets"),
        ("iam", "GetRole", "iam:GetRole"),
    ],
)
def test_a_permission_is_named_as_policies_spell_it(
    service: str, operation: str, permission: str
) -> None:
    account = Answering(refusal("AccessDenied", operation=operation))
    with pytest.raises(AccountError, match=f"may not call {permission} "):
        account.all(service, "whatever")


@pytest.mark.parametrize(
    "code",
    """
    InvalidGroup.NotFound InvalidVpcID.NotFound LoadBalancerNotFound NoSuchEntity NoSuchBucketPolicy
    ResourceNotFoundException RepositoryNotFoundException DBInstanceNotFound NotFoundException
    ReplicationGroupNotFoundFault WAFNonexistentItemException OwnershipControlsNotFoundError
    InvalidVpcID.Malformed 404
    """.split(),
)
def test_what_is_not_there_is_no_error(code: str) -> None:
    account = Answering(refusal(code))
    assert account.look("ec2", "describe_vpcs") is None
    assert account.all("ec2", "describe_vpcs") == []


def test_one_refusal_is_never_taken_for_absence() -> None:
    for code in ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "403"):
        with pytest.raises(AccountError):
            Answering(refusal(code)).look("ec2", "describe_vpcs")


def test_another_account_than_the_expected_one_is_refused(reading: Account) -> None:
    reading.expected = "111122223333"
    with pytest.raises(AccountError, match=r"belong to account 625847798833.*use those of 111122"):
        _ = reading.id
    reading.expected = "625847798833"
    assert reading.id == "625847798833"


def test_no_proxy_stands_before_an_emulator_of_this_machine(
    reading: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", NOWHERE)
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert reading.id == "625847798833"


def test_a_listing_is_read_to_its_last_page(console: Any, reading: Account) -> None:
    for number in range(5):
        console("logs").create_log_group(logGroupName=f"/many/{number}")
    pages = {"logGroupNamePrefix": "/many/", "limit": 2}
    assert len(reading.all("logs", "describe_log_groups", **pages)) == 5
    assert reading.calls["logs:DescribeLogGroups"] == 3
