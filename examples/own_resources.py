"""The shop with additional resources in the same stack."""

# Import navra_stacks before cdktf, so that each of the 2,200 AWS modules is loaded on first use.
import three_services

from navra_stacks import WebStack, synthesize

# isort: split
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.ssm_parameter import SsmParameter


class ShopStack(WebStack):
    """The library's stack with a bucket for the API, and a parameter with the cluster's ARN."""

    def after_services(self) -> None:
        uploads = S3Bucket(self, "uploads", bucket=f"{self.names.stack}-uploads")
        api = self.services["api"]
        api.container.add_environment("UPLOADS", uploads.bucket)
        api.grant(["s3:GetObject", "s3:PutObject"], [f"{uploads.arn}/*"])
        SsmParameter(
            self, "cluster_arn", name="/shop/live/cluster", type="String", value=self.cluster.arn
        )


SHOP = three_services.SHOP.replace(stack_class="own_resources:ShopStack")

if __name__ == "__main__":
    synthesize([SHOP])
