"""The shop with files on EFS that the API and the worker share."""

import three_services

from navra_stacks import WebStack, synthesize

# isort: split
from cdktf_cdktf_provider_aws.ecs_task_definition import (
    EcsTaskDefinitionVolume,
    EcsTaskDefinitionVolumeEfsVolumeConfiguration,
    EcsTaskDefinitionVolumeEfsVolumeConfigurationAuthorizationConfig,
)
from cdktf_cdktf_provider_aws.efs_file_system import EfsFileSystem
from cdktf_cdktf_provider_aws.efs_mount_target import EfsMountTarget


class FilesStack(WebStack):
    """The library's stack with an encrypted file system, mounted at /media in two services."""

    def before_services(self) -> None:
        self.files = EfsFileSystem(self, "media", encrypted=True)
        group = self.connections.group(
            "media", name="shop-live-media", description="Files of the shop", initiates=False
        )
        for name in ("api", "worker"):
            source = self.security_groups.services[name]
            self.connections.allow(source, group, 2049, f"{name} to the files")
        self.mount_targets = [
            EfsMountTarget(
                self,
                f"media_{number}",
                file_system_id=self.files.id,
                subnet_id=subnet,
                security_groups=[group.group_id],
            )
            for number, subnet in enumerate(self.network.task_subnet_ids, start=1)
        ]

    def after_services(self) -> None:
        iam = EcsTaskDefinitionVolumeEfsVolumeConfigurationAuthorizationConfig(iam="ENABLED")
        efs = EcsTaskDefinitionVolumeEfsVolumeConfiguration(
            file_system_id=self.files.id, transit_encryption="ENABLED", authorization_config=iam
        )
        volume = EcsTaskDefinitionVolume(name="media", efs_volume_configuration=efs)
        actions = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
        for service in (self.services["api"], self.services["worker"]):
            service.task_definition.add_volume(volume)
            service.container.add_mount("media", "/media")
            service.grant(actions, [self.files.arn])
            for target in self.mount_targets:
                service.add_dependency(target)


SHOP = three_services.SHOP.replace(stack_class="shared_files:FilesStack")

if __name__ == "__main__":
    synthesize([SHOP])
