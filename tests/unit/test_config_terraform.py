"""Terraform as security settings: what protects, what lays open, what does not count, and what is not told."""

from pathlib import Path

import pytest

from support.collecting import line_text, problems
from support.terraform import gather, rows, told

ENCRYPTED = "data at rest is encrypted"
NOT_PUBLIC = "not reachable from the internet"
NAMED = "lets in named addresses only"
LEAST = "allows neither everything nor a whole service on everything"
NOT_EVERYBODY = "not open to everybody"
HTTPS = "only encrypted connections are taken"
WRITTEN = "its secret is not written in the file"


def resource(type_: str, content: str, name: str = "x") -> str:
    return f'resource "{type_}" "{name}" {{\n{content}\n}}\n'


INBOUND = 'access = "Allow"\ndirection = "Inbound"\n'
DATABASE = resource(
    "aws_db_instance",
    """\
  storage_encrypted       = true
  # publicly_accessible   = true
  backup_retention_period = 14
  deletion_protection     = var.protected
  password                = data.aws_secretsmanager_secret_version.db.secret_string""",
)


def test_each_setting_stands_on_its_line(tmp_path: Path):
    gathered = gather(tmp_path, DATABASE)
    (item,) = [one for one in gathered.result.items if one.type == "security_config"]
    found = {row["setting"]: (row.get("holds"), index) for index, row in enumerate(item.facts["settings"])}
    expected = {
        ENCRYPTED: (True, "storage_encrypted"),
        "backups are kept": (True, "backup_retention_period"),
        "protected against deletion": (None, "deletion_protection"),
        WRITTEN: (True, "password"),
        NOT_PUBLIC: (True, "resource "),
    }
    assert {setting: holds for setting, (holds, _) in found.items()} == {key: one for key, (one, _) in expected.items()}
    for setting, (_, words) in expected.items():
        assert words in line_text(gathered, item, f"/settings/{found[setting][1]}")
    protected = item.facts["settings"][found["protected against deletion"][1]]
    assert protected["value"] == "set by var.protected; its value is not in this file"


@pytest.mark.parametrize(
    ("type_", "content", "setting", "holds"),
    [
        ("aws_db_instance", "storage_encrypted = false", ENCRYPTED, False),
        ("aws_db_instance", 'engine = "postgres"', ENCRYPTED, False),  # the provider's default
        ("aws_ebs_volume", "encrypted = true", ENCRYPTED, True),
        ("aws_efs_file_system", 'encrypted = "true"', ENCRYPTED, True),
        ("aws_kms_key", "is_enabled = true", "its key is changed at intervals", False),
        ("aws_kms_key", "enable_key_rotation = true", "its key is changed at intervals", True),
        (
            "aws_sqs_queue",
            "kms_master_key_id = aws_kms_key.k.arn",
            "encrypted with a key that the account manages",
            True,
        ),
        ("aws_lb_listener", 'protocol = "HTTPS"', HTTPS, True),
        ("aws_lb_listener", 'protocol = "HTTP"\ndefault_action { type = "forward" }', HTTPS, False),
        (
            "aws_lb_listener",
            'protocol = "HTTP"\ndefault_action {\ntype = "redirect"\nredirect {\nprotocol = "HTTPS"\n}\n}',
            HTTPS,
            True,
        ),
        ("aws_lb_listener", 'ssl_policy = "ELBSecurityPolicy-2016-08"', "TLS 1.2 or newer is demanded", False),
        ("aws_lb_listener", 'ssl_policy = "ELBSecurityPolicy-TLS13-1-2-2021-06"', "TLS 1.2 or newer is demanded", True),
        ("azurerm_storage_account", 'min_tls_version = "TLS1_0"', "TLS 1.2 or newer is demanded", False),
        ("azurerm_mssql_server", 'minimum_tls_version = "1.2"', "TLS 1.2 or newer is demanded", True),
        ("azurerm_cognitive_account", 'kind = "OpenAI"', NOT_PUBLIC, False),  # the provider's default
        ("azurerm_cognitive_account", "public_network_access_enabled = false", NOT_PUBLIC, True),
        ("azurerm_cognitive_account", 'network_acls {\ndefault_action = "Deny"\n}', NOT_PUBLIC, None),
        ("azurerm_storage_container", 'name = "x"', NOT_EVERYBODY, True),
        ("google_compute_ssl_policy", 'name = "x"', "TLS 1.2 or newer is demanded", False),
        (
            "google_sql_database_instance",
            'settings {\nip_configuration {\nssl_mode = "ENCRYPTED_ONLY"\n}\n}',
            HTTPS,
            True,
        ),
        (
            "google_sql_database_instance",
            "settings {\nip_configuration {\nipv4_enabled = true\n}\n}",
            "has no public address",
            False,
        ),
        ("google_storage_bucket", 'public_access_prevention = "enforced"', NOT_EVERYBODY, True),
        ("aws_cloudtrail", "enable_logging = false", "calls to the account are logged", False),
        ("aws_cloudtrail", 'name = "x"', "calls to the account are logged", True),
        ("aws_api_gateway_method", 'authorization = "NONE"', "asks who calls", False),
        ("aws_eks_cluster", "vpc_config {\nsubnet_ids = []\n}", NOT_PUBLIC, False),  # the provider's default
        ("aws_s3_bucket_public_access_block", "block_public_acls = true", NOT_EVERYBODY, False),
    ],
)
def test_a_setting_protects_or_lays_open(tmp_path: Path, type_: str, content: str, setting: str, holds: bool | None):
    assert told(gather(tmp_path, resource(type_, content)), setting) == [(f"{type_}.x", holds)]


@pytest.mark.parametrize(
    ("type_", "content", "setting"),
    [
        ("aws_db_instance", 'snapshot_identifier = "s"', ENCRYPTED),  # as the snapshot was
        ("aws_db_instance", "restore_to_point_in_time {\nuse_latest_restorable_time = true\n}", ENCRYPTED),
        ("aws_ebs_volume", "size = 10", ENCRYPTED),  # as the account's own default is
        ("aws_s3_bucket", 'bucket = "x"', ENCRYPTED),
        ("aws_lb_listener", 'protocol = "TCP"', HTTPS),
        ("aws_kms_key", 'customer_master_key_spec = "RSA_4096"', "its key is changed at intervals"),
        ("aws_api_gateway_method", 'authorization = "NONE"\nhttp_method = "OPTIONS"', "asks who calls"),
        ("aws_sqs_queue", "kms_master_key_id = null", "encrypted with a key that the account manages"),
        ("azurerm_storage_account", 'name = "x"', "TLS 1.2 or newer is demanded"),
    ],
)
def test_what_is_not_written_and_has_no_certain_default_makes_no_row(
    tmp_path: Path, type_: str, content: str, setting: str
):
    assert told(gather(tmp_path, resource(type_, content)), setting) == []


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        ('from_port = 22\nto_port = 22\nprotocol = "tcp"\ncidr_blocks = ["0.0.0.0/0"]', False),
        ('from_port = 22\nto_port = 22\nprotocol = "tcp"\nipv6_cidr_blocks = ["::/0"]', False),
        ('from_port = 0\nto_port = 0\nprotocol = "-1"\ncidr_blocks = ["10.0.0.0/8", "0.0.0.0/0"]', False),
        ('from_port = 443\nto_port = 443\nprotocol = "tcp"\ncidr_blocks = ["0.0.0.0/0"]', None),
        ('from_port = 443\nto_port = 8443\nprotocol = "tcp"\ncidr_blocks = ["0.0.0.0/0"]', False),
        ('from_port = 22\nto_port = 22\nprotocol = "tcp"\ncidr_blocks = ["10.0.0.0/8"]', True),
        ('from_port = 22\nto_port = 22\nprotocol = "tcp"\nipv6_cidr_blocks = ["0::0/0"]', False),
        ('from_port = 22\nto_port = 22\nprotocol = "tcp"\ncidr_blocks = ["0.0.0.0/1", "128.0.0.0/1"]', False),
        ('from_port = 22\nto_port = 22\nprotocol = "tcp"\ncidr_blocks = ["0.0.0.0/1"]', None),
        ('from_port = 22\nto_port = 22\nprotocol = "tcp"\nsecurity_groups = [aws_security_group.b.id]', True),
        ('from_port = 22\nto_port = 22\nprotocol = "tcp"\ncidr_blocks = var.offices', None),
        ('from_port = var.port\nto_port = var.port\nprotocol = "tcp"\ncidr_blocks = ["0.0.0.0/0"]', None),
    ],
)
def test_a_port_that_is_open_to_every_address_lays_open(tmp_path: Path, rule: str, holds: bool | None):
    content = resource("aws_security_group", f'ingress {{\n{rule}\n}}\negress {{\ncidr_blocks = ["0.0.0.0/0"]\n}}')
    assert told(gather(tmp_path, content), NAMED) == [("aws_security_group.x", holds)]
    of_its_own = resource("aws_security_group_rule", f'type = "ingress"\n{rule}', "y")
    assert told(gather(tmp_path, {"main.tf": "", "b.tf": of_its_own}), NAMED) == [("aws_security_group_rule.y", holds)]


@pytest.mark.parametrize(
    ("type_", "content", "holds"),
    [
        (
            "azurerm_network_security_rule",
            INBOUND + 'source_address_prefix = "*"\ndestination_port_range = "3389"',
            False,
        ),
        (
            "azurerm_network_security_rule",
            INBOUND + 'source_address_prefix = "Internet"\ndestination_port_ranges = ["80", "443"]',
            None,
        ),
        (
            "azurerm_network_security_rule",
            INBOUND + 'source_address_prefix = "VirtualNetwork"\ndestination_port_range = "*"',
            True,
        ),
        (
            "google_compute_firewall",
            'source_ranges = ["0.0.0.0/0"]\nallow {\nprotocol = "tcp"\nports = ["22", "80-90"]\n}',
            False,
        ),
        ("google_compute_firewall", 'allow {\nprotocol = "all"\n}', False),
        ("google_compute_firewall", 'source_tags = ["web"]\nallow {\nprotocol = "tcp"\n}', True),
        ("azurerm_mssql_firewall_rule", 'start_ip_address = "0.0.0.0"\nend_ip_address = "0.0.0.0"', False),
        ("azurerm_mssql_firewall_rule", 'start_ip_address = "10.1.1.1"\nend_ip_address = "10.1.1.9"', True),
    ],
)
def test_firewalls_of_the_other_clouds_are_judged_alike(tmp_path: Path, type_: str, content: str, holds: bool | None):
    assert told(gather(tmp_path, resource(type_, content)), NAMED) == [(f"{type_}.x", holds)]


@pytest.mark.parametrize(
    ("type_", "content"),
    [
        ("azurerm_network_security_rule", 'access = "Deny"\ndirection = "Inbound"\nsource_address_prefix = "*"'),
        ("azurerm_network_security_rule", 'access = "Allow"\ndirection = "Outbound"\nsource_address_prefix = "*"'),
        ("google_compute_firewall", 'disabled = true\nallow {\nprotocol = "all"\n}'),
        ("google_compute_firewall", 'direction = "EGRESS"\nallow {\nprotocol = "all"\n}'),
        ("google_compute_firewall", 'source_ranges = ["0.0.0.0/0"]\ndeny {\nprotocol = "all"\n}'),
        ("google_compute_firewall", 'source_ranges = ["0.0.0.0/0"]\nallow {\nprotocol = "icmp"\n}'),
        ("aws_security_group_rule", 'type = "egress"\ncidr_blocks = ["0.0.0.0/0"]\nfrom_port = 0\nto_port = 0'),
    ],
)
def test_rules_that_let_nobody_in_open_nothing(tmp_path: Path, type_: str, content: str):
    assert told(gather(tmp_path, resource(type_, content)), NAMED) == []


STATEMENT = '{{"Effect": "{effect}", "Action": {action}, "Resource": {resource}{more}}}'


@pytest.mark.parametrize(
    ("action", "where", "holds"),
    [
        ('"*"', '"*"', False),
        ('"*"', '"arn:aws:s3:::a"', False),
        ('["s3:GetObject", "s3:*"]', '"*"', False),
        ('"s3:*"', '"arn:aws:s3:::a/*"', True),
        ('"s3:*"', '"arn:aws:s3:::*"', False),
        ('"dynamodb:*"', '"arn:aws:dynamodb:*:*:*"', False),
        ('"s3:*"', '"arn:aws:sns:::*"', True),
        ('"s3:GetObject"', '"arn:aws:s3:::*"', True),
        ('"s3:GetObject"', '"*"', True),
        ('"iam:PassRole"', '"*"', False),
        ('"bedrock:InvokeModel"', '"${aws_x.y.arn}"', True),
    ],
)
def test_a_policy_that_allows_everything_lays_open(tmp_path: Path, action: str, where: str, holds: bool):
    statement = STATEMENT.format(effect="Allow", action=action, resource=where, more="")
    text = f'{{"Version": "2012-10-17", "Statement": [{statement}]}}'
    heredoc = resource("aws_iam_policy", f"policy = <<EOT\n{text}\nEOT")
    assert told(gather(tmp_path, heredoc), LEAST) == [("aws_iam_policy.x", holds)]
    encoded = resource("aws_iam_role_policy", f"policy = jsonencode({text})")
    assert told(gather(tmp_path, encoded), LEAST) == [("aws_iam_role_policy.x", holds)]
    listed = action if action.startswith("[") else f"[{action}]"
    document = (
        f'data "aws_iam_policy_document" "d" {{\nstatement {{\nactions = {listed}\nresources = [{where}]\n}}\n}}\n'
    )
    named = resource("aws_iam_policy", "policy = data.aws_iam_policy_document.d.json")
    assert told(gather(tmp_path, {"main.tf": named, "data.tf": document}), LEAST) == [("aws_iam_policy.x", holds)]


def test_a_denial_allows_nothing_and_a_policy_of_a_key_means_that_key(tmp_path: Path):
    denied = STATEMENT.format(effect="Deny", action='"*"', resource='"*"', more="")
    root = STATEMENT.format(
        effect="Allow", action='"kms:*"', resource='"*"', more=', "Principal": {"AWS": "arn:aws:iam::1:root"}'
    )
    text = resource("aws_iam_policy", f'policy = jsonencode({{"Statement": [{denied}]}})') + resource(
        "aws_kms_key", f'enable_key_rotation = true\npolicy = jsonencode({{"Statement": {root}}})'
    )
    gathered = gather(tmp_path, text)
    assert told(gathered, LEAST) == [("aws_iam_policy.x", True)]
    assert told(gathered, NOT_EVERYBODY) == [("aws_kms_key.x", True)]


@pytest.mark.parametrize(
    ("more", "holds"),
    [
        (', "Principal": "*"', False),
        (', "Principal": {"AWS": ["*"]}', False),
        (', "Principal": {"AWS": "*"}, "Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}}', None),
        (', "Principal": {"Service": "cloudfront.amazonaws.com"}', True),
    ],
)
def test_a_bucket_that_lets_everybody_in_is_open(tmp_path: Path, more: str, holds: bool | None):
    statement = STATEMENT.format(effect="Allow", action='"s3:GetObject"', resource='"*"', more=more)
    tls = STATEMENT.format(
        effect="Deny",
        action='"s3:*"',
        resource='"*"',
        more=', "Principal": "*", "Condition": {"Bool": {"aws:SecureTransport": false}}',
    )
    policy = resource("aws_s3_bucket_policy", f'policy = jsonencode({{"Statement": [{statement}, {tls}]}})')
    gathered = gather(tmp_path, policy)
    assert told(gathered, NOT_EVERYBODY) == [("aws_s3_bucket_policy.x", holds)]
    assert told(gathered, HTTPS) == [("aws_s3_bucket_policy.x", True)]


@pytest.mark.parametrize(
    ("type_", "content", "setting"),
    [
        ("aws_iam_role_policy_attachment", 'policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"', LEAST),
        ("aws_iam_role", 'managed_policy_arns = ["arn:aws:iam::aws:policy/AmazonS3FullAccess"]', LEAST),
        ("google_project_iam_member", 'role = "roles/editor"\nmember = "user:x"', LEAST),
        ("google_storage_bucket_iam_member", 'role = "roles/storage.objectViewer"\nmember = "allUsers"', NOT_EVERYBODY),
        ("azurerm_role_assignment", 'role_definition_name = "Owner"', LEAST),
    ],
)
def test_roles_that_may_do_everything_lay_open(tmp_path: Path, type_: str, content: str, setting: str):
    assert (f"{type_}.x", False) in told(gather(tmp_path, resource(type_, content)), setting)


@pytest.mark.parametrize(
    ("content", "holds"),
    [
        ('password = "plain-words-only"', False),
        ("password = random_password.db.result", True),
        ("password = data.aws_ssm_parameter.db.value", True),
        ("password = var.db_password", None),
        ('environment {\nvariables = { DB_PASSWORD = "plain-words-only" }\n}', False),
        ('env = [{ name = "API_TOKEN", value = "plain-words-only" }, { name = "MODE", value = "prod" }]', False),
    ],
)
def test_where_a_secret_comes_from_is_told(tmp_path: Path, content: str, holds: bool | None):
    gathered = gather(tmp_path, resource("aws_lambda_function", content))
    assert told(gathered, WRITTEN) == [("aws_lambda_function.x", holds)]
    assert "plain-words-only" not in str(rows(gathered))


@pytest.mark.parametrize(
    "content",
    [
        'creation_token = "efs-1"',
        'token_validity_units {\naccess_token = "hours"\n}',
        "password_policy {\nminimum_length = 12\n}",
        'secret_arn = "arn:aws:secretsmanager:eu-west-1:1:secret:x"',
        'password = ""',
        "generate_secret = true",
    ],
)
def test_names_that_only_sound_like_secrets_make_no_row(tmp_path: Path, content: str):
    assert told(gather(tmp_path, resource("aws_thing", content)), WRITTEN) == []


def test_modules_from_outside_are_an_unread_part(tmp_path: Path):
    text = (
        'module "vpc" {\nsource = "terraform-aws-modules/vpc/aws"\n}\n'
        'module "label" {\nsource = "cloudposse/label/null"\n}\n'
        'module "off" {\nsource = "git::https://example.org/x"\ncount = 0\n}\n'
        'module "away" {\nsource = "../elsewhere"\n}\n'
    )
    found = problems(gather(tmp_path, text + DATABASE), "unreadable")
    assert [(one.place.line, one.types) for one in found] == [(1, ("security_config",)), (11, ("security_config",))]
    assert (
        found[0].reason
        == "'module.vpc' comes from terraform-aws-modules/vpc/aws, which is not read; what it makes is unknown"
    )


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ('variable "enc" {\n  default = false\n}\nvariable "enc" {\n  default = true\n}\n', "var.enc"),
        ("locals {\n  enc = false\n}\nlocals {\n  enc = true\n}\n", "local.enc"),
    ],
)
def test_a_name_that_is_declared_twice_has_no_value(tmp_path: Path, written: str, named: str):
    gathered = gather(tmp_path, written + resource("aws_db_instance", f"storage_encrypted = {named}"))
    (row,) = [one for one in rows(gathered) if one["setting"] == ENCRYPTED]
    assert row.get("holds") is None
    assert f"{named}, which is declared twice" in row["value"]
    assert sum("which Terraform refuses: none is in force" in one.reason for one in problems(gathered)) >= 2


def test_of_a_resource_that_is_declared_twice_no_setting_holds(tmp_path: Path):
    other = resource("aws_db_instance", "storage_encrypted = true", "other")
    gathered = gather(tmp_path, 2 * resource("aws_db_instance", "storage_encrypted = true") + other)
    assert {one["subject"] for one in rows(gathered)} == {"aws_db_instance.other"}
    assert sum("which Terraform refuses: none is in force" in one.reason for one in problems(gathered)) >= 2


def test_whether_a_module_is_called_is_not_decided_by_a_name_that_is_declared_twice(tmp_path: Path):
    switch = 'variable "on" {\n  default = true\n}\nvariable "on" {\n  default = false\n}\n'
    call = 'module "m" {\n  source = "example/database/aws"\n  count  = var.on ? 1 : 0\n}\n'
    assert any("'module.m' comes from " in one.reason for one in problems(gather(tmp_path, switch + call)))
