"""Secrets in Terraform: held by a resource, marked sensitive, in variables, user data and provisioners."""

import pytest

from support.redacting import assert_nothing_is_left, assert_stays

# (file, text, what must be gone; several apart by a blank)
PLANTS = [
    ("a.tf",
     'resource "aws_ssm_parameter" "p" {\n  name = "/db"\n  type = "SecureString"\n  value = "hollandia"\n}\n',
     "hollandia"),
    ("a.tf", 'resource "azurerm_key_vault_secret" "p" {\n  name = "x"\n  value = "hollandia"\n}\n', "hollandia"),
    ("a.tf", 'resource "google_secret_manager_secret_version" "p" {\n  secret_data = "hollandia"\n}\n', "hollandia"),
    ("a.tf", 'resource "kubernetes_secret" "p" {\n  data = {\n    url = "hollandia"\n  }\n}\n', "hollandia"),
    ("a.tf",
     'resource "kubernetes_secret" "p" {\n  binary_data = {\n    url = "aG9sbGFuZA=="\n  }\n}\n',
     "aG9sbGFuZA=="),
    ("a.tf",
     'resource "github_actions_secret" "p" {\n  secret_name = "x"\n  plaintext_value = "hollandia"\n}\n',
     "hollandia"),
    ("a.tf",
     'resource "gitlab_project_variable" "p" {\n  key = "DEPLOY"\n  masked = true\n  value = "hollandia"\n}\n',
     "hollandia"),
    ("a.tf",
     ('resource "aws_secretsmanager_secret_version" "p" {\n'
      '  secret_string = jsonencode({ url = "hollandia" })\n}\n'),
     "hollandia"),
    ("a.tf",
     'resource "aws_secretsmanager_secret_version" "p" {\n  secret_binary = "aG9sbGFuZA=="\n}\n',
     "aG9sbGFuZA=="),
    ("a.tf",
     'resource "helm_release" "p" {\n  set_sensitive {\n    name = "a.b"\n    value = "hollandia"\n  }\n}\n',
     "hollandia"),
    ("a.tf",
     'resource "helm_release" "p" {\n  set {\n    name = "auth.password"\n    value = "hollandia"\n  }\n}\n',
     "hollandia"),
    ("a.tf", 'resource "vault_kv_secret" "p" {\n  data_json = jsonencode({ zip = "hollandia" })\n}\n', "hollandia"),
    ("a.tf", 'variable "db_password" {\n  default = "hollandia"\n}\n', "hollandia"),
    ("a.tf", 'variable "x" {\n  sensitive = true\n  default = "hollandia"\n}\n', "hollandia"),
    ("a.tf", 'variable "x" {\n  sensitive = true\n  default = { a = "hollandia" }\n}\n', "hollandia"),
    ("a.tfvars", 'db_password = "hollandia"\n', "hollandia"),
    ("a.auto.tfvars", 'credentials = {\n  db = "hollandia"\n}\n', "hollandia"),
    ("a.tfvars.json", '{"db_password": "hollandia"}', "hollandia"),
    ("a.tf",
     ('resource "aws_instance" "a" {\n  user_data = <<-EOF\n    #!/bin/sh\n    export DB_PASSWORD=hollandia\n'
      "    mysql -uroot -pholland2\n    curl -u bob:holland3 https://h\n  EOF\n}\n"),
     "hollandia holland2 holland3"),
    ("a.tf",
     ('resource "aws_instance" "a" {\n  provisioner "remote-exec" {\n'
      "    inline = [\"mysqladmin -u root -phollandia x\", \"echo 'bob:holland2' | chpasswd\"]\n  }\n}\n"),
     "hollandia holland2"),
    ("a.tf",
     ('resource "aws_instance" "a" {\n  provisioner "local-exec" {\n    command = "PGPASSWORD=hollandia psql"\n'
      '  }\n  connection {\n    password = "holland2"\n  }\n}\n'),
     "hollandia holland2"),
    ("a.tf",
     'resource "aws_instance" "a" {\n  user_data = base64encode("export API_TOKEN=hollandia")\n}\n',
     "hollandia"),
    ("a.tf",
     ('resource "aws_ecs_task_definition" "a" {\n'
      '  container_definitions = jsonencode([{ environment = [{ name = "DB_PASSWORD", value = "hollandia"'
      " }] }])\n"
      "}\n"),
     "hollandia"),
    ("a.tf",
     ('resource "aws_ecs_task_definition" "a" {\n  container_definitions = <<EOF\n'
      '[{"environment": [{"name": "DB_PASSWORD", "value": "hollandia"}]}]\nEOF\n}\n'),
     "hollandia"),
    ("a.tf",
     ('resource "aws_lambda_function" "a" {\n  environment {\n    variables = {\n'
      '      STRIPE_KEY = "hollandia7Zx81Qw"\n      DB_PASS = "holland2"\n    }\n  }\n}\n'),
     "hollandia7Zx81Qw holland2"),
    ("a.tf", 'resource "aws_elasticache_replication_group" "a" {\n  auth_token = "hollandia"\n}\n', "hollandia"),
    ("a.tf",
     'resource "datadog_integration_pagerduty_service_object" "a" {\n  service_key = "hollandia"\n}\n',
     "hollandia"),
    ("a.tf", '# db_password = "hollandia"\n', "hollandia"),
    ("a.tf", 'output "x" {\n value = "postgres://u:hollandia@h/d"\n}\n', "hollandia"),
    ("a.tf",
     'resource "aws_iot_thing" "p" {\n  x = 1\n}\nlocals {\n  secrets = {\n    zip = "hollandia"\n  }\n}\n',
     "hollandia"),
    ("a.tf",
     'resource "azurerm_app_configuration_key" "p" {\n  key = "db_password"\n  value = "hollandia"\n}\n',
     "hollandia"),
    ("a.tf", 'resource "cloudflare_workers_secret" "p" {\n  secret_text = "hollandia"\n}\n', "hollandia"),
    ("a.tf",
     ('resource "google_sql_user" "u" {\n  password = "hollandia"\n}\nresource "azurerm_mssql_server" "s" {\n'
      '  administrator_login_password = "holland2"\n}\n'),
     "hollandia holland2"),
]  # fmt: skip

# What stands beside secrets, or in the place of one.
STAYS = [
    ("a.tf",
     ('resource "aws_ssm_parameter" "p" {\n  name = "/ami"\n  type = "String"\n  value = "ami-0ab12cd34"\n}\n'
      'resource "random_password" "p" {\n  length = 24\n  special = true\n'
      '  override_special = "!#%&*()-_=+[]{}<>:?"\n}\nvariable "db_password" {\n  type = string\n'
      '  sensitive = true\n}\nvariable "region" {\n  default = "eu-west-1"\n}\n'
      'resource "aws_db_instance" "d" {\n  password = random_password.p.result\n  username = "app"\n'
      "  manage_master_user_password = true\n}\n")),
    ("a.tf",
     ('variable "password_length" {\n  default = 24\n}\nvariable "x" {\n  sensitive = true\n  default = ""\n}\n'
      'variable "x2" {\n  sensitive = true\n  default = null\n}\nresource "aws_instance" "a" {\n'
      "  user_data = <<-EOF\n    #!/bin/sh\n    export DB_PASSWORD=${var.pw}\n"
      "    TOKEN=$(curl -s http://169.254.169.254/latest/api/token)\n"
      "    aws secretsmanager get-secret-value --secret-id app/db\n  EOF\n}\n"
      'resource "kubernetes_config_map" "c" {\n  data = { url = "http://svc:80" }\n}\n')),
    ("a.tf",
     ('resource "aws_cognito_user_pool_client" "c" {\n  token_validity_units {\n    access_token = "minutes"\n'
      "  }\n}\n")),
    ("a.tf",
     ('resource "kubernetes_secret" "s" {\n  data = {\n    "ca.crt" = file("ca.crt")\n'
      '    "db"     = random_password.db.result\n  }\n}\n')),
    ("a.tf",
     ('variable "size" {\n  sensitive = false\n  default   = "small"\n}\noutput "arn" {\n'
      "  value = aws_db_instance.d.arn\n}\n")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "secret"), PLANTS)
def test_no_plant_is_left_in_the_copy(name: str, text: str, secret: str) -> None:
    assert_nothing_is_left(name, text, secret)


@pytest.mark.parametrize(("name", "text"), STAYS)
def test_what_is_no_secret_stays(name: str, text: str) -> None:
    assert_stays(name, text)
