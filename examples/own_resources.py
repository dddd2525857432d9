"""The shop with additional resources in the same stack."""

# Import navra_stacks before cdktf, so that each of the 2,200 AWS modules is loaded on first use.
from navra_stacks import Environment, WebStack

# isort: split
from cdktf import App
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.ssm_parameter import SsmParameter
from constructs import Construct
from three_services import SHOP


class ShopStack(WebStack):
    """The library's stack with a bucket, and an SSM parameter with the cluster's ARN."""

    def __init__(self, scope: Construct, environment: Environment) -> None:
        super().__init__(scope, environment)
        uploads = S3Bucket(self, "uploads", bucket=f"{self.names.stack}-uploads")
        uploads.override_logical_id("uploads")  # its address is aws_s3_bucket.uploads
        cluster = SsmParameter(
            self, "cluster_arn", name="/shop/live/cluster", type="String", value=self.cluster.arn
        )
        cluster.override_logical_id("cluster_arn")


if __name__ == "__main__":
    app = App()
    ShopStack(app, SHOP)
    app.synth()
