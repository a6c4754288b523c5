"""Secrets of gateways, watching and chat services, in headers, texts, hashes and addresses."""

import pytest

from support.redacting import assert_nothing_is_left, assert_stays

# (file, text, what must be gone; several apart by a blank)
PLANTS = [
    ("cm.yaml",
     "kind: ConfigMap\ndata:\n  redis.conf: |\n    requirepass hollandia\n    masterauth holland2\n",
     "hollandia holland2"),
    ("cm.yaml",
     ('kind: ConfigMap\ndata:\n  redis.conf: |\n    port 6379\n    requirepass "hollandia"\n'
      "    user app on >holland2 ~* +@all\n"),
     "hollandia holland2"),
    ("cm.yaml",
     ("kind: ConfigMap\ndata:\n  app.properties: |\n    spring.datasource.password=hollandia\n"
      "    spring.redis.password: holland2\n"),
     "hollandia holland2"),
    ("cm.yaml",
     ("kind: ConfigMap\ndata:\n  .env: |\n    A=1\n    DB_PASSWORD=hollandia twee\n"
      '    API_TOKEN="holland2 drie"\n'),
     "hollandia twee holland2 drie"),
    ("cm.yaml",
     "kind: ConfigMap\ndata:\n  x: |\n    Server=db;User Id=sa;Password=hollandia;Encrypt=True\n",
     "hollandia"),
    ("cm.yaml", "kind: ConfigMap\ndata:\n  pg: |\n    host=db user=app password=hollandia dbname=x\n", "hollandia"),
    ("cm.yaml", 'kind: ConfigMap\ndata:\n  x: |\n    <add key="DbPassword" value="hollandia"/>\n', "hollandia"),
    ("cm.yaml",
     "kind: ConfigMap\ndata:\n  x: |\n    auth_basic_user: bob:$apr1$Zx81Qw72$Er63Ty54ab9c8d7e6f5g4h\n",
     "Er63Ty54ab9c8d7e6f5g4h"),
    ("cm.yaml",
     "kind: ConfigMap\ndata:\n  auth: |\n    bob:{SHA}Zx81Qw72Er63Ty54ab9c8d7e6f5=\n",
     "Zx81Qw72Er63Ty54ab9c8d7e6f5="),
    ("cm.yaml",
     ("kind: ConfigMap\ndata:\n  users.conf: |\n"
      "    bob:$6$Zx81Qw72$Er63Ty54ab9c8d7e6f5Er63Ty54ab9c8d7e6f5Er63Ty54ab9c8d7e6f5\n"),
     "Er63Ty54ab9c8d7e6f5Er63Ty54ab9c8d7e6f5Er63Ty54ab9c8d7e6f5"),
    ("cm.yaml",
     ('kind: ConfigMap\ndata:\n  x.conf: |\n    proxy_set_header Authorization "Basic aG9sbGFuZGlh";\n'
      "    proxy_set_header X-Api-Key hollandia;\n"),
     "aG9sbGFuZGlh hollandia"),
    ("cm.yaml", 'kind: ConfigMap\ndata:\n  x.json: |\n    {"db": {"password": "hollandia"}}\n', "hollandia"),
    ("cm.yaml",
     'kind: ConfigMap\ndata:\n  x.json: |\n    {\n      "db": {"password": "hollandia"}\n    }\n',
     "hollandia"),
    ("cm.yaml", 'kind: ConfigMap\ndata:\n  x.py: |\n    connect(user="a", password="hollandia")\n', "hollandia"),
    ("a.yaml", "api_key: 9f86d081884c7d659a2feaa0c55ad015\n", "9f86d081884c7d659a2feaa0c55ad015"),
    ("a.yaml", "dd_key: 9f86d081884c7d659a2feaa0c55ad015\n", "9f86d081884c7d659a2feaa0c55ad015"),
    ("a.yaml", "integration_key: 9f86d081884c7d659a2feaa0c55ad015\n", "9f86d081884c7d659a2feaa0c55ad015"),
    ("a.yaml", "routing_key: 9f86d081884c7d659a2feaa0c55ad015\n", "9f86d081884c7d659a2feaa0c55ad015"),
    ("a.yaml", "service_key: 9f86d081884c7d659a2feaa0c55ad015\n", "9f86d081884c7d659a2feaa0c55ad015"),
    ("a.yaml",
     "headers:\n  x-honeycomb-team: 9f86d081884c7d659a2feaa0c55ad015\n",
     "9f86d081884c7d659a2feaa0c55ad015"),
    ("a.yaml", "headers: {x-honeycomb-team: hollandia7Zx81Qw72Er63}\n", "hollandia7Zx81Qw72Er63"),
    ("a.yaml", "OTEL_EXPORTER_OTLP_HEADERS: x-honeycomb-team=hollandia7Zx81Qw72Er63\n", "hollandia7Zx81Qw72Er63"),
    ("a.yaml",
     ("env:\n  - name: OTEL_EXPORTER_OTLP_HEADERS\n"
      "    value: 'x-honeycomb-team=hollandia7Zx81Qw72Er63,dd-api-key=9f86d081884c7d659a2feaa0c55ad015'\n"),
     "hollandia7Zx81Qw72Er63 9f86d081884c7d659a2feaa0c55ad015"),
    ("Dockerfile",
     'ENV OTEL_EXPORTER_OTLP_HEADERS="x-honeycomb-team=hollandia7Zx81Qw72Er63"\n',
     "hollandia7Zx81Qw72Er63"),
    ("a.yaml", "h: 'DD-API-KEY: 9f86d081884c7d659a2feaa0c55ad015'\n", "9f86d081884c7d659a2feaa0c55ad015"),
    ("a.yaml", "datadog:\n  api:\n    key: 9f86d081884c7d659a2feaa0c55ad015\n", "9f86d081884c7d659a2feaa0c55ad015"),
    ("a.yaml",
     "exporters:\n  splunk_hec:\n    token: 9f86d081-884c-7d65-9a2f-eaa0c55ad015\n",
     "9f86d081-884c-7d65-9a2f-eaa0c55ad015"),
    ("a.yaml",
     "h: 'Authorization: Splunk 9f86d081-884c-7d65-9a2f-eaa0c55ad015'\n",
     "9f86d081-884c-7d65-9a2f-eaa0c55ad015"),
    ("a.yaml",
     "headers:\n  Authorization: Splunk 9f86d081-884c-7d65-9a2f-eaa0c55ad015\n",
     "9f86d081-884c-7d65-9a2f-eaa0c55ad015"),
    ("a.yaml",
     "receivers:\n  - pagerduty_configs:\n      - routing_key: hollandia7Zx81Qw72Er63\n",
     "hollandia7Zx81Qw72Er63"),
    ("a.yaml", "settings:\n  integrationKey: hollandia7Zx81Qw72Er63\n", "hollandia7Zx81Qw72Er63"),
    ("a.yaml",
     "url: https://hooks.slack.com/services/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\n",
     "Zx81Qw72Er63Ty54Zx81Qw72"),
    ("a.yaml",
     ("url: https://acme.webhook.office.com/webhookb2/9f86d081-884c-7d65-9a2f-eaa0c55ad015@9f86d081-884c-7d"
      "65-9a2f-eaa0c55ad015/IncomingWebhook/9f86d081884c7d659a2feaa0c55ad015/9f86d081-884c-7d65-9a2f-eaa0c5"
      "5ad015\n"),
     "9f86d081884c7d659a2feaa0c55ad015"),
    ("a.yaml",
     ("url: https://prod-12.westeurope.logic.azure.com:443/workflows/9f86d081884c7d659a2feaa0c55ad015/trigg"
      "ers/manual/paths/invoke?api-version=2016-06-01&sp=%2Ftriggers&sv=1.0&sig=Zx81Qw72Er63Ty54Zx81Qw72Er6"
      "3Ty54abc\n"),
     "Zx81Qw72Er63Ty54Zx81Qw72Er63Ty54abc"),
    ("a.yaml",
     "url: https://oncall-prod.grafana.net/oncall/integrations/v1/alertmanager/Zx81Qw72Er63Ty54Zx81Qw72/\n",
     "Zx81Qw72Er63Ty54Zx81Qw72"),
    ("a.yaml",
     "url: https://events.pagerduty.com/integration/9f86d081884c7d659a2feaa0c55ad015/enqueue\n",
     "9f86d081884c7d659a2feaa0c55ad015"),
    ("a.yaml",
     ("url: https://chat.googleapis.com/v1/spaces/AAAA/messages?key=AIzaX&token=Zx81Qw72Er63Ty54Zx81Qw72abc"
      "-Qx%3D\n"),
     "Zx81Qw72Er63Ty54Zx81Qw72abc"),
    ("a.yaml", "license_key: 9f86d081884c7d659a2feaa0c55ad0159f86NRAL\n", "9f86d081884c7d659a2feaa0c55ad0159f86NRAL"),
    ("a.yaml", "x: 9f86d081884c7d659a2feaa0c55ad0159f86NRAL\n", "9f86d081884c7d659a2feaa0c55ad0159f86NRAL"),
    ("a.yaml", "x: eu01xx9f86d081884c7d659a2feaa0c55ad0NRAL\n", "9f86d081884c7d659a2feaa0c55ad0NRAL"),
    ("a.yaml",
     "sentry_dsn: https://9f86d081884c7d659a2feaa0c55ad015@o12345.ingest.sentry.io/67890\n",
     "9f86d081884c7d659a2feaa0c55ad015"),
    ("a.yaml",
     "x: https://9f86d081884c7d659a2feaa0c55ad015:0f86d081884c7d659a2feaa0c55ad015@sentry.io/67890\n",
     "0f86d081884c7d659a2feaa0c55ad015"),
    ("a.yaml",
     ("langfuse: {secret: sk-lf-9f86d081-884c-7d65-9a2f-eaa0c55ad015}\n"
      "x: sk-lf-9f86d081-884c-7d65-9a2f-eaa0c55ad015\n"),
     "9a2f-eaa0c55ad015"),
    ("a.yaml", "AZURE_OPENAI_KEY: 9f86d081884c7d659a2feaa0c55ad015\n", "9f86d081884c7d659a2feaa0c55ad015"),
    ("a.yaml",
     ("headers:\n  api-key: 9f86d081884c7d659a2feaa0c55ad015\n"
      "  Ocp-Apim-Subscription-Key: 8f86d081884c7d659a2feaa0c55ad015\n"),
     "9f86d081884c7d659a2feaa0c55ad015 8f86d081884c7d659a2feaa0c55ad015"),
    ("a.yaml",
     "x: 'Ocp-Apim-Subscription-Key: 8f86d081884c7d659a2feaa0c55ad015'\n",
     "8f86d081884c7d659a2feaa0c55ad015"),
    ("kong.yaml",
     ("plugins:\n  - name: ai-proxy\n    config:\n      auth:\n        param_name: key\n"
      "        param_value: hollandia\n"),
     "hollandia"),
    ("kong.yaml",
     ("plugins:\n  - name: ai-proxy\n    config:\n      auth:\n        header_name: Authorization\n"
      "        header_value: Bearer hollandia\n"),
     "hollandia"),
    ("kong.yaml",
     ("plugins:\n  - name: ai-proxy\n    config:\n      auth:\n        header_name: x-team\n"
      "        header_value: hollandia\n"),
     "hollandia"),
    ("kong.yaml",
     ("plugins:\n  - name: request-transformer\n    config:\n      add:\n"
      "        headers: ['Authorization:Bearer hollandia', 'x-api-key:holland2']\n"),
     "hollandia holland2"),
    ("kong.yaml",
     ("consumers:\n  - username: bob\n    keyauth_credentials:\n      - key: hollandia\n"
      "    basicauth_credentials:\n      - username: b\n        password: holland2\n    jwt_secrets:\n"
      "      - key: k\n        secret: holland3\n"),
     "hollandia holland2 holland3"),
    ("envoy.yaml",
     "request_headers_to_add:\n  - header:\n      key: Authorization\n      value: Bearer hollandia\n",
     "hollandia"),
    ("envoy.yaml", "request_headers_to_add:\n  - header: {key: x-api-key, value: hollandia}\n", "hollandia"),
    ("envoy.yaml",
     "request_headers_to_add:\n  - header: {key: authorization, value: 'Basic aG9sbGE='}\n",
     "aG9sbGE="),
    ("envoy.yaml", "set:\n  - name: Authorization\n    value: Bearer hollandia\n", "hollandia"),
    ("envoy.yaml", "generic_secret:\n  secret:\n    inline_string: hollandia\n", "hollandia"),
    ("a.yaml",
     ("sidekiq: {x: 1}\n"
      "slack_api_url: https://hooks.slack.com/services/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\n"),
     "Zx81Qw72Er63Ty54Zx81Qw72"),
    ("a.yaml", "opsgenie: {api_key: 9f86d081-884c-7d65-9a2f-eaa0c55ad015}\n", "9f86d081-884c-7d65-9a2f-eaa0c55ad015"),
    ("a.yaml", "opsgenie_configs:\n  - api_key: hollandia\n", "hollandia"),
    ("a.yaml", "basicAuth: bob:hollandia\n", "hollandia"),
    ("a.yaml", "basic_auth:\n  username: bob\n  password: hollandia\n", "hollandia"),
    ("a.yaml", "secureJsonData:\n  httpHeaderValue1: hollandia\n", "hollandia"),
]  # fmt: skip

# What stands beside secrets, or in the place of one.
STAYS = [
    ("cm.yaml",
     ("kind: ConfigMap\ndata:\n  redis.conf: |\n    port 6379\n    appendonly yes\n    masterauth-file /x\n"
      "  nginx.conf: |\n    auth_basic_user_file /etc/nginx/.htpasswd;\n"
      '    proxy_set_header Authorization $http_authorization;\n    proxy_set_header X-Api-Key "";\n'
      "    ssl_certificate_key /etc/tls/tls.key;\n")),
    ("a.yaml",
     ("digest: 9f86d081884c7d659a2feaa0c55ad015\nmd5: 9f86d081884c7d659a2feaa0c55ad015\n"
      "trace_id: 9f86d081884c7d659a2feaa0c55ad015\ncache_key: 9f86d081884c7d659a2feaa0c55ad015\n"
      "routing_key: orders.created\nprimary_key: id\nkey: team\n")),
    ("a.yaml",
     ("headers:\n  x-honeycomb-dataset: prod\n  x-honeycomb-team: ${HONEYCOMB_KEY}\n  x-team: claims\n"
      "param_name: key\nparam_value: '{vault://env/openai}'\nheader_name: Authorization\n"
      "header_value: 'Bearer {vault://env/x}'\n")),
    ("envoy.yaml",
     ("request_headers_to_add:\n  - header: {key: x-forwarded-proto, value: https}\n"
      "  - header: {key: authorization, value: 'Bearer %DYNAMIC_METADATA(a:b)%'}\n"
      "  - header: {key: x-request-id, value: '%REQ(x)%'}\n")),
    ("kong.yaml",
     ("plugins:\n  - name: request-transformer\n    config:\n      add:\n"
      "        headers: ['x-team:claims', 'Authorization:Bearer $(token)', 'x-region:eu-west-1']\n")),
    ("a.yaml",
     ("model: gpt-4o-2024-11-20\n"
      "image: r/x@sha256:9f86d081884c7d659a2feaa0c55ad0159f86d081884c7d659a2feaa0c55ad015\nuser: bob:x\n"
      "scheme: user:group\n")),
    ("kong.yaml", "config:\n  auth:\n    header_name: Authorization\n    header_value: Bearer ${key}\n"),
    ("a.yaml", "sed: s/$1/$2/\nnote: users are kept with $apr1$ or $2y$ hashes\nrows: a:{SHA} and {SSHA}\n"),
    ("a.yaml",
     ("api:\n  key_name: team\n  url: https://events.pagerduty.com/v2/enqueue\n"
      "student: {num_register_tokens: 4}\n")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "secret"), PLANTS)
def test_no_plant_is_left_in_the_copy(name: str, text: str, secret: str) -> None:
    assert_nothing_is_left(name, text, secret)


@pytest.mark.parametrize(("name", "text"), STAYS)
def test_what_is_no_secret_stays(name: str, text: str) -> None:
    assert_stays(name, text)
