"""The ECR repositories of an environment's images."""

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

from navra_stacks.constructs.common.logical_id import addressed
from navra_stacks.naming import slug
from navra_stacks.settings.delivery.ecr_repositories import EcrRepositories

__all__ = ["ImageRepositories"]


class ImageRepositories(Construct):
    """One repository an image: immutable tags, scanned on push, old images expire.

    Images are what a rollback needs, so a protected repository is never destroyed with its stack.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        settings: EcrRepositories,
        repositories: Sequence[str],
        protected: bool,
        kms_key_arn: str | None,
    ) -> None:
        super().__init__(scope, id_)
        self._settings = settings
        for name in repositories:
            self._repository(name, protected=protected, kms_key_arn=kms_key_arn)

    def _repository(self, name: str, *, protected: bool, kms_key_arn: str | None) -> None:
        address = f"{slug(name)}_repository"
        repository = addressed(
            EcrRepository(
                self,
                address,
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
                    # AWS only takes it when a repository is made: another key would replace the
                    # repository, and with it every image that a rollback needs.
                    ignore_changes=["encryption_configuration"],
                ),
            ),
            address,
        )
        addressed(
            EcrLifecyclePolicy(
                self, f"{address}_lifecycle", repository=repository.name, policy=self._lifecycle()
            ),
            f"{slug(name)}_lifecycle",
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
            expire(
                2,
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
