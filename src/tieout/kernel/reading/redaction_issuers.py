"""Secrets that are known by their own shape: keys and tokens as their issuers make them."""

from tieout.kernel.reading.redaction_patterns import BINDS, Rule

_PEM_BEGIN = r"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----"
_PEM_END = r"-----END (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----"
# Line breaks, also written as \n in strings, and what editors, quotations and code put around lines.
_PEM_BREAK = r"""(?:[\s"'#*>|,+]|\\+[nrt])*"""
_PEM_HEADER = r"(?:Proc-Type|DEK-Info|Version|Comment|Charset|Hash):[^\n\\]*"
_PEM = (
    rf"(?P<secret>{_PEM_BEGIN}(?:{_PEM_BREAK}(?:{_PEM_HEADER}|[A-Za-z0-9+/=]{{16,}}))+"
    rf"(?:{_PEM_BREAK}[A-Za-z0-9+/=]{{0,15}}{_PEM_BREAK}{_PEM_END})?)"
)

_CLOUD = (
    Rule("gcp-service-account-key", rf'"private_key\\*"\s*:\s*\\*"{_PEM}', (b'"private_key',)),
    Rule("pem-private-key", _PEM, (b"PRIVATE KEY",)),
    Rule(
        "aws-access-key-id",
        r"\b(?P<secret>(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16})\b",
        (b"AKIA", b"ASIA", b"ABIA", b"ACCA"),
        min_entropy=2.5,
    ),
    Rule(
        "aws-secret-access-key",
        rf"(?:aws|amazon|secret_?access_?key)[a-z0-9_. -]{{0,32}}{BINDS}(?P<secret>[a-z0-9/+]{{40}})"
        r"(?:[^a-z0-9/+=]|$)",
        (b"aws", b"amazon", b"secret_access_key", b"secretaccesskey"),
        folded=True,
        min_entropy=3.5,
        judged="mixed",
    ),
    Rule(
        "aws-secret-access-key",
        r"""(?:AKIA|ASIA)[A-Z0-9]{16}["' \t]*[,;:|\t ]["' \t]*(?P<secret>[A-Za-z0-9/+]{40})"""
        r"(?:[^A-Za-z0-9/+=]|$)",
        (b"AKIA", b"ASIA"),
        min_entropy=3.5,
    ),
    Rule(
        "aws-session-token",
        rf"session_?token{BINDS}(?P<secret>[a-z0-9/+=]{{100,}})",
        (b"session_token", b"sessiontoken"),
        folded=True,
        min_entropy=3.5,
    ),
    Rule("gcp-api-key", r"\b(?P<secret>AIza[0-9A-Za-z_-]{35})(?:[^0-9A-Za-z_-]|$)", (b"AIza",)),
    Rule("gcp-oauth-token", r"\b(?P<secret>ya29\.[0-9A-Za-z_-]{20,}|1//0[0-9A-Za-z_-]{30,})", (b"ya29.", b"1//0")),
    Rule("gcp-oauth-secret", r"\b(?P<secret>GOCSPX-[0-9A-Za-z_-]{28})", (b"GOCSPX-",)),
    Rule(
        "azure-storage-key",
        rf"(?:account|storage|access|primary|secondary)_?key[0-9]?{BINDS}(?P<secret>[a-z0-9+/]{{86}}==)",
        (b"key",),
        folded=True,
        min_entropy=3.5,
    ),
    Rule(
        "azure-sas-signature",
        r"""(?:^|[?&;\s"']|\\u0026|%26)sig(?:=|%3D)(?P<secret>[A-Za-z0-9%/+_-]{20,}(?:%3D|=)?)""",
        (b"sig=", b"sig%3D"),
    ),
    Rule("azure-client-secret", r"\b(?P<secret>[\w~.]{3}[0-9]Q~[\w~.-]{31,34})", (b"Q~",)),
)

_FORGES = (
    Rule(
        "github-token",
        r"\b(?P<secret>gh[pousr]_[A-Za-z0-9]{36,})",
        (b"ghp_", b"gho_", b"ghu_", b"ghs_", b"ghr_"),
    ),
    Rule("github-fine-grained-token", r"\b(?P<secret>github_pat_[A-Za-z0-9_]{60,})", (b"github_pat_",)),
    Rule(
        "gitlab-token",
        r"\b(?P<secret>gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent|oas)-[A-Za-z0-9_=-]{20,})",
        (b"glpat-", b"gldt-", b"glrt-", b"glcbt-", b"glptt-", b"glft-", b"glsoat-", b"glagent-", b"gloas-"),
    ),
    Rule("npm-token", r"\b(?P<secret>npm_[A-Za-z0-9]{36})\b", (b"npm_",)),
    Rule(
        "npm-token",
        r"_(?:authToken|auth|password)[ \t]*=[ \t]*[\"']?(?P<secret>[A-Za-z0-9+/=_-]{16,})",
        (b"_auth", b"_password"),
        judged="value",
    ),
    Rule("pypi-token", r"\b(?P<secret>pypi-[A-Za-z0-9_-]{50,})", (b"pypi-",)),
    Rule("docker-hub-token", r"\b(?P<secret>dckr_pat_[A-Za-z0-9_-]{24,})", (b"dckr_pat_",)),
)

_SERVICES = (
    Rule(
        "slack-token",
        r"\b(?P<secret>(?:xox[abeoprs]|xapp)-[A-Za-z0-9-]{16,})",
        (b"xoxa-", b"xoxb-", b"xoxe-", b"xoxo-", b"xoxp-", b"xoxr-", b"xoxs-", b"xapp-"),
        min_entropy=2.8,
    ),
    Rule(
        "slack-webhook",
        r"hooks\.slack\.com/(?:services|workflows|triggers)/(?P<secret>[A-Z][A-Z0-9]{6,}/[A-Z0-9]{6,}/\w{16,})",
        (b"hooks.slack.com/",),
    ),
    Rule(
        "discord-webhook",
        r"discord(?:app)?\.com/api/(?:v[0-9]+/)?webhooks/[0-9]{10,}/(?P<secret>[\w-]{30,})",
        (b"/webhooks/",),
    ),
    Rule(
        "teams-webhook",
        r"\.(?:webhook\.)?office\.com/webhookb?2?/(?P<secret>[\w@-]{20,}/IncomingWebhook/[\w-]{16,}(?:/[\w-]+){0,3})",
        (b"/IncomingWebhook/",),
    ),
    Rule("telegram-token", r"(?:\b|bot)(?P<secret>[0-9]{8,10}:AA[\w-]{32,34})(?:[^\w-]|$)", (b":AA",)),
    Rule("stripe-key", r"\b(?P<secret>[sr]k_(?:live|test)_[0-9A-Za-z]{16,})", (b"k_live_", b"k_test_")),
    Rule("stripe-webhook-secret", r"\b(?P<secret>whsec_[0-9A-Za-z+/=]{24,})", (b"whsec_",)),
    Rule("twilio-key", r"\b(?P<secret>SK[0-9a-f]{32})\b", (b"SK",), min_entropy=2.8),
    Rule(
        "twilio-key",
        rf"twilio[a-z0-9_. -]{{0,32}}{BINDS}(?P<secret>[0-9a-f]{{32}})\b",
        (b"twilio",),
        folded=True,
        min_entropy=2.8,
    ),
    Rule("sendgrid-key", r"\b(?P<secret>SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{32,64})", (b"SG.",)),
    Rule("databricks-token", r"\b(?P<secret>dapi[0-9a-f]{32}(?:-[0-9])?)\b", (b"dapi",), min_entropy=2.8),
    Rule(
        "digitalocean-token",
        r"\b(?P<secret>do[opr]_v1_[0-9a-f]{64})\b",
        (b"dop_v1_", b"doo_v1_", b"dor_v1_"),
        min_entropy=2.8,
    ),
    Rule("vault-token", r"\b(?P<secret>hv[sbr]\.[A-Za-z0-9_-]{24,})", (b"hvs.", b"hvb.", b"hvr.")),
    Rule("grafana-token", r"\b(?P<secret>gl(?:sa|c)_[A-Za-z0-9+/=_]{32,})", (b"glsa_", b"glc_")),
    Rule("age-secret-key", r"\b(?P<secret>AGE-SECRET-KEY-1[A-Z0-9]{58})", (b"AGE-SECRET-KEY-1",)),
)

_MODEL_PROVIDERS = (
    Rule("anthropic-key", r"\b(?P<secret>sk-ant-[a-z0-9]{3,12}-[A-Za-z0-9_-]{20,})", (b"sk-ant-",)),
    Rule(
        "openai-key",
        r"\b(?P<secret>sk-(?:(?:proj|svcacct|admin)-[A-Za-z0-9_-]{20,}"
        r"|[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}|[A-Za-z0-9]{48}\b))",
        (b"sk-",),
    ),
    Rule(
        "model-provider-key",
        r"\b(?P<secret>sk-(?:lf-|or-v1-)?(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[A-Za-z0-9]{32,})"
        r"|gsk_[A-Za-z0-9]{40,}|r8_[A-Za-z0-9]{37}|pplx-[A-Za-z0-9]{40,}|pcsk_[A-Za-z0-9_]{40,}"
        r"|xai-[A-Za-z0-9]{60,}|nvapi-[A-Za-z0-9_-]{60,})",
        (b"sk-", b"gsk_", b"r8_", b"pplx-", b"pcsk_", b"xai-", b"nvapi-"),
    ),
    # Virtual keys of gateways: sk- and 22 characters or more of URL-safe base64.
    Rule("model-provider-key", r"\b(?P<secret>sk-[A-Za-z0-9_-]{20,})", (b"sk-",), judged="jumbled"),
    Rule("huggingface-token", r"\b(?P<secret>(?:hf_|api_org_)[A-Za-z0-9]{34,40})\b", (b"hf_", b"api_org_")),
)

ISSUED: tuple[Rule, ...] = (*_CLOUD, *_FORGES, *_SERVICES, *_MODEL_PROVIDERS)
"""In order of precedence."""
