"""Create the shop's data stores, buckets, roles, keys, secrets and topics with API calls."""

from __future__ import annotations

import json

from tests.support.handmade_account.environment import ACCOUNT, TRUST, Console

__all__ = ["ARN", "SETTINGS", "access", "data", "storage"]

ARN = f"us-east-1:{ACCOUNT}"
SETTINGS = """
    lifecycle_configuration ownership_controls policy public_access_block
    server_side_encryption_configuration versioning
""".split()


def data(console: Console, subnets: list[str]) -> dict[str, str]:
    rds, cache = console("rds"), console("elasticache")
    rds.create_db_subnet_group(
        DBSubnetGroupName="shop-db", DBSubnetGroupDescription="d", SubnetIds=subnets
    )
    rds.create_db_parameter_group(
        DBParameterGroupName="shop-postgres17", DBParameterGroupFamily="postgres17", Description="d"
    )
    rds.create_db_instance(
        DBInstanceIdentifier="shop-db",
        Engine="postgres",
        DBInstanceClass="db.t4g.micro",
        AllocatedStorage=20,
        MasterUsername="shop",
        MasterUserPassword="not-a-real-password",
    )
    cache.create_cache_subnet_group(
        CacheSubnetGroupName="shop-cache", CacheSubnetGroupDescription="d", SubnetIds=subnets
    )
    cache.create_cache_parameter_group(
        CacheParameterGroupName="shop-valkey8", CacheParameterGroupFamily="valkey8", Description="d"
    )
    cache.create_replication_group(
        ReplicationGroupId="shop-cache",
        ReplicationGroupDescription="d",
        Engine="valkey",
        CacheNodeType="cache.t4g.micro",
        NumCacheClusters=2,
        AutomaticFailoverEnabled=True,
    )
    backup = console("backup")
    backup.create_backup_vault(BackupVaultName="shop-vault")
    plan = backup.create_backup_plan(
        BackupPlan={
            "BackupPlanName": "shop-daily",
            "Rules": [{"RuleName": "daily", "TargetBackupVaultName": "shop-vault"}],
        }
    )["BackupPlanId"]
    selection = backup.create_backup_selection(
        BackupPlanId=plan,
        BackupSelection={
            "SelectionName": "data",
            "IamRoleArn": f"arn:aws:iam::{ACCOUNT}:role/b",
            "Resources": ["*"],
        },
    )["SelectionId"]
    return {
        "aws_backup_plan.daily": plan,
        "aws_backup_selection.data": f"{plan}|{selection}",
        "aws_backup_vault.vault": "shop-vault",
        "aws_db_instance.data": "shop-db",
        "aws_db_parameter_group.data": "shop-postgres17",
        "aws_db_subnet_group.data": "shop-db",
        "aws_elasticache_parameter_group.cache": "shop-valkey8",
        "aws_elasticache_replication_group.cache": "shop-cache",
        "aws_elasticache_subnet_group.cache": "shop-cache",
    }


def storage(console: Console) -> dict[str, str]:
    s3, name = console("s3"), f"shop-logs-{ACCOUNT}"
    s3.create_bucket(Bucket=name)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_ownership_controls(
        Bucket=name, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    )
    s3.put_public_access_block(
        Bucket=name, PublicAccessBlockConfiguration={"BlockPublicAcls": True}
    )
    s3.put_bucket_encryption(
        Bucket=name,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
        },
    )
    s3.put_bucket_lifecycle_configuration(
        Bucket=name,
        LifecycleConfiguration={
            "Rules": [
                {
                    "ID": "a",
                    "Status": "Enabled",
                    "Filter": {"Prefix": ""},
                    "Expiration": {"Days": 9},
                }
            ]
        },
    )
    deny_all = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}
    s3.put_bucket_policy(
        Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [deny_all]})
    )
    ecr = console("ecr")
    ecr.create_repository(repositoryName="shop-web")
    rule = {
        "rulePriority": 1,
        "action": {"type": "expire"},
        "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 9},
    }
    ecr.put_lifecycle_policy(
        repositoryName="shop-web", lifecyclePolicyText=json.dumps({"rules": [rule]})
    )
    return {
        "aws_s3_bucket.logs": name,
        **{f"aws_s3_bucket_{setting}.logs": name for setting in SETTINGS},
        "aws_ecr_lifecycle_policy.web": "shop-web",
        "aws_ecr_repository.web": "shop-web",
    }


def access(console: Console) -> dict[str, str]:
    iam, kms, sns = console("iam"), console("kms"), console("sns")
    iam.create_role(RoleName="shop-task", AssumeRolePolicyDocument=TRUST)
    deny_all = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    iam.put_role_policy(
        RoleName="shop-task",
        PolicyName="read",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [deny_all]}),
    )
    policy = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    iam.attach_role_policy(RoleName="shop-task", PolicyArn=policy)
    provider = iam.create_open_id_connect_provider(
        Url="https://token.actions.example", ThumbprintList=["0" * 40]
    )["OpenIDConnectProviderArn"]
    key = kms.create_key(Description="by hand")["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName="alias/shop", TargetKeyId=key)
    secret = console("secretsmanager").create_secret(Name="shop/URL", SecretString="none")["ARN"]
    topic = sns.create_topic(Name="shop-alarms")["TopicArn"]
    subscription = sns.subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:{ARN}:alarms"
    )["SubscriptionArn"]
    return {
        "aws_iam_openid_connect_provider.github": provider,
        "aws_iam_role.task": "shop-task",
        "aws_iam_role_policy.task": "shop-task:read",
        "aws_iam_role_policy_attachment.task": f"shop-task/{policy}",
        "aws_kms_alias.key": "alias/shop",
        "aws_kms_key.key": key,
        "aws_secretsmanager_secret.url": secret,
        "aws_sns_topic.alarms": topic,
        "aws_sns_topic_policy.alarms": topic,
        "aws_sns_topic_subscription.queue": subscription,
    }
