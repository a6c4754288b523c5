"""Secrets given to programs that publish or store, under names of vendors, and within code; and what looks alike."""

import json

import pytest

from support.redacting import assert_nothing_is_left, assert_stays

COMMANDS = [
    "poetry publish -u bob -p hollandia7",
    "dotnet nuget push x.nupkg -k hollandia7 -s https://n.example",
    "nuget setapikey hollandia7 -Source x",
    "uv publish -t hollandia7",
    "uv publish -u bob -p hollandia7 dist/x.whl",
    "mvn sonar:sonar -Dsonar.login=hollandia7",
    "gh secret set NAME --repo o/r --body hollandia7",
    "gh secret set NAME -b 'hollandia7'",
    "aws ssm put-parameter --name n --type SecureString --value hollandia7",
    "aws ssm put-parameter --value hollandia7 --name n --type SecureString --overwrite",
    "az keyvault secret set --vault-name v --name n --value hollandia7",
    "fly secrets set URL=hollandia7 --app web",
    "vault write secret/app url=hollandia7",
    "npm config set _auth=hollandia7",
    "npm config set //r.example/:_auth hollandia7",
    "cosign login r.example -u bob -p hollandia7",
    'chpasswd <<< "root:hollandia7"',
    "echo hollandia7 > /run/secrets/db_password",
    "printf '%s' 'hollandia7' > ./secrets/db",
    "export SENTRY=https://hollandia7@sentry.example/1",
]
COMMANDS_WITHOUT = [
    "poetry publish -u bob -p $POETRY_PASSWORD",
    "dotnet nuget push x.nupkg -k ${{ secrets.NUGET }} -s https://n.example",
    "uv publish --publish-url https://u.example dist/x.whl",
    "mvn sonar:sonar -Dsonar.login=${{ secrets.SONAR }}",
    "mvn sonar:sonar -Dsonar.login=admin",
    'gh secret set NAME --body "$(cat value.txt)"',
    'gh pr create --body "words that say what changed"',
    "aws ssm put-parameter --name n --type String --value eu-west-1",
    "az keyvault create --name n --location northeurope",
    'fly secrets set URL="$URL" --app web',
    "vault write auth/approle/role/app policies=readers",
    "npm config set registry https://r.example/",
    'echo "root:$PASSWORD" | chpasswd',
    'echo "$VALUE" > /run/secrets/db_password',
    "echo done > build/state.txt",
    "git clone https://builder42@git/team/7-repo",
    "terraform apply -var 'region=eu-west-1'",
]
PLANTS = [
    ("a.yaml", "settings: {integrationKey: 0123456789abcdef0123456789abcdef}\n", "0123456789abcdef0123456789abcdef"),
    ("a.yaml", "settings: {integrationKey: hollandia}\n", "hollandia"),
    ("a.yaml", "settings: {routingKey: 0123456789abcdef0123456789abcdef}\n", "0123456789abcdef0123456789abcdef"),
    ("a.yml", "pagerduty_configs:\n  - routing_key: 0123456789abcdef0123456789abcdef\n",
     "0123456789abcdef0123456789abcdef"),
    ("a.yaml", "settings: {userKey: uhollandia7hollandia7holland12}\n", "uhollandia7hollandia7holland12"),
    ("a.json", '{"custom_headers": {"Authorization": "hollandia"}}', "hollandia"),
    ("docker-compose.yml", "services:\n  r:\n    environment:\n      - Authorization=hollandia\n", "hollandia"),
    ("a.tf", 'resource "terraform_data" "d" {\n  input = sensitive("hollandia")\n}\n', "hollandia"),
    ("a.tf", 'locals {\n  s = sensitive({ a = ["hollandia"] })\n}\n', "hollandia"),
    ("a.tf", 'resource "x_y" "z" {\n  value_wo = "hollandia"\n}\n', "hollandia"),
    ("a.tf", 'resource "x_y" "z" {\n  inner {\n    secret_string_wo = "hollandia"\n  }\n}\n', "hollandia"),
    ("a.py", 'litellm.completion(model="x", api_key="hollandia7", rpm=10)\n', "hollandia7"),
    ("a.py", 'post(url, headers={"Authorization": "hollandia7"})\n', "hollandia7"),
    ("a.ts", "const client = new OpenAI({ apiKey: `hollandia7` });\n", "hollandia7"),
]  # fmt: skip
WITHOUT = [
    ("a.yaml", "queue: {routing_key: orders.created.v2}\n"),
    ("a.yaml", "settings: {routingKey: $PAGERDUTY_KEY}\n"),
    ("a.yaml", "columns: {user_key: customer_number}\n"),
    ("a.yaml", "server: {authorization: RBAC, Authorization: {type: apiKey, in: header}}\n"),
    ("a.json", '{"headers": {"Authorization": "{{token}}"}}'),
    ("a.json", '{"headers": {"Authorization": "says who calls the interface"}}'),
    ("docker-compose.yml", "services:\n  r:\n    environment:\n      - Authorization=${TOKEN}\n"),
    ("a.tf", "locals {\n  s = sensitive(var.plain)\n}\n"),
    ("a.tf", 'resource "x_y" "z" {\n  value_wo         = var.plain\n  value_wo_version = 3\n}\n'),
    ("a.py", 'litellm.completion(model="gpt-4o-2024-08-06", api_key=os.environ["OPENAI_API_KEY"])\n'),
    ("a.py", 'parser.add("--token", help="a token", token_type="oauth20")\n'),
    ("a.ts", "const client = new OpenAI({ apiKey: `${key}1` });\n"),
]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", ["Dockerfile", ".github/workflows/a.yml"])
def test_what_a_program_is_given_is_taken_out(name: str, command: str) -> None:
    assert_nothing_is_left(name, _written(name, command), "hollandia7")


@pytest.mark.parametrize("command", COMMANDS_WITHOUT)
@pytest.mark.parametrize("name", ["Dockerfile", ".github/workflows/a.yml"])
def test_what_only_looks_alike_stays(name: str, command: str) -> None:
    assert_stays(name, _written(name, command))


@pytest.mark.parametrize(("name", "text", "secret"), PLANTS)
def test_what_a_name_or_a_mark_says_is_taken_out(name: str, text: str, secret: str) -> None:
    assert_nothing_is_left(name, text, secret)


@pytest.mark.parametrize(("name", "text"), WITHOUT)
def test_what_stands_for_a_secret_or_is_none_stays(name: str, text: str) -> None:
    assert_stays(name, text)


@pytest.mark.parametrize("value", [None, 7, True, [], {}, [[None]], {"a": None}, "", "x" * 100_000])
@pytest.mark.parametrize("name", ["Authorization", "routing_key"])
def test_odd_values_under_such_names_are_read(name: str, value: object) -> None:
    assert_nothing_is_left("a.json", json.dumps({"password": "hollandia7", name: value}), "hollandia7")


def _written(name: str, command: str) -> str:
    if name == "Dockerfile":
        return f"RUN {command}\n"
    return f"jobs:\n  a:\n    steps:\n      - run: |\n          {command}\n"
