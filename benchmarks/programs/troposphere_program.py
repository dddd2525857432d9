"""As many resources by troposphere: python troposphere_program.py <workload> <out>."""

import json
import re
import sys
from pathlib import Path
from typing import ClassVar

from troposphere import Template
from troposphere.cloudformation import AWSCustomObject
from troposphere.cloudwatch import Alarm
from troposphere.ec2 import SecurityGroup, SecurityGroupEgress, SecurityGroupIngress
from troposphere.elasticloadbalancingv2 import LoadBalancer, TargetGroup
from troposphere.iam import Role
from troposphere.logs import LogGroup
from troposphere.secretsmanager import Secret

TYPED = {
    "aws_cloudwatch_metric_alarm": lambda id_, a: Alarm(
        id_,
        ComparisonOperator=a["comparison_operator"],
        EvaluationPeriods=a["evaluation_periods"],
        AlarmName=a["alarm_name"],
        MetricName="Metric",
        Namespace="Namespace",
        Period=60,
        Statistic="Sum",
        Threshold=1,
    ),
    "aws_cloudwatch_log_group": lambda id_, a: LogGroup(id_, LogGroupName=a["name"]),
    "aws_iam_role": lambda id_, a: Role(
        id_, AssumeRolePolicyDocument={"Statement": []}, RoleName=a["name"]
    ),
    "aws_lb": lambda id_, a: LoadBalancer(id_, Name=a["name"], Subnets=["a"]),
    "aws_lb_target_group": lambda id_, a: TargetGroup(
        id_, Name=a["name"], Port=a["port"], Protocol=a["protocol"], VpcId="vpc-1"
    ),
    "aws_secretsmanager_secret": lambda id_, a: Secret(id_, Name=a["name"]),
    "aws_security_group": lambda id_, a: SecurityGroup(
        id_, GroupDescription=a["description"], VpcId="vpc-1"
    ),
    "aws_vpc_security_group_egress_rule": lambda id_, a: SecurityGroupEgress(
        id_, IpProtocol="-1", GroupId="sg-1", CidrIp="0.0.0.0/0"
    ),
    "aws_vpc_security_group_ingress_rule": lambda id_, a: SecurityGroupIngress(
        id_, IpProtocol="-1", GroupId="sg-1", CidrIp="0.0.0.0/0"
    ),
}


class Other(AWSCustomObject):
    resource_type = "Custom::Other"
    props: ClassVar = {"Arguments": (dict, True)}


def main(workload, out):
    for name, described in json.loads(Path(workload).read_text())["plain"].items():
        template = Template()
        for kind, address, arguments in described:
            id_ = re.sub(r"\W|_", "", f"{kind}{address}".title())
            if kind in TYPED:
                template.add_resource(TYPED[kind](id_, arguments))
            else:
                template.add_resource(Other(id_, Arguments=arguments))
        Path(out, f"{name}.json").write_text(template.to_json())


main(*sys.argv[1:])
