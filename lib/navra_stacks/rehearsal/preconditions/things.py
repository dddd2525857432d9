"""Named things that a document looks up: zones, secrets, parameters, keys, roles, images ..."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

from navra_stacks.document import Block
from navra_stacks.rehearsal.preconditions.scene import Scene

__all__ = [
    "bucket",
    "certificate",
    "cluster",
    "hosted_zone",
    "identity_provider",
    "image",
    "instance_profile",
    "key",
    "log_group",
    "parameter",
    "policy",
    "queue",
    "repository",
    "role",
    "secret",
    "secret_version",
    "table",
    "topic",
]

Attributes = dict[str, Any]

_NOTHING_ALLOWED = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}],
    }
)
_PATHS = ("", "service-role/", "aws-service-role/", "job-function/", "root-task/")
"""Of AWS's own policies. To list them all, of which there are 1,582, takes a second."""

_NOBODY_TRUSTED = json.dumps({"Version": "2012-10-17", "Statement": []})


def hosted_zone(scene: Scene, block: Block) -> Attributes:
    """Of this name or id."""
    id_ = scene.asked(block, "zone_id")
    name = scene.asked(block, "name") or "rehearsal.example"
    if id_ is not None:
        scene.emulator.next_ids([id_])
    given: dict[str, Any] = {"Name": name, "CallerReference": block.address}
    if private := scene.asked(block, "private_zone"):
        owner = scene.asked(block, "vpc_id")
        if owner is None:
            from navra_stacks.rehearsal.preconditions.network import default_vpc

            owner = default_vpc(scene)["id"]
        given |= {
            "HostedZoneConfig": {"PrivateZone": True},
            "VPC": {"VPCRegion": scene.region, "VPCId": owner},
        }
    made = scene.client("route53").create_hosted_zone(**given)
    zone = made["HostedZone"]["Id"].rpartition("/")[2]
    scene.tell(f"{'private ' if private else ''}hosted zone {name}")
    return {
        "id": zone,
        "zone_id": zone,
        "name": name,
        "arn": f"arn:aws:route53:::hostedzone/{zone}",
    }


def secret(scene: Scene, block: Block) -> Attributes:
    """Of this name; its value is the word `rehearsal`."""
    asked = scene.needed(block, "name", "arn", "secret_id")
    # The end of a secret's ARN is drawn anew, and so another here.
    name = asked.partition(":secret:")[2].rpartition("-")[0] or asked
    manager = scene.client("secretsmanager")
    with suppress(manager.exceptions.ResourceNotFoundException):
        found = manager.describe_secret(SecretId=name)
        return {"id": found["ARN"], "arn": found["ARN"], "name": found["Name"]}
    made = manager.create_secret(Name=name, SecretString="rehearsal")["ARN"]
    scene.tell(f"secret {name}")
    return {"id": made, "arn": made, "name": name}


def secret_version(scene: Scene, block: Block) -> Attributes:
    """The value of a secret, which is made where no other data source did."""
    return secret(scene, block) | {"secret_string": "rehearsal"}


def parameter(scene: Scene, block: Block) -> Attributes:
    """Of this name; moto knows those of AWS."""
    name = scene.needed(block, "name")
    arn = f"arn:aws:ssm:{scene.region}:{scene.account}:parameter/{name.lstrip('/')}"
    if not name.startswith("/aws/"):
        scene.client("ssm").put_parameter(Name=name, Value="rehearsal", Type="String")
        scene.tell(f"parameter {name}")
    return {"id": name, "name": name, "arn": arn, "value": "rehearsal"}


def key(scene: Scene, block: Block) -> Attributes:
    """With this alias."""
    alias = scene.asked(block, "key_id", "name") or ""
    kms = scene.client("kms")
    if alias.startswith("alias/aws/"):
        return {}
    made = kms.create_key()["KeyMetadata"]
    if alias.startswith("alias/"):
        kms.create_alias(AliasName=alias, TargetKeyId=made["KeyId"])
    scene.tell(f"key {alias}")
    return {
        "id": made["KeyId"],
        "key_id": made["KeyId"],
        "arn": made["Arn"],
        "target_key_id": made["KeyId"],
        "target_key_arn": made["Arn"],
    }


def certificate(scene: Scene, block: Block) -> Attributes:
    """For this domain."""
    domain = scene.asked(block, "domain") or "rehearsal.example"
    acm = scene.client("acm")
    arn = acm.request_certificate(DomainName=domain, ValidationMethod="DNS")["CertificateArn"]
    scene.tell(f"certificate for {domain}")
    return {"id": arn, "arn": arn, "domain": domain}


def repository(scene: Scene, block: Block) -> Attributes:
    """Of this name."""
    name = scene.needed(block, "name", "repository_name")
    ecr = scene.client("ecr")
    with suppress(ecr.exceptions.RepositoryAlreadyExistsException):
        ecr.create_repository(repositoryName=name)
        scene.tell(f"repository {name}")
    url = f"{scene.account}.dkr.ecr.{scene.region}.amazonaws.com/{name}"
    arn = f"arn:aws:ecr:{scene.region}:{scene.account}:repository/{name}"
    return {"id": name, "name": name, "arn": arn, "repository_url": url}


def image(scene: Scene, block: Block) -> Attributes:
    """With this tag, and its repository."""
    name = repository(scene, block)["name"]
    tag = scene.asked(block, "image_tag") or "latest"
    manifest = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": {"digest": f"sha256:{'0' * 64}"},
        "layers": [],
    }
    scene.client("ecr").put_image(
        repositoryName=name, imageManifest=json.dumps(manifest), imageTag=tag
    )
    scene.tell(f"image {name}:{tag}")
    return {}


def role(scene: Scene, block: Block) -> Attributes:
    """Of this name."""
    name = scene.needed(block, "name")
    made = scene.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=_NOBODY_TRUSTED)
    scene.tell(f"role {name}")
    return {"id": name, "name": name, "arn": made["Role"]["Arn"]}


def policy(scene: Scene, block: Block) -> Attributes:
    """Of this name; moto knows those of AWS."""
    name = scene.needed(block, "name", "arn").rpartition("/")[2]
    iam = scene.client("iam")
    for path in _PATHS:
        with suppress(iam.exceptions.NoSuchEntityException):
            theirs = iam.get_policy(PolicyArn=f"arn:aws:iam::aws:policy/{path}{name}")["Policy"]
            return {"id": theirs["Arn"], "arn": theirs["Arn"], "name": name}
    made = iam.create_policy(PolicyName=name, PolicyDocument=_NOTHING_ALLOWED)["Policy"]
    scene.tell(f"policy {name}")
    return {"id": made["Arn"], "arn": made["Arn"], "name": name}


def instance_profile(scene: Scene, block: Block) -> Attributes:
    """Of this name."""
    name = scene.needed(block, "name")
    made = scene.client("iam").create_instance_profile(InstanceProfileName=name)
    scene.tell(f"instance profile {name}")
    return {"id": name, "name": name, "arn": made["InstanceProfile"]["Arn"]}


def identity_provider(scene: Scene, block: Block) -> Attributes:
    """Of this address."""
    asked = scene.needed(block, "url", "arn")
    url = asked if asked.startswith("https:") else f"https://{asked.partition('/')[2]}"
    made = scene.client("iam").create_open_id_connect_provider(
        Url=url, ClientIDList=["sts.amazonaws.com"], ThumbprintList=["0" * 40]
    )
    arn = made["OpenIDConnectProviderArn"]
    scene.tell(f"identity provider {url}")
    return {"id": arn, "arn": arn, "url": url}


def cluster(scene: Scene, block: Block) -> Attributes:
    """Of this name."""
    name = scene.needed(block, "cluster_name")
    made = scene.client("ecs").create_cluster(clusterName=name)["cluster"]["clusterArn"]
    scene.tell(f"ECS cluster {name}")
    return {"id": made, "arn": made, "cluster_name": name}


def log_group(scene: Scene, block: Block) -> Attributes:
    """Of this name."""
    name = scene.needed(block, "name")
    scene.client("logs").create_log_group(logGroupName=name)
    scene.tell(f"log group {name}")
    arn = f"arn:aws:logs:{scene.region}:{scene.account}:log-group:{name}"
    return {"id": name, "name": name, "arn": arn}


def bucket(scene: Scene, block: Block) -> Attributes:
    """Of this name."""
    name = scene.needed(block, "bucket")
    here = {"CreateBucketConfiguration": {"LocationConstraint": scene.region}}
    scene.client("s3").create_bucket(Bucket=name, **({} if scene.region == "us-east-1" else here))
    scene.tell(f"bucket {name}")
    return {"id": name, "bucket": name, "arn": f"arn:aws:s3:::{name}"}


def topic(scene: Scene, block: Block) -> Attributes:
    """Of this name."""
    name = scene.needed(block, "name")
    arn = scene.client("sns").create_topic(Name=name)["TopicArn"]
    scene.tell(f"topic {name}")
    return {"id": arn, "arn": arn, "name": name}


def queue(scene: Scene, block: Block) -> Attributes:
    """Of this name."""
    name = scene.needed(block, "name")
    url = scene.client("sqs").create_queue(QueueName=name)["QueueUrl"]
    scene.tell(f"queue {name}")
    arn = f"arn:aws:sqs:{scene.region}:{scene.account}:{name}"
    return {"id": url, "url": url, "name": name, "arn": arn}


def table(scene: Scene, block: Block) -> Attributes:
    """Of this name, with a key named `id`."""
    name = scene.needed(block, "name")
    scene.client("dynamodb").create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    scene.tell(f"table {name}")
    arn = f"arn:aws:dynamodb:{scene.region}:{scene.account}:table/{name}"
    return {"id": name, "name": name, "arn": arn}
