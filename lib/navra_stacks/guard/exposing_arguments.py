"""Tables of arguments whose value exposes a resource, or whose change routes traffic elsewhere.

The guard reports them, and refuses them with ``--security``. An argument of a nested block is
written without indexes. Each entry has the page that describes the effect.
"""

from __future__ import annotations

from collections.abc import Mapping

from navra_stacks.guard.protective_arguments import Effect

__all__ = [
    "ADMINISTRATOR_POLICIES",
    "EXPOSING",
    "EXPOSING_EVERYWHERE",
    "LOOSENING",
    "REROUTING",
    "RESTRICTING_CONDITIONS",
]

_PROVIDER = "https://registry.terraform.io/providers/hashicorp/aws/6.25.0/docs/resources/"
_EC2 = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_"
_ELB = "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_"
_APIGATEWAY = "https://docs.aws.amazon.com/apigateway/latest/developerguide/"
_CLOUDFRONT = "https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_"

EXPOSING_EVERYWHERE: Mapping[str, tuple[tuple[object, ...], Effect]] = {
    "associate_public_ip_address": (
        (True,),
        Effect("it gets a public IP address", f"{_PROVIDER}instance"),
    ),
    "is_publicly_accessible": (
        (True,),
        Effect(
            "it becomes accessible from the internet",
            "https://docs.aws.amazon.com/apprunner/latest/api/API_IngressConfiguration.html",
        ),
    ),
    "map_public_ip_on_launch": (
        (True,),
        Effect("new instances get a public IP address", f"{_EC2}ModifySubnetAttribute.html"),
    ),
    "publicly_accessible": (
        (True,),
        Effect(
            "it becomes accessible from the internet, as far as its security groups allow",
            "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html",
        ),
    ),
}
"""Arguments of any type, with the values that expose the resource."""

_ACL = (
    ("public-read", "public-read-write", "authenticated-read"),
    Effect(
        "everybody gets access through the ACL",
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl",
    ),
)
_UNAUTHENTICATED = "requests need no authentication"
_IMDS = (
    ("optional",),
    Effect(
        "credentials of the instance can be read without a session token",
        f"{_EC2}ModifyInstanceMetadataOptions.html",
    ),
)

EXPOSING: Mapping[tuple[str, str], tuple[tuple[object, ...], Effect]] = {
    ("aws_ami_launch_permission", "group"): (
        ("all",),
        Effect("everybody can use the image", f"{_PROVIDER}ami_launch_permission"),
    ),
    ("aws_api_gateway_method", "authorization"): (
        ("NONE",),
        Effect(_UNAUTHENTICATED, f"{_PROVIDER}api_gateway_method"),
    ),
    ("aws_apigatewayv2_route", "authorization_type"): (
        ("NONE",),
        Effect(_UNAUTHENTICATED, f"{_PROVIDER}apigatewayv2_route"),
    ),
    ("aws_cognito_identity_pool", "allow_unauthenticated_identities"): (
        (True,),
        Effect(
            "everybody gets credentials of the pool",
            "https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_UpdateIdentityPool.html",
        ),
    ),
    ("aws_eks_cluster", "vpc_config.endpoint_public_access"): (
        (True,),
        Effect(
            "the API server becomes accessible from the internet",
            "https://docs.aws.amazon.com/eks/latest/APIReference/API_VpcConfigRequest.html",
        ),
    ),
    ("aws_eks_cluster", "vpc_config.public_access_cidrs"): (
        ("0.0.0.0/0", "::/0"),
        Effect(
            "the API server becomes accessible from the internet",
            "https://docs.aws.amazon.com/eks/latest/APIReference/API_VpcConfigRequest.html",
        ),
    ),
    ("aws_lambda_function_url", "authorization_type"): (
        ("NONE",),
        Effect(
            "everybody can invoke the function",
            "https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionUrlConfig.html",
        ),
    ),
    ("aws_lambda_permission", "principal"): (
        ("*",),
        Effect(
            "everybody can invoke the function",
            "https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html",
        ),
    ),
    ("aws_s3_bucket", "acl"): _ACL,
    ("aws_s3_bucket_acl", "acl"): _ACL,
    ("aws_s3_object", "acl"): _ACL,
}
"""Arguments with the values that expose the resource, also when it is created."""

LOOSENING: Mapping[tuple[str, str], tuple[tuple[object, ...], Effect]] = {
    ("aws_cloudfront_distribution", "default_cache_behavior.viewer_protocol_policy"): (
        ("allow-all",),
        Effect("requests without encryption are served", f"{_CLOUDFRONT}DefaultCacheBehavior.html"),
    ),
    ("aws_cloudfront_distribution", "ordered_cache_behavior.viewer_protocol_policy"): (
        ("allow-all",),
        Effect("requests without encryption are served", f"{_CLOUDFRONT}CacheBehavior.html"),
    ),
    ("aws_cognito_user_pool", "mfa_configuration"): (
        ("OFF",),
        Effect(
            "users sign in without a second factor",
            "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserPoolMfaConfig.html",
        ),
    ),
    ("aws_ecr_repository", "image_tag_mutability"): (
        ("MUTABLE",),
        Effect(
            "images can be replaced under the same tag",
            "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImageTagMutability.html",
        ),
    ),
    ("aws_instance", "metadata_options.http_tokens"): _IMDS,
    ("aws_launch_template", "metadata_options.http_tokens"): _IMDS,
    ("aws_opensearch_domain", "domain_endpoint_options.enforce_https"): (
        (False,),
        Effect("requests without encryption are served", f"{_PROVIDER}opensearch_domain"),
    ),
}
"""Arguments with the values that are reported if a change in place sets them. They are defaults, so
that a creation does not report them."""

ADMINISTRATOR_POLICIES = ("AdministratorAccess", "IAMFullAccess")
"""The names of AWS managed policies that allow everything, or that allow a principal to grant
itself everything. https://docs.aws.amazon.com/aws-managed-policy/latest/reference/"""

RESTRICTING_CONDITIONS = frozenset(
    """
    aws:principalaccount aws:principalarn aws:principalorgid aws:principalorgpaths
    aws:sourceaccount aws:sourcearn aws:sourceip aws:sourceorgid aws:sourceorgpaths aws:sourceowner
    aws:sourcevpc aws:sourcevpce aws:userid aws:vpcsourceip kms:calleraccount
    s3:dataaccesspointaccount s3:dataaccesspointarn
    """.split()
)
"""Condition keys, in lower case, with which a statement for everybody does not apply to everybody.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
"""

_TLS = Effect("the accepted TLS versions and ciphers change", f"{_ELB}ModifyListener.html")
_ACTION = Effect("requests are handled differently", f"{_ELB}ModifyListener.html")
_RULE = Effect("requests are handled differently", f"{_ELB}ModifyRule.html")
_RECORD = Effect(
    "the name is resolved to another target",
    "https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html",
)
_ROUTE = Effect("network traffic takes another route", f"{_EC2}ReplaceRoute.html")
_API_TLS = Effect(
    "the accepted TLS versions and ciphers change",
    f"{_APIGATEWAY}apigateway-custom-domain-tls-version.html",
)
_WAF = Effect(
    "requests are inspected differently",
    "https://docs.aws.amazon.com/waf/latest/APIReference/API_UpdateWebACL.html",
)
_INTEGRATION = Effect("requests are sent to another target", f"{_PROVIDER}apigatewayv2_integration")

REROUTING: Mapping[tuple[str, str], Effect] = {
    ("aws_alb_listener", "default_action"): _ACTION,
    ("aws_alb_listener", "ssl_policy"): _TLS,
    ("aws_alb_listener_rule", "action"): _RULE,
    ("aws_alb_listener_rule", "condition"): _RULE,
    ("aws_api_gateway_domain_name", "security_policy"): _API_TLS,
    ("aws_api_gateway_integration", "uri"): Effect(
        "requests are sent to another target", f"{_PROVIDER}api_gateway_integration"
    ),
    ("aws_apigatewayv2_domain_name", "domain_name_configuration.security_policy"): _API_TLS,
    ("aws_apigatewayv2_integration", "integration_uri"): _INTEGRATION,
    ("aws_cloudfront_distribution", "origin.domain_name"): Effect(
        "requests are sent to another target", f"{_CLOUDFRONT}Origin.html"
    ),
    ("aws_cloudfront_distribution", "viewer_certificate.minimum_protocol_version"): Effect(
        "the accepted TLS versions and ciphers change", f"{_CLOUDFRONT}ViewerCertificate.html"
    ),
    ("aws_default_route_table", "route"): _ROUTE,
    ("aws_lb_listener", "default_action"): _ACTION,
    ("aws_lb_listener", "ssl_policy"): _TLS,
    ("aws_lb_listener_rule", "action"): _RULE,
    ("aws_lb_listener_rule", "condition"): _RULE,
    ("aws_opensearch_domain", "domain_endpoint_options.tls_security_policy"): Effect(
        "the accepted TLS versions and ciphers change", f"{_PROVIDER}opensearch_domain"
    ),
    ("aws_route", "carrier_gateway_id"): _ROUTE,
    ("aws_route", "core_network_arn"): _ROUTE,
    ("aws_route", "egress_only_gateway_id"): _ROUTE,
    ("aws_route", "gateway_id"): _ROUTE,
    ("aws_route", "local_gateway_id"): _ROUTE,
    ("aws_route", "nat_gateway_id"): _ROUTE,
    ("aws_route", "network_interface_id"): _ROUTE,
    ("aws_route", "transit_gateway_id"): _ROUTE,
    ("aws_route", "vpc_endpoint_id"): _ROUTE,
    ("aws_route", "vpc_peering_connection_id"): _ROUTE,
    ("aws_route53_record", "alias"): _RECORD,
    ("aws_route53_record", "records"): _RECORD,
    ("aws_route53_record", "weighted_routing_policy"): _RECORD,
    ("aws_route_table", "route"): _ROUTE,
    ("aws_transfer_server", "security_policy_name"): Effect(
        "the accepted algorithms change",
        "https://docs.aws.amazon.com/transfer/latest/APIReference/API_UpdateServer.html",
    ),
    ("aws_wafv2_rule_group", "rule"): _WAF,
    ("aws_wafv2_web_acl", "default_action"): _WAF,
    ("aws_wafv2_web_acl", "rule"): _WAF,
}
"""Arguments whose change in place routes traffic elsewhere or changes its encryption."""
