"""The ECR repositories for the images of an environment."""

from __future__ import annotations

import json
from collections.abc import Sequence

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.ecr_lifecycle_policy import EcrLifecyclePolicy
from cdktf_cdktf_provider_aws.ecr_repository import (
    EcrRepository,
    EcrRepositoryEncryptionConfiguration,
    EcrRepositoryImageScanningConfiguration,
)
from constructs import Construct

from navra_stacks.constructs.common.environment_context import EnvironmentContext
from navra_stacks.constructs.common.logical_id import with_logical_id
from navra_stacks.naming import address_start, repository_logical_id
from navra_stacks.settings.delivery.ecr_repositories import EcrRepositories

__all__ = ["ImageRepositories"]

DEPLOYED_PREFIX = "deployed-"
"""The prefix of the additional tag of an image that was deployed."""


class ImageRepositories(Construct):
    """One ECR repository per image, with immutable tags, scan on push and a lifecycle policy.

    Deletion protection prevents Terraform from destroying the repositories, so that the images
    stay available for a rollback.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: EcrRepositories,
        env: EnvironmentContext,
        repositories: Sequence[str],
    ) -> None:
        super().__init__(scope, id_)
        self._settings = settings
        self._env = env
        for name in repositories:
            self._repository(name)

    def _repository(self, name: str) -> None:
        protected, kms_key_arn = self._env.deletion_protection, self._env.kms_key_arn
        logical_id = repository_logical_id(name)
        repository = with_logical_id(
            EcrRepository(
                self,
                logical_id,
                name=name,
                image_tag_mutability="IMMUTABLE",
                image_scanning_configuration=EcrRepositoryImageScanningConfiguration(
                    scan_on_push=True
                ),
                encryption_configuration=[
                    EcrRepositoryEncryptionConfiguration(
                        encryption_type="AES256" if kms_key_arn is None else "KMS",
                        kms_key=kms_key_arn,
                    )
                ],
                force_delete=None if protected else True,
                lifecycle=TerraformResourceLifecycle(
                    prevent_destroy=True if protected else None,
                    # AWS sets the key at creation only: another key would replace the repository
                    # and delete every image.
                    ignore_changes=["encryption_configuration"],
                ),
            ),
            logical_id,
        )
        with_logical_id(
            EcrLifecyclePolicy(
                self,
                f"{logical_id}_lifecycle",
                repository=repository.name,
                policy=self._lifecycle(),
            ),
            f"{address_start(name)}_lifecycle",
        )

    def _lifecycle(self) -> str:
        def expire(priority: int, description: str, selection: dict[str, object]) -> object:
            return {
                "rulePriority": priority,
                "description": description,
                "selection": selection,
                "action": {"type": "expire"},
            }

        rules = [
            expire(
                1,
                "Images without a tag",
                {
                    "tagStatus": "untagged",
                    "countType": "sinceImagePushed",
                    "countUnit": "days",
                    "countNumber": self._settings.untagged_days,
                },
            ),
            # ECR evaluates an image with a deployed tag in this rule only. Otherwise the next rule
            # could delete the image that runs, after many builds without a deployment.
            expire(
                2,
                "The oldest deployed images",
                {
                    "tagStatus": "tagged",
                    "tagPatternList": [f"{DEPLOYED_PREFIX}*"],
                    "countType": "imageCountMoreThan",
                    "countNumber": self._settings.keep_deployed,
                },
            ),
            expire(
                3,
                "The oldest images",
                {
                    "tagStatus": "tagged",
                    "tagPatternList": ["*"],
                    "countType": "imageCountMoreThan",
                    "countNumber": self._settings.keep_images,
                },
            ),
        ]
        return json.dumps({"rules": rules})
