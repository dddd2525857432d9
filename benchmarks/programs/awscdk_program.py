"""As many resources by AWS CDK: python awscdk_program.py <workload> <out>.

CloudFormation's types are others; those that are alike and many are made of their own classes, and
the rest of the class for any type, with the same arguments.
"""

import json
import sys
from pathlib import Path

from aws_cdk import (
    App,
    CfnResource,
    Stack,
    aws_cloudwatch as cloudwatch,
    aws_ec2 as ec2,
    aws_elasticloadbalancingv2 as elb,
    aws_iam as iam,
    aws_logs as logs,
    aws_secretsmanager as secrets,
)

TYPED = {
    "aws_cloudwatch_metric_alarm": lambda stack, name, a: cloudwatch.CfnAlarm(
        stack,
        name,
        comparison_operator=a["comparison_operator"],
        evaluation_periods=a["evaluation_periods"],
        alarm_name=a["alarm_name"],
        alarm_description=a.get("alarm_description"),
        threshold=a.get("threshold"),
    ),
    "aws_cloudwatch_log_group": lambda stack, name, a: logs.CfnLogGroup(
        stack, name, log_group_name=a["name"], retention_in_days=a.get("retention_in_days")
    ),
    "aws_iam_role": lambda stack, name, a: iam.CfnRole(
        stack, name, assume_role_policy_document={"Statement": []}, role_name=a["name"]
    ),
    "aws_lb": lambda stack, name, a: elb.CfnLoadBalancer(
        stack, name, name=a["name"], security_groups=a["security_groups"], type="application"
    ),
    "aws_lb_target_group": lambda stack, name, a: elb.CfnTargetGroup(
        stack, name, name=a["name"], port=a["port"], protocol=a["protocol"], target_type="ip"
    ),
    "aws_secretsmanager_secret": lambda stack, name, a: secrets.CfnSecret(
        stack, name, name=a["name"], description=a.get("description")
    ),
    "aws_security_group": lambda stack, name, a: ec2.CfnSecurityGroup(
        stack, name, group_description=a["description"], group_name=a["name"], vpc_id="vpc-1"
    ),
    "aws_vpc_security_group_egress_rule": lambda stack, name, a: ec2.CfnSecurityGroupEgress(
        stack, name, ip_protocol=a["ip_protocol"], group_id="sg-1", description="out"
    ),
    "aws_vpc_security_group_ingress_rule": lambda stack, name, a: ec2.CfnSecurityGroupIngress(
        stack, name, ip_protocol=a["ip_protocol"], group_id="sg-1", description="in"
    ),
}


def main(workload, out):
    app = App(outdir=out)
    for name, described in json.loads(Path(workload).read_text())["plain"].items():
        stack = Stack(app, name)
        for kind, address, arguments in described:
            id_ = f"{kind}.{address}"
            if kind in TYPED:
                TYPED[kind](stack, id_, arguments)
            else:
                CfnResource(stack, id_, type=f"Custom::{kind}", properties=arguments)
    app.synth()


main(*sys.argv[1:])
