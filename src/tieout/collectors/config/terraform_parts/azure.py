"""Which settings of Azure resources protect. Defaults are those of the provider's documentation (hashicorp/azurerm).

A name that a later version of the provider changed stands beside the new one.
"""

from collections.abc import Mapping
from typing import Final

from tieout.collectors.config.terraform_parts.checks import Check, false, given, positive, tls, true, words

_REST: Final = "encryption-at-rest"
_TRANSIT: Final = "encryption-in-transit"
_KEY: Final = "encrypted with a key that the account manages"
_HTTPS_ONLY: Final = "only encrypted connections are taken"
_NEWER_TLS: Final = "TLS 1.2 or newer is demanded"
_NOT_PUBLIC: Final = "not reachable from the internet"
_IDENTITY_ONLY: Final = "its own keys and passwords are switched off"
_BACKUPS: Final = "backups are kept"
_DENY: Final = words(("Deny",), ("Allow",))
# "Defaults to true" on the pages of all of these.
_CLOSED_BY: Final = ("network_acls.default_action", "network_rules.default_action")
_PUBLIC: Final = Check(
    "network", "public_network_access_enabled", _NOT_PUBLIC, false, absent=False, closed_by=_CLOSED_BY
)
_PUBLIC_WRITTEN: Final = Check("network", "public_network_access_enabled", _NOT_PUBLIC, false, closed_by=_CLOSED_BY)
_WEB: Final = (
    Check(_TRANSIT, "https_only", _HTTPS_ONLY, true),
    Check(_TRANSIT, "site_config.minimum_tls_version", _NEWER_TLS, tls),
    Check(_TRANSIT, "site_config.min_tls_version", _NEWER_TLS, tls),
    Check(
        _TRANSIT,
        "site_config.ftps_state",
        "files are not handed over in plain text",
        words(("FtpsOnly", "Disabled"), ("AllAllowed",)),
    ),
    _PUBLIC_WRITTEN,
)
_BUS: Final = (
    Check(_TRANSIT, "minimum_tls_version", _NEWER_TLS, tls),
    Check("identity", "local_auth_enabled", _IDENTITY_ONLY, false),
    Check("identity", "local_authentication_enabled", _IDENTITY_ONLY, false),
    _PUBLIC_WRITTEN,
)
_AI: Final = (
    _PUBLIC,
    # "Defaults to true."
    Check(
        "identity", "local_auth_enabled", _IDENTITY_ONLY, false, absent=False, unless=("local_authentication_enabled",)
    ),
    Check("identity", "local_authentication_enabled", _IDENTITY_ONLY, false),
    Check("network", "network_acls.default_action", "who is not named is kept out", _DENY),
    Check("network", "outbound_network_access_restricted", "reaches only named addresses", true),
    Check(_REST, "customer_managed_key.key_vault_key_id", _KEY, given),
)

AZURE: Final[Mapping[str, tuple[Check, ...]]] = {
    "azurerm_ai_services": _AI,
    "azurerm_app_service": _WEB,
    "azurerm_cognitive_account": _AI,
    "azurerm_container_app": (
        Check(_TRANSIT, "ingress.allow_insecure_connections", _HTTPS_ONLY, false),
        Check("network", "ingress.external_enabled", _NOT_PUBLIC, false),
    ),
    "azurerm_container_registry": (
        Check("identity", "admin_enabled", "its shared administrator is switched off", false),
        Check("public-access", "anonymous_pull_enabled", "not open to everybody", false),
        _PUBLIC_WRITTEN,
    ),
    "azurerm_cosmosdb_account": (
        # "Defaults to true."
        _PUBLIC,
        Check("identity", "local_authentication_disabled", _IDENTITY_ONLY, true),
        Check(_TRANSIT, "minimal_tls_version", _NEWER_TLS, tls),
        Check("network", "is_virtual_network_filter_enabled", "only named networks are let in", true),
        Check(_REST, "key_vault_key_id", _KEY, given),
    ),
    "azurerm_eventhub_namespace": _BUS,
    "azurerm_function_app": _WEB,
    "azurerm_key_vault": (
        Check("backup", "purge_protection_enabled", "what is deleted cannot be destroyed before its time", true),
        Check("network", "network_acls.default_action", "who is not named is kept out", _DENY),
        Check("privilege", "enable_rbac_authorization", "access is given by role", true),
        Check("privilege", "rbac_authorization_enabled", "access is given by role", true),
        # "Defaults to true."
        _PUBLIC,
    ),
    "azurerm_kubernetes_cluster": (
        Check("network", "private_cluster_enabled", _NOT_PUBLIC, true),
        Check("identity", "local_account_disabled", _IDENTITY_ONLY, true),
        Check("privilege", "role_based_access_control_enabled", "access is given by role", true),
        Check("network", "network_profile.network_policy", "traffic between workloads can be limited", given),
    ),
    "azurerm_linux_function_app": _WEB,
    "azurerm_linux_web_app": _WEB,
    "azurerm_machine_learning_workspace": (
        _PUBLIC_WRITTEN,
        Check(_REST, "encryption.key_id", _KEY, given),
        Check(
            "network",
            "managed_network.isolation_mode",
            "its traffic stays in the private network",
            words(("AllowOnlyApprovedOutbound", "AllowInternetOutbound"), ("Disabled",)),
        ),
    ),
    "azurerm_managed_disk": (Check(_REST, "disk_encryption_set_id", _KEY, given),),
    "azurerm_mssql_database": (
        # "Defaults to true."
        Check(_REST, "transparent_data_encryption_enabled", "data at rest is encrypted", true, absent=True),
        Check("backup", "short_term_retention_policy.retention_days", _BACKUPS, positive),
    ),
    "azurerm_mssql_server": (
        Check(_TRANSIT, "minimum_tls_version", _NEWER_TLS, tls),
        # "Defaults to true."
        _PUBLIC,
        Check("identity", "azuread_administrator.azuread_authentication_only", _IDENTITY_ONLY, true),
    ),
    "azurerm_mysql_flexible_server": (Check("backup", "backup_retention_days", _BACKUPS, positive), _PUBLIC_WRITTEN),
    "azurerm_mysql_server": (
        Check(_TRANSIT, "ssl_enforcement_enabled", _HTTPS_ONLY, true),
        Check(_TRANSIT, "ssl_minimal_tls_version_enforced", _NEWER_TLS, tls),
        _PUBLIC_WRITTEN,
    ),
    "azurerm_network_watcher_flow_log": (Check("audit-trail", "enabled", "traffic of the network is logged", true),),
    "azurerm_postgresql_flexible_server": (
        Check("backup", "backup_retention_days", _BACKUPS, positive),
        _PUBLIC_WRITTEN,
        Check("identity", "authentication.password_auth_enabled", _IDENTITY_ONLY, false),
    ),
    "azurerm_postgresql_server": (
        Check(_TRANSIT, "ssl_enforcement_enabled", _HTTPS_ONLY, true),
        Check(_TRANSIT, "ssl_minimal_tls_version_enforced", _NEWER_TLS, tls),
        _PUBLIC_WRITTEN,
    ),
    "azurerm_redis_cache": (
        Check(_TRANSIT, "minimum_tls_version", _NEWER_TLS, tls),
        Check(_TRANSIT, "enable_non_ssl_port", _HTTPS_ONLY, false),
        Check(_TRANSIT, "non_ssl_port_enabled", _HTTPS_ONLY, false),
        _PUBLIC_WRITTEN,
    ),
    "azurerm_search_service": (
        # "Defaults to true."
        _PUBLIC,
        Check("identity", "local_authentication_enabled", _IDENTITY_ONLY, false),
    ),
    "azurerm_servicebus_namespace": _BUS,
    "azurerm_storage_account": (
        Check(_TRANSIT, "min_tls_version", _NEWER_TLS, tls),
        Check(_TRANSIT, "https_traffic_only_enabled", _HTTPS_ONLY, true),
        Check(_TRANSIT, "enable_https_traffic_only", _HTTPS_ONLY, true),
        Check(_REST, "infrastructure_encryption_enabled", "encrypted a second time beneath the service", true),
        Check(_REST, "customer_managed_key.key_vault_key_id", _KEY, given),
        # "Defaults to true."
        Check(
            "public-access",
            "allow_nested_items_to_be_public",
            "not open to everybody",
            false,
            absent=False,
            unless=("allow_blob_public_access",),
        ),
        Check("public-access", "allow_blob_public_access", "not open to everybody", false),
        # "Defaults to true."
        Check("identity", "shared_access_key_enabled", _IDENTITY_ONLY, false, absent=False),
        # "Defaults to true."
        _PUBLIC,
        Check("network", "network_rules.default_action", "who is not named is kept out", _DENY),
        Check("backup", "blob_properties.versioning_enabled", "older versions are kept", true),
        Check("backup", "blob_properties.delete_retention_policy.days", "what is deleted can be got back", positive),
    ),
    "azurerm_storage_account_network_rules": (
        Check("network", "default_action", "who is not named is kept out", _DENY),
    ),
    "azurerm_storage_container": (
        # "Defaults to private."
        Check(
            "public-access",
            "container_access_type",
            "not open to everybody",
            words(("private",), ("blob", "container")),
            absent=True,
        ),
    ),
    "azurerm_windows_function_app": _WEB,
    "azurerm_windows_web_app": _WEB,
}
