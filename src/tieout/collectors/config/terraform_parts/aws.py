"""Which settings of AWS resources protect. Defaults are those of the provider's documentation (hashicorp/aws).

A default is only taken where the page of the resource states it without a condition. What AWS does by itself for every
resource (objects in S3 and tables of DynamoDB are always encrypted) is no setting and makes no row.
"""

from collections.abc import Mapping
from typing import Final

from tieout.collectors.config.terraform_parts.checks import Check, false, given, positive, tls, true, words

_REST: Final = "encryption-at-rest"
_TRANSIT: Final = "encryption-in-transit"
#: What makes a database a copy of another one, whose settings it takes over.
_RESTORED: Final = ("snapshot_identifier", "replicate_source_db", "restore_to_point_in_time", "s3_import")
_KEY: Final = "encrypted with a key that the account manages"
_ENCRYPTED: Final = "data at rest is encrypted"
_HTTPS_ONLY: Final = "only encrypted connections are taken"
_NEWER_TLS: Final = "TLS 1.2 or newer is demanded"
_NOT_PUBLIC: Final = "not reachable from the internet"
_LOGS: Final = "writes logs"
_BACKUPS: Final = "backups are kept"
_UNDELETED: Final = "protected against deletion"
_NO_OLD_TLS: Final = words(
    ("TLSv1.2_2018", "TLSv1.2_2019", "TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025"),
    ("SSLv3", "TLSv1", "TLSv1_2016", "TLSv1.1_2016"),
)
_VIEWERS: Final = words(("https-only", "redirect-to-https"), ("allow-all",))

_ACL: Final = Check(
    "public-access",
    "acl",
    "not open to everybody",
    words(
        ("private", "log-delivery-write", "bucket-owner-full-control"),
        ("public-read", "public-read-write", "authenticated-read"),
    ),
)
_CLUSTER: Final = (
    Check(_REST, "kms_key_id", _KEY, given),
    Check(_REST, "storage_encrypted", _ENCRYPTED, true),
    Check("backup", "deletion_protection", _UNDELETED, true),
    Check("secrets", "manage_master_user_password", "its password is kept in a secret store", true),
    Check("audit-trail", "enabled_cloudwatch_logs_exports", _LOGS, given),
)
_SEARCH: Final = (
    Check(_REST, "encrypt_at_rest.enabled", _ENCRYPTED, true),
    Check(_REST, "encrypt_at_rest.kms_key_id", _KEY, given),
    Check(_TRANSIT, "node_to_node_encryption.enabled", "traffic between nodes is encrypted", true),
    Check(_TRANSIT, "domain_endpoint_options.enforce_https", _HTTPS_ONLY, true),
    Check(
        _TRANSIT,
        "domain_endpoint_options.tls_security_policy",
        _NEWER_TLS,
        words(
            ("Policy-Min-TLS-1-2-2019-07", "Policy-Min-TLS-1-2-PFS-2023-10", "Policy-Min-TLS-1-2-RFC9151-FIPS-2024-08"),
            ("Policy-Min-TLS-1-0-2019-07",),
        ),
    ),
    Check("audit-trail", "log_publishing_options.enabled", _LOGS, true),
    Check("identity", "advanced_security_options.enabled", "asks who somebody is", true),
)
_VOLUMES: Final = (
    Check(_REST, "root_block_device.encrypted", "its root disk is encrypted", true),
    Check(_REST, "ebs_block_device.encrypted", "its disks are encrypted", true),
    Check("network", "associate_public_ip_address", "has no public address", false),
    Check(
        "identity", "metadata_options.http_tokens", "its metadata asks for a token", words(("required",), ("optional",))
    ),
)

AWS: Final[Mapping[str, tuple[Check, ...]]] = {
    "aws_api_gateway_domain_name": (Check(_TRANSIT, "security_policy", _NEWER_TLS, tls),),
    "aws_api_gateway_stage": (Check("audit-trail", "access_log_settings.destination_arn", _LOGS, given),),
    "aws_apigatewayv2_route": (
        Check("identity", "authorization_type", "asks who calls", words(("AWS_IAM", "CUSTOM", "JWT"), ("NONE",))),
    ),
    "aws_apigatewayv2_stage": (Check("audit-trail", "access_log_settings.destination_arn", _LOGS, given),),
    "aws_athena_workgroup": (
        Check(
            _REST, "configuration.result_configuration.encryption_configuration.encryption_option", _ENCRYPTED, given
        ),
    ),
    "aws_backup_vault": (Check(_REST, "kms_key_arn", _KEY, given),),
    "aws_bedrock_custom_model": (Check(_REST, "custom_model_kms_key_id", _KEY, given),),
    "aws_bedrock_guardrail": (Check(_REST, "kms_key_arn", _KEY, given),),
    "aws_bedrock_model_invocation_logging_configuration": (
        Check("audit-trail", "logging_config.text_data_delivery_enabled", "texts of model calls are logged", true),
        Check("audit-trail", "logging_config.cloudwatch_config.log_group_name", "model calls are logged", given),
        Check("audit-trail", "logging_config.s3_config.bucket_name", "model calls are logged", given),
    ),
    "aws_bedrockagent_agent": (Check(_REST, "customer_encryption_key_arn", _KEY, given),),
    "aws_cloudfront_distribution": (
        Check(_TRANSIT, "default_cache_behavior.viewer_protocol_policy", _HTTPS_ONLY, _VIEWERS),
        Check(_TRANSIT, "ordered_cache_behavior.viewer_protocol_policy", _HTTPS_ONLY, _VIEWERS),
        Check(_TRANSIT, "viewer_certificate.minimum_protocol_version", _NEWER_TLS, _NO_OLD_TLS),
        Check(
            _TRANSIT,
            "origin.custom_origin_config.origin_protocol_policy",
            "its origin is reached encrypted",
            words(("https-only",), ("http-only",)),
        ),
        Check("audit-trail", "logging_config.bucket", _LOGS, given),
    ),
    "aws_cloudtrail": (
        # "Defaults to true. Setting this to false will pause logging."
        Check("audit-trail", "enable_logging", "calls to the account are logged", true, absent=True),
        # "Defaults to false."
        Check("audit-trail", "is_multi_region_trail", "calls in all regions are logged", true, absent=False),
        # "Defaults to false."
        Check("audit-trail", "enable_log_file_validation", "changed log files can be told", true, absent=False),
        Check(_REST, "kms_key_id", _KEY, given),
    ),
    "aws_cloudwatch_log_group": (Check(_REST, "kms_key_id", _KEY, given),),
    "aws_config_configuration_recorder_status": (
        Check("audit-trail", "is_enabled", "changes of resources are recorded", true),
    ),
    "aws_db_instance": (
        Check(_REST, "kms_key_id", _KEY, given),
        # "The default is false if not specified."
        Check(_REST, "storage_encrypted", _ENCRYPTED, true, absent=False, unless=(*_RESTORED, "kms_key_id")),
        Check("backup", "deletion_protection", _UNDELETED, true),
        # "Default is false."
        Check("network", "publicly_accessible", _NOT_PUBLIC, false, absent=True),
        # "Must be between 0 and 35. Default is 0."
        Check("backup", "backup_retention_period", _BACKUPS, positive, absent=False, unless=_RESTORED),
        Check("identity", "iam_database_authentication_enabled", "people sign in with their own identity", true),
        Check("secrets", "manage_master_user_password", "its password is kept in a secret store", true),
        Check("audit-trail", "enabled_cloudwatch_logs_exports", _LOGS, given),
    ),
    "aws_docdb_cluster": _CLUSTER,
    "aws_dynamodb_table": (
        Check(_REST, "server_side_encryption.kms_key_arn", _KEY, given),
        Check("backup", "point_in_time_recovery.enabled", "can be restored to any moment of late", true),
        Check("backup", "deletion_protection_enabled", _UNDELETED, true),
    ),
    "aws_ebs_encryption_by_default": (
        # "Defaults to true."
        Check(_REST, "enabled", "new disks are encrypted", true, absent=True),
    ),
    "aws_ebs_volume": (Check(_REST, "encrypted", _ENCRYPTED, true), Check(_REST, "kms_key_id", _KEY, given)),
    "aws_ecr_repository": (
        Check("workload", "image_tag_mutability", "a tag keeps its image", words(("IMMUTABLE",), ("MUTABLE",))),
        Check("workload", "image_scanning_configuration.scan_on_push", "images are scanned as they come", true),
        Check(_REST, "encryption_configuration.kms_key", _KEY, given),
    ),
    "aws_ecs_service": (Check("network", "network_configuration.assign_public_ip", "has no public address", false),),
    "aws_ecs_task_definition": (
        Check(
            _TRANSIT,
            "volume.efs_volume_configuration.transit_encryption",
            "its volume is reached encrypted",
            words(("ENABLED",), ("DISABLED",)),
        ),
    ),
    "aws_efs_backup_policy": (Check("backup", "backup_policy.status", _BACKUPS, words(("ENABLED",), ("DISABLED",))),),
    "aws_efs_file_system": (Check(_REST, "encrypted", _ENCRYPTED, true), Check(_REST, "kms_key_id", _KEY, given)),
    "aws_eks_cluster": (
        # "Default is true."
        Check("network", "vpc_config.endpoint_public_access", _NOT_PUBLIC, false, absent=False),
        Check(
            _REST, "encryption_config.provider.key_arn", "its secrets are encrypted with a key of the account", given
        ),
        Check("audit-trail", "enabled_cluster_log_types", _LOGS, given),
    ),
    "aws_elasticache_replication_group": (
        Check(_REST, "at_rest_encryption_enabled", _ENCRYPTED, true),
        Check(_TRANSIT, "transit_encryption_enabled", _HTTPS_ONLY, true),
        Check(_REST, "kms_key_id", _KEY, given),
        Check("backup", "snapshot_retention_limit", _BACKUPS, positive),
    ),
    "aws_elasticsearch_domain": _SEARCH,
    "aws_flow_log": (
        Check("audit-trail", "traffic_type", "traffic of the network is logged", words(("ALL", "REJECT", "ACCEPT"))),
    ),
    "aws_guardduty_detector": (
        # "Defaults to true."
        Check("audit-trail", "enable", "threats are looked for", true, absent=True),
    ),
    "aws_iam_account_password_policy": (
        Check("identity", "minimum_password_length", "passwords have a least length", positive),
    ),
    "aws_instance": _VOLUMES,
    "aws_kinesis_firehose_delivery_stream": (Check(_REST, "server_side_encryption.enabled", _ENCRYPTED, true),),
    "aws_kinesis_stream": (
        Check(_REST, "encryption_type", _ENCRYPTED, words(("KMS",), ("NONE",))),
        Check(_REST, "kms_key_id", _KEY, given),
    ),
    "aws_kms_key": (
        # "Defaults to false."; keys that are no plain symmetric ones cannot be rotated.
        Check(
            _REST,
            "enable_key_rotation",
            "its key is changed at intervals",
            true,
            absent=False,
            unless=("customer_master_key_spec", "key_usage", "custom_key_store_id", "key_spec"),
        ),
    ),
    "aws_lambda_function": (Check(_REST, "kms_key_arn", _KEY, given),),
    "aws_lambda_function_url": (
        Check("identity", "authorization_type", "asks who calls", words(("AWS_IAM",), ("NONE",))),
    ),
    "aws_launch_template": (
        Check(_REST, "block_device_mappings.ebs.encrypted", "its disks are encrypted", true),
        Check("network", "network_interfaces.associate_public_ip_address", "has no public address", false),
        Check(
            "identity",
            "metadata_options.http_tokens",
            "its metadata asks for a token",
            words(("required",), ("optional",)),
        ),
    ),
    "aws_lb": (
        Check("audit-trail", "access_logs.enabled", _LOGS, true),
        Check("backup", "enable_deletion_protection", _UNDELETED, true),
    ),
    "aws_alb": (Check("audit-trail", "access_logs.enabled", _LOGS, true),),
    "aws_elb": (Check("audit-trail", "access_logs.enabled", _LOGS, true, absent=True, within="access_logs"),),
    "aws_msk_cluster": (
        Check(
            _TRANSIT,
            "encryption_info.encryption_in_transit.client_broker",
            _HTTPS_ONLY,
            words(("TLS",), ("TLS_PLAINTEXT", "PLAINTEXT")),
        ),
        Check(_TRANSIT, "encryption_info.encryption_in_transit.in_cluster", "traffic between nodes is encrypted", true),
        Check(_REST, "encryption_info.encryption_at_rest_kms_key_arn", _KEY, given),
        Check("identity", "client_authentication.unauthenticated", "asks who somebody is", false),
    ),
    "aws_neptune_cluster": (
        Check(_REST, "storage_encrypted", _ENCRYPTED, true),
        Check(_REST, "kms_key_arn", _KEY, given),
        Check("backup", "deletion_protection", _UNDELETED, true),
    ),
    "aws_opensearch_domain": _SEARCH,
    "aws_rds_cluster": (
        *_CLUSTER,
        Check("backup", "backup_retention_period", _BACKUPS, positive),
        Check("identity", "iam_database_authentication_enabled", "people sign in with their own identity", true),
    ),
    "aws_rds_cluster_instance": (
        # "Default false."
        Check("network", "publicly_accessible", _NOT_PUBLIC, false, absent=True),
    ),
    "aws_redshift_cluster": (
        Check(_REST, "encrypted", _ENCRYPTED, true),
        Check(_REST, "kms_key_id", _KEY, given),
        Check("network", "publicly_accessible", _NOT_PUBLIC, false),
    ),
    "aws_s3_bucket": (
        Check(
            _REST,
            "server_side_encryption_configuration.rule.apply_server_side_encryption_by_default.sse_algorithm",
            _ENCRYPTED,
            words(("AES256", "aws:kms", "aws:kms:dsse")),
        ),
        _ACL,
        Check("audit-trail", "logging.target_bucket", "access to it is logged", given),
        Check("backup", "versioning.enabled", "older versions are kept", true),
    ),
    "aws_s3_bucket_acl": (_ACL,),
    "aws_s3_bucket_logging": (Check("audit-trail", "target_bucket", "access to it is logged", given),),
    "aws_s3_bucket_server_side_encryption_configuration": (
        Check(
            _REST,
            "rule.apply_server_side_encryption_by_default.sse_algorithm",
            _ENCRYPTED,
            words(("AES256", "aws:kms", "aws:kms:dsse")),
        ),
        Check(_REST, "rule.apply_server_side_encryption_by_default.kms_master_key_id", _KEY, given),
    ),
    "aws_s3_bucket_versioning": (
        Check(
            "backup",
            "versioning_configuration.status",
            "older versions are kept",
            words(("Enabled",), ("Suspended", "Disabled")),
        ),
    ),
    "aws_sagemaker_domain": (
        Check(
            "network",
            "app_network_access_type",
            "its traffic stays in the private network",
            words(("VpcOnly",), ("PublicInternetOnly",)),
        ),
        Check(_REST, "kms_key_id", _KEY, given),
    ),
    "aws_sagemaker_endpoint_configuration": (
        Check(_REST, "kms_key_arn", _KEY, given),
        Check("audit-trail", "data_capture_config.enable_capture", "requests and answers are kept", true),
    ),
    "aws_sagemaker_model": (Check("network", "enable_network_isolation", "its containers reach no network", true),),
    "aws_sagemaker_notebook_instance": (
        # "Set to Disabled to disable internet access to notebook"; the service's default is Enabled.
        Check(
            "network", "direct_internet_access", "has no direct way to the internet", words(("Disabled",), ("Enabled",))
        ),
        Check("workload", "root_access", "its users are not root", words(("Disabled",), ("Enabled",))),
        Check(_REST, "kms_key_id", _KEY, given),
    ),
    "aws_secretsmanager_secret": (Check(_REST, "kms_key_id", _KEY, given),),
    "aws_sns_topic": (Check(_REST, "kms_master_key_id", _KEY, given),),
    "aws_sqs_queue": (
        Check(_REST, "kms_master_key_id", _KEY, given),
        Check(_REST, "sqs_managed_sse_enabled", _ENCRYPTED, true, unless=("kms_master_key_id",)),
    ),
    "aws_subnet": (Check("network", "map_public_ip_on_launch", "what starts there gets no public address", false),),
    "aws_wafv2_web_acl_association": (
        Check("network", "web_acl_arn", "stands behind a web application firewall", given),
    ),
}
