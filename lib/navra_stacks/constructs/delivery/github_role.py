"""The IAM roles that GitHub Actions workflows assume, and the identity provider for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cdktf import TerraformVariable, TerraformVariableValidationConfig
from cdktf_cdktf_provider_aws.iam_openid_connect_provider import IamOpenidConnectProvider
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from navra_stacks.constructs.common.account_region import AccountRegion
from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.constructs.common.policy_document import policy_document
from navra_stacks.settings.delivery.github import ISSUER, GitHubDeployRole
from navra_stacks.settings.delivery.github_workflows import GitHubSource

__all__ = ["GitHubActionsRole", "GitHubIdentity"]


class GitHubIdentity(Construct):
    """The OIDC provider for GitHub, and the name of the repository if the settings have none.

    The subject condition of each trust policy names the repository and the branch, the GitHub
    environment or the pull requests, without wildcards.
    """

    def __init__(
        self, scope: Construct, id_: str, *, settings: GitHubDeployRole, location: AccountRegion
    ) -> None:
        super().__init__(scope, id_)
        self._repository = settings.repository or self._repository_variable()
        self._provider_arn = self._provider(settings, location)

    def trust_policy(self, sources: Sequence[GitHubSource]) -> str:
        """Return the trust policy of a role, with one statement for each source."""
        return policy_document(
            *(
                {
                    "Effect": "Allow",
                    "Principal": {"Federated": self._provider_arn},
                    "Action": "sts:AssumeRoleWithWebIdentity",
                    "Condition": {"StringEquals": self._claims(source)},
                }
                for source in sources
            )
        )

    def _claims(self, source: GitHubSource) -> dict[str, object]:
        subjects = source.subjects(source.repository or self._repository)
        claims: dict[str, object] = {
            f"{ISSUER}:aud": "sts.amazonaws.com",
            f"{ISSUER}:sub": subjects[0] if len(subjects) == 1 else list(subjects),
        }
        if source.repository_id is not None:
            # STS knows this claim, but not the owner's id, which is in the subject
            # (https://aws.amazon.com/about-aws/whats-new/2026/01/aws-sts-supports-validation-identity-provider-claims/).
            claims[f"{ISSUER}:repository_id"] = str(source.repository_id)
        return claims

    def _repository_variable(self) -> str:
        variable = with_logical_id(
            TerraformVariable(
                self,
                "repository",
                type="string",
                nullable=False,
                description="The GitHub repository whose workflows may deploy: owner/name",
                validation=[
                    TerraformVariableValidationConfig(
                        condition=(
                            '${can(regex("^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$", '
                            "var.github_repository))}"
                        ),
                        error_message="A GitHub repository is written as owner/name.",
                    )
                ],
            ),
            "github_repository",
        )
        return str(variable.string_value)

    def _provider(self, settings: GitHubDeployRole, location: AccountRegion) -> str:
        if not settings.creates_provider:
            return f"arn:aws:iam::{location.account}:oidc-provider/{ISSUER}"
        provider = with_logical_id(
            IamOpenidConnectProvider(
                self,
                "provider",
                url=f"https://{ISSUER}",
                client_id_list=["sts.amazonaws.com"],
            ),
            "github_oidc_provider",
        )
        return str(provider.arn)


class GitHubActionsRole(Construct):
    """An IAM role that some workflows of GitHub Actions can assume, with one inline policy."""

    def __init__(
        self,
        identity: GitHubIdentity,
        purpose: str,
        *,
        name: str,
        sources: Sequence[GitHubSource],
        statements: Sequence[Mapping[str, object]],
        session_seconds: int = 3600,
    ) -> None:
        """Create the role.

        Args:
            identity: The identity provider, which is the scope.
            purpose: One word, for the ID of the construct, the name of the policy and the
                addresses.
            name: The name of the role.
            sources: The workflow runs that can assume the role.
            statements: The statements of the policy.
            session_seconds: The longest session that a workflow can request, 3600-43,200 seconds.
        """
        super().__init__(identity, purpose)
        role = with_logical_id(
            IamRole(
                self,
                "role",
                name=name,
                max_session_duration=session_seconds,
                assume_role_policy=identity.trust_policy(sources),
            ),
            f"{purpose}_role",
        )
        with_logical_id(
            IamRolePolicy(
                self,
                "policy",
                name=purpose,
                role=role.name,
                policy=policy_document(*statements),
            ),
            f"{purpose}_policy",
        )
        self.role_arn: str = role.arn
