"""Which settings of Google Cloud resources protect. Defaults are those of the provider's pages (hashicorp/google).

Google encrypts everything it stores; only a key of one's own is a setting.
"""

from collections.abc import Mapping
from typing import Final

from tieout.collectors.config.terraform_parts.checks import Check, false, given, positive, true, words

_REST: Final = "encryption-at-rest"
_TRANSIT: Final = "encryption-in-transit"
_KEY: Final = "encrypted with a key that the account manages"
_HTTPS_ONLY: Final = "only encrypted connections are taken"
_NOT_PUBLIC: Final = "not reachable from the internet"
_VERTEX: Final = (Check(_REST, "encryption_spec.kms_key_name", _KEY, given),)
_INGRESS: Final = words(
    (
        "ALLOW_INTERNAL_AND_GCLB",
        "ALLOW_INTERNAL_ONLY",
        "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER",
        "INGRESS_TRAFFIC_INTERNAL_ONLY",
        "internal",
        "internal-and-cloud-load-balancing",
    ),
    ("ALLOW_ALL", "INGRESS_TRAFFIC_ALL", "all"),
)

GOOGLE: Final[Mapping[str, tuple[Check, ...]]] = {
    "google_bigquery_dataset": (Check(_REST, "default_encryption_configuration.kms_key_name", _KEY, given),),
    "google_bigquery_table": (
        Check(_REST, "encryption_configuration.kms_key_name", _KEY, given),
        Check("backup", "deletion_protection", "protected against deletion", true),
    ),
    "google_cloud_run_v2_service": (
        Check("network", "ingress", _NOT_PUBLIC, _INGRESS),
        Check(_REST, "template.encryption_key", _KEY, given),
    ),
    "google_cloudfunctions2_function": (
        Check("network", "service_config.ingress_settings", _NOT_PUBLIC, _INGRESS),
        Check(_REST, "kms_key_name", _KEY, given),
    ),
    "google_cloudfunctions_function": (
        Check("network", "ingress_settings", _NOT_PUBLIC, _INGRESS),
        Check(_TRANSIT, "https_trigger_security_level", _HTTPS_ONLY, words(("SECURE_ALWAYS",), ("SECURE_OPTIONAL",))),
    ),
    "google_compute_disk": (Check(_REST, "disk_encryption_key.kms_key_self_link", _KEY, given),),
    "google_compute_instance": (
        Check("workload", "shielded_instance_config.enable_secure_boot", "starts only signed programs", true),
        Check("network", "can_ip_forward", "hands on no traffic of others", false),
    ),
    "google_compute_ssl_policy": (
        # "Default value is TLS_1_0."
        Check(
            _TRANSIT,
            "min_tls_version",
            "TLS 1.2 or newer is demanded",
            words(("TLS_1_2", "TLS_1_3"), ("TLS_1_0", "TLS_1_1")),
            absent=False,
        ),
    ),
    "google_compute_subnetwork": (
        Check("network", "private_ip_google_access", "reaches Google's services without a public address", true),
        Check("audit-trail", "log_config.flow_sampling", "traffic of the network is logged", positive),
        Check("audit-trail", "log_config.aggregation_interval", "traffic of the network is logged", given),
    ),
    "google_container_cluster": (
        Check("network", "private_cluster_config.enable_private_nodes", "its nodes have no public address", true),
        Check("network", "private_cluster_config.enable_private_endpoint", _NOT_PUBLIC, true),
        Check(
            _REST,
            "database_encryption.state",
            "its secrets are encrypted with a key of the account",
            words(("ENCRYPTED",), ("DECRYPTED",)),
        ),
        Check("identity", "workload_identity_config.workload_pool", "workloads have identities of their own", given),
        Check("network", "network_policy.enabled", "traffic between workloads can be limited", true),
        Check("privilege", "enable_legacy_abac", "access is given by role", false),
    ),
    "google_kms_crypto_key": (Check(_REST, "rotation_period", "its key is changed at intervals", given),),
    "google_notebooks_instance": (Check("network", "no_public_ip", "has no public address", true),),
    "google_pubsub_topic": (Check(_REST, "kms_key_name", _KEY, given),),
    "google_redis_instance": (
        Check(_TRANSIT, "transit_encryption_mode", _HTTPS_ONLY, words(("SERVER_AUTHENTICATION",), ("DISABLED",))),
        Check("identity", "auth_enabled", "asks who somebody is", true),
        Check(_REST, "customer_managed_key", _KEY, given),
    ),
    "google_sql_database_instance": (
        Check(_REST, "encryption_key_name", _KEY, given),
        Check(_TRANSIT, "settings.ip_configuration.require_ssl", _HTTPS_ONLY, true),
        Check(
            _TRANSIT,
            "settings.ip_configuration.ssl_mode",
            _HTTPS_ONLY,
            words(("ENCRYPTED_ONLY", "TRUSTED_CLIENT_CERTIFICATE_REQUIRED"), ("ALLOW_UNENCRYPTED_AND_ENCRYPTED",)),
        ),
        Check("network", "settings.ip_configuration.ipv4_enabled", "has no public address", false),
        Check("backup", "settings.backup_configuration.enabled", "backups are kept", true),
        Check(
            "backup",
            "settings.backup_configuration.point_in_time_recovery_enabled",
            "can be restored to any moment of late",
            true,
        ),
        Check("backup", "settings.deletion_protection_enabled", "protected against deletion", true),
    ),
    "google_storage_bucket": (
        Check(_REST, "encryption.default_kms_key_name", _KEY, given),
        Check("privilege", "uniform_bucket_level_access", "access is given for the whole, not object by object", true),
        Check("public-access", "public_access_prevention", "not open to everybody", words(("enforced",))),
        Check("backup", "versioning.enabled", "older versions are kept", true),
        Check("audit-trail", "logging.log_bucket", "access to it is logged", given),
    ),
    "google_vertex_ai_dataset": _VERTEX,
    "google_vertex_ai_endpoint": (*_VERTEX, Check("network", "network", "reached through a private network", given)),
    "google_vertex_ai_featurestore": _VERTEX,
    "google_vertex_ai_index": _VERTEX,
    "google_vertex_ai_tensorboard": _VERTEX,
    "google_workbench_instance": (Check("network", "gce_setup.disable_public_ip", "has no public address", true),),
}
