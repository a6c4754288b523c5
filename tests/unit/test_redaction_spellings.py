"""Every kind of secret in every place where one is written: in data, comments, tables, code, logs, names and paths."""

import base64
import json
import random
import re
import string
from collections.abc import Iterator

import pytest

from tieout.collectors.confidential import masked_source
from tieout.kernel.reading.masking import masked, said, shown
from tieout.kernel.reading.redaction import redact

ALNUM = string.ascii_letters + string.digits
UPPER = string.ascii_uppercase + string.digits
URLSAFE = ALNUM + "-_"
HEX = "0123456789abcdef"
DIGITS = string.digits

# How a token is built: letters stand for themselves, {n} for so many letters and digits, {nu} for capitals and
# digits, {nh} for hexadecimal digits, {nd} for digits, {nw} for what a URL may hold, {nb} for base64 of n bytes.
TOKENS = """
AKIA{16u} ASIA{16u} ghp_{36} gho_{36} ghs_{36} ghr_{76} ghu_{36} github_pat_{22}_{59} glpat-{20w} glrt-{20w} gldt-{20w}
glptt-{40h} glcbt-64_{20w} xoxb-{12d}-{13d}-{24} xoxp-{12d}-{12d}-{12d}-{32h} xapp-1-A{10u}-{13d}-{64h} hf_{34}
api_org_{34} sk-{20}T3BlbkFJ{20} sk-proj-{74w}T3BlbkFJ{74w} sk-svcacct-{60w} sk-admin-{60w} sk-ant-api03-{93w}AA
sk-ant-admin01-{93w}AA sk-ant-oat01-{93w}AA sk-or-v1-{64h} gsk_{52} xai-{80} r8_{37} pplx-{48} nvapi-{64w} pcsk_{60}
sk-lf-{8h}-{4h}-{4h}-{4h}-{12h} sk-{22} sk-{32h} fw_{24} tgp_v1_{43w} csk-{48h} lsv2_pt_{32h}_{10h} wandb_v1_{40}
sk_{48h} tvly-dev-{32} fc-{32h} sk-helicone-{7}-{7}-{7}-{7} AIza{35w} ya29.{60w} GOCSPX-{28w} {3}8Q~{34w}
amzn.mws.{8h}-{4h}-{4h}-{4h}-{12h} ABSK{80b} eyJhbGciOiJIUzI1NiJ9.eyJ{40w}.{43w} npm_{36} pypi-AgEIcHlwaS5vcmc{150w}
dckr_pat_{27w} SG.{22w}.{43w} sk_live_{24} rk_live_{24} whsec_{32} SK{32h} dapi{32h} dop_v1_{64h} hvs.{90w}
glsa_{32}_{8h} AGE-SECRET-KEY-1{58u} key-{32h} {32h}-us12 NRAK-{27u} lin_api_{40} ntn_{46} secret_{43} figd_{40w}
pat{14}.{64h} ATATT3xFfGF0{170w}={8u} shpat_{32h} pul-{40h} {14}.atlasv1.{67w} fo1_{43w} sbp_{40h} pscale_tkn_{43w}
PMAK-{24h}-{34h} rubygems_{48h} cio{32} sq0atp-{22w} ops_eyJ{250} dp.pt.{43} CCIPAT_{22}_{40h} bkua_{40h} sqp_{40h}
AKCp8{68} cmVmdGtuOjAxOj{50} duffel_live_{43w} HRKU-AA{58w} nfp_{40} ATBB{32}
""".split()  # noqa: SIM905 - a table of words
# Secrets that what stands around them tells: the secret between two ^.
LINES = """
https://hooks.slack.com/services/^T{10u}/B{10u}/{24}^
https://discord.com/api/webhooks/{18d}/^{68w}^
https://api.telegram.org/bot^1{9d}:AA{33w}^/sendMessage
DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=^{64b}^;EndpointSuffix=core.windows.net
https://acme.blob.core.windows.net/c/f?sv=2024-11-04&sr=b&sig=^{43}%3D^&se=2030
Endpoint=sb://acme.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=^{32b}^
AZURE_OPENAI_API_KEY=^{32h}^
AZURE_DEVOPS_PAT=^{52}^
InstrumentationKey=^{8h}-{4h}-{4h}-{4h}-{12h}^;IngestionEndpoint=https://x.in.applicationinsights.azure.com/
MISTRAL_API_KEY=^{32}^
aws_secret_access_key = ^{40}^
aws_session_token=^IQoJ{200}^
Authorization: Bearer ^{40}^
Authorization: Basic ^{18b}^
Authorization: token ^{40h}^
X-Api-Key: ^{32}^
Cookie: session=^{40}^
Set-Cookie: sid=^{40}^; HttpOnly
curl -u admin:^{12}^ https://x.example
https://deploy:^{14}^@git.acme.example/x.git
https://^{36h}^@github.com/acme/x.git
https://^{32h}^@o12345.ingest.sentry.io/67890
https://oauth2:^{26}^@gitlab.acme.example/x.git
postgresql://app:^{14}^@db:5432/app
mysql+pymysql://app:^{14}^@db/app
mongodb+srv://app:^{14}^@c0.acme.mongodb.net/x
redis://:^{18}^@cache:6379/0
amqps://svc:^{16}^@mq/vh
jdbc:postgresql://db/app?user=app&password=^{14}^
Server=db;Database=x;User Id=sa;Password=^{14}^;
Driver={{ODBC Driver 18}};Server=db;UID=sa;PWD=^{14}^;
snowflake://u:^{14}^@acct/db
smtp://mailer:^{14}^@smtp.acme.example:587
//registry.npmjs.org/:_authToken=^{36}^
CLOUDFLARE_API_TOKEN=^{40w}^
DB_PASSWORD=^{14}^
db_password = "^Zx{10}!7^"
serve --api-key ^{24}^ --port 80
PGPASSWORD=^{12}^ psql -h db
sshpass -p ^{12}^ ssh a@b
docker login -u bob -p ^{14}^ reg.example
redis-cli -h c -a ^{14}^
mysql -u root -p^{12}^ app
the password is ^Tr0ub{6}9x^
""".strip().splitlines()
_FIELD = re.compile(r"\{(\d+)([uhdwb]?)\}")
_ALPHABETS = {"": ALNUM, "u": UPPER, "h": HEX, "d": DIGITS, "w": URLSAFE}


def made(pattern: str, rng: random.Random) -> str:
    """A secret as its issuer would make it."""

    def draw(match: re.Match[str]) -> str:
        size, kind = int(match[1]), match[2]
        if kind == "b":
            return base64.b64encode(rng.randbytes(size)).decode()
        while True:
            text = "".join(rng.choice(_ALPHABETS[kind]) for _ in range(size))
            if kind == "d" or size < 6 or re.search(r"[A-Za-z]\d+[A-Za-z].*\d", text):  # as most of them are
                return text

    return _FIELD.sub(draw, pattern).replace("{{", "{").replace("}}", "}")


def secrets(seed: str) -> Iterator[tuple[str, str]]:
    """The text that holds a secret, and the secret; other ones for each seed."""
    rng = random.Random(seed)  # noqa: S311 - repeatable, not secret
    for pattern in TOKENS:
        token = made(pattern, rng)
        yield token, token
    for pattern in LINES:
        before, secret, after = (made(part, rng) for part in re.split(r"\^", pattern))
        yield before + secret + after, secret
    for label in ("RSA PRIVATE KEY", "OPENSSH PRIVATE KEY", "PGP PRIVATE KEY BLOCK"):
        body = [made("{48b}", rng) for _ in range(3)]
        yield "\n".join([f"-----BEGIN {label}" + "-----", *body, f"-----END {label}-----"]), body[1]


#: Name of a place -> the file it is in, and a text as it stands there.
PLACES = {
    "prose": ("a.md", lambda s: f"See {s} here.\n"),
    "code span": ("a.md", lambda s: f"- `{s}`\n"),
    "Markdown table": ("a.md", lambda s: f"| x | {s} |\n"),
    "YAML text": ("a.yaml", lambda s: f"- note: {json.dumps(s)}\n"),
    "YAML block": ("a.yaml", lambda s: "- note: |\n    " + s.replace("\n", "\n    ") + "\n"),
    "YAML comment": ("a.yaml", lambda s: f"- 1 # {s}\n"),
    "YAML name": ("a.yaml", lambda s: f"- {json.dumps(s)}: 1\n"),
    "TOML": ("a.toml", lambda s: f"[[a]]\nnote = {json.dumps(s)}\n"),
    "TOML comment": ("a.toml", lambda s: f"# {s}\n"),
    "INI comment": ("a.ini", lambda s: f"; {s}\n"),
    "dotenv comment": (".env", lambda s: f"# {s}\n"),
    "Python": ("a.py", lambda s: f"x = {json.dumps(s)}  # {s}\n"),
    "JavaScript": ("a.js", lambda s: f"// {s}\nconst a = '{s}';\n"),
    "log line": ("a.log", lambda s: f"2026-11-20T10:00:00Z ERROR failed: {s}\n"),
    "JSON log line": ("a.jsonl", lambda s: json.dumps({"level": "error", "msg": s}) + "\n"),
    "behind a written line end": ("a.txt", lambda s: '{"msg": ' + json.dumps(f"line\n{s}\tx") + "}\n"),
    "behind a colour": ("a.log", lambda s: f"\x1b[31m{s}\x1b[0m\n"),
    "XML": ("a.xml", lambda s: f"<a>{s}</a>\n"),
}
MULTILINE = {"prose", "YAML text", "YAML block", "YAML name", "TOML", "JSON log line", "behind a written line end"}


@pytest.mark.parametrize("place", PLACES)
def test_no_secret_stays_wherever_it_is_written(place: str):
    file, write = PLACES[place]
    some = [(text, secret) for text, secret in secrets(place) if "\n" not in text or place in MULTILINE]
    assert len(some) > 60
    kept = masked_source("".join(write(text) for text, _ in some), file).text
    assert [text for text, secret in some if secret in kept or secret[-14:] in kept] == []


def test_no_secret_stays_in_json():
    some = dict(secrets("JSON"))
    data = {"a": list(some), "b": dict.fromkeys(some, 1), "c": json.dumps({"inner": list(some)})}
    kept = masked_source(json.dumps(data), "a.json").text
    assert [text for text, secret in some.items() if secret in kept] == []


@pytest.mark.parametrize(
    "name",
    ["records/{}.yaml", "records/key_{}_old.yaml", "prompts/{}/p.md", "v9-{}", "v_{}", "MY_{}", "q%3D{}%26y", "a={}&b"],
)
def test_no_secret_stays_in_the_name_of_a_file_a_tag_or_a_setting(name: str):
    tokens = [text for text, secret in secrets(name) if text == secret and re.fullmatch(r"[\w.=~+-]+", text)]
    assert len(tokens) > 60
    assert [token for token in tokens if token in shown(name.format(token))] == []
    assert [token for token in tokens if token in said(name.format(token))] == []


def test_a_name_of_a_dotenv_file_may_hold_a_secret():
    tokens = [text for text, secret in secrets("dotenv") if text == secret and re.fullmatch(r"\w+", text)]
    kept = masked_source("".join(f"MY_{token}=x\nexport {token}=y\n" for token in tokens), ".env").text
    assert [token for token in tokens if token in kept] == []
    assert kept.count("MY_⟨redacted:") == len(tokens)


@pytest.mark.parametrize(
    "text",
    [
        "risk-assessment-2026-11-final-v2x9-aa1 and task-a1b2c3d4e5f6g7h8i9j0",
        "a path such as C:\\risk-a1b2c3d4e5f6g7h8i9j0k1 or \\task-a1b2c3d4e5f6g7h8i9j0k1",
        "https://service-account-2024-prod@host/x, ssh://claims-triage-deploy-2@host/x",
        "pat = re.compile(x), file_pat: '*.yaml', pattern=abc123def456ghi7",
        "Cookie: theme=dark; lang=en-GB; consent=accepted-2026",
        "cookie=document_cookie_value_of_page",
        "key-value, key-0123456789, secret_name_of_the_claims_service_in_production",
        "PATH=/usr/local/bin/a1b2c3, api_key: /etc/claims/keys/a1.pem",
        "fc-cache, fw_version, npm_config_cache, cio, hf_hub_download, pat, dp.to, sq0, pul-request",
        "0123456789abcdef0123456789abcdef-us, 3f786850e387550fdab836ed7e6dc881de23001b",
    ],
)
def test_what_only_resembles_a_secret_stays(text: str):
    assert masked(text).text == text
    assert redact(text).hits == ()
