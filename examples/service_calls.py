"""The shop with a table, and with calls from web to api through Service Connect."""

import three_services

from navra_stacks import WebStack, synthesize

# isort: split
from cdktf_cdktf_provider_aws.dynamodb_table import DynamodbTable, DynamodbTableAttribute
from cdktf_cdktf_provider_aws.ecs_service import (
    EcsServiceServiceConnectConfigurationService,
    EcsServiceServiceConnectConfigurationServiceClientAlias,
)
from cdktf_cdktf_provider_aws.service_discovery_http_namespace import (
    ServiceDiscoveryHttpNamespace,
)


class ConnectedStack(WebStack):
    """The library's stack with a DynamoDB table, and with Service Connect between two services."""

    def before_services(self) -> None:
        groups = self.security_groups.services
        self.connections.allow(groups["web"], groups["api"], 8080, "web to api")

    def after_services(self) -> None:
        web, api = self.services["web"], self.services["api"]
        key = DynamodbTableAttribute(name="id", type="S")
        table = DynamodbTable(
            self,
            "carts",
            name=f"{self.names.stack}-carts",
            billing_mode="PAY_PER_REQUEST",
            hash_key="id",
            attribute=[key],
        )
        api.container.add_environment("CARTS", table.name)
        api.grant(["dynamodb:GetItem", "dynamodb:PutItem"], [table.arn])

        namespace = ServiceDiscoveryHttpNamespace(self, "namespace", name=self.names.stack)
        alias = EcsServiceServiceConnectConfigurationServiceClientAlias(port=80, dns_name="api")
        server = EcsServiceServiceConnectConfigurationService(port_name="api", client_alias=alias)
        api.container.add_port(8080, name="api", app_protocol="http")
        for service, offered in ((web, None), (api, [server])):
            service.fargate_service.resource.put_service_connect_configuration(
                enabled=True, namespace=namespace.arn, service=offered
            )


SHOP = three_services.SHOP.replace(stack_class="service_calls:ConnectedStack")

if __name__ == "__main__":
    synthesize([SHOP])
