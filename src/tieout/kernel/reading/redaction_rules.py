r"""What a secret looks like: the redaction rules, a frozen table of RE2 patterns.

Patterns run on the UTF-8 bytes of a text, as Latin-1, which RE2 scans fastest; they are written in ASCII.
The group `secret` is what gets replaced, the rest is context. Where two rules overlap, the earlier wins.
"""

from dataclasses import dataclass
from typing import Any

import re2


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of secret.

    Attributes:
        id: Stable name; it stands in the marker and in the evidence item's record.
        pattern: RE2 pattern with a group `secret`.
        hints: Literals of which one must occur before the pattern is tried; lower-case where `folded`.
        folded: Case is ignored.
        min_entropy: Shannon entropy, bits a character, below which a match is a placeholder.
        judged: "" (the shape alone proves it), or how a free value is judged: "mixed" wants a digit, "jumbled" letters
            and digits unlike words, "told" a digit within a word of a sentence, "value" stands in a
            fixed context, "assigned" is bound to a name in configuration or code, "userinfo" is a password in a
            URL or connection string.
    """

    id: str
    pattern: str
    hints: tuple[bytes, ...]
    folded: bool = False
    min_entropy: float = 3.0
    judged: str = ""


def compile_bytes(pattern: str, *, folded: bool = False) -> Any:
    """An RE2 pattern for bytes (linear in the text, whatever the text is).

    Args:
        pattern: In ASCII.
        folded: Case is ignored.
    """
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    options.case_sensitive = not folded
    return re2.compile(pattern.encode("ascii"), options)


# How a name is bound to a value in configuration, code, JSON (also JSON inside a string) and headers.
_BINDS = r"""[\\"'\]]{0,3}[ \t]*(?::=|=>|=|:)[ \t]*(?P<quote>\\{0,3}["'`])?"""
# Looser ways of which a judge must be surer: a YAML tag, a call's next argument, an attribute, a space.
_BINDS_ANYHOW = (
    r"""(?:[\\"'\]]{0,3}[ \t]*(?::=|=>|=|:)[ \t]*(?:!!?[a-z]*[ \t]+)?|["'][ \t]+value[ \t]*=[ \t]*"""
    r"""|(?P<loose>[ \t]+|["'][ \t]*,[ \t]*))(?P<quote>\\{0,3}["'`])?"""
)
_QUOTE = r"""[\\"']{0,3}"""
_PERSONS = r"(?:password|passwd|passphrase|pwd|(?:\b|_)pass)"
_MACHINES = (
    r"(?:secret|token|credentials?|(?:api|access|secret|private|auth|master|encryption|signing|account"
    r"|license|salt|subscription|shared|session)[_-]?key)"
)
# A free value ends where a call, a template, a quotation or a list begins or ends.
_VALUE = r"""(?P<secret>[^\s"'`<>(){}\[\],;|\\]{8,})"""

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
        rf"(?:aws|amazon|secret_?access_?key)[a-z0-9_. -]{{0,32}}{_BINDS}(?P<secret>[a-z0-9/+]{{40}})"
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
        rf"session_?token{_BINDS}(?P<secret>[a-z0-9/+=]{{100,}})",
        (b"session_token", b"sessiontoken"),
        folded=True,
        min_entropy=3.5,
    ),
    Rule("gcp-api-key", r"\b(?P<secret>AIza[0-9A-Za-z_-]{35})(?:[^0-9A-Za-z_-]|$)", (b"AIza",)),
    Rule("gcp-oauth-secret", r"\b(?P<secret>GOCSPX-[0-9A-Za-z_-]{28})", (b"GOCSPX-",)),
    Rule(
        "azure-storage-key",
        rf"(?:account|storage|access|primary|secondary)_?key[0-9]?{_BINDS}(?P<secret>[a-z0-9+/]{{86}}==)",
        (b"key",),
        folded=True,
        min_entropy=3.5,
    ),
    Rule("azure-sas-signature", r"[?&;]sig=(?P<secret>[A-Za-z0-9%/+_-]{40,}(?:%3D|=)?)", (b"sig=",)),
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
        rf"twilio[a-z0-9_. -]{{0,32}}{_BINDS}(?P<secret>[0-9a-f]{{32}})\b",
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

_CARRIERS = (
    Rule("jwt", r"\b(?P<secret>eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,})", (b"eyJ",)),
    Rule(
        "connection-string-password",
        r"\b(?:postgres(?:ql)?|mysql|mariadb|mongodb|rediss?|valkey|amqps?|mssql|sqlserver|oracle|clickhouse"
        r"|cockroachdb|snowflake|redshift|trino|kafka|nats|ldaps?|smtps?|ftps?|sftp|ssh)(?:\+[a-z0-9]+)?"
        r"://(?P<user>[^\s:/@\"'<>]*):(?P<secret>[^\s/@\"'<>`]{3,})@",
        (b"://",),
        folded=True,
        min_entropy=0.0,
        judged="userinfo",
    ),
    Rule(
        "connection-string-password",
        r"(?:server|data source|host|endpoint|user id|uid|username|database)[ \t]*=[^\n;=]+;"
        r"(?:[^\n;=]+=[^\n;]*;)*?[ \t]*(?:password|pwd)[ \t]*=[ \t]*(?P<secret>[^\s;\"'<>]{4,})",
        (b"password", b"pwd"),
        folded=True,
        min_entropy=0.0,
        judged="userinfo",
    ),
    Rule(
        "basic-auth-url",
        r"\b(?:https?|git|wss?)://(?P<user>[^\s:/@\"'<>]+):(?P<secret>[^\s/@\"'<>`]{3,})@",
        (b"://",),
        folded=True,
        min_entropy=0.0,
        judged="userinfo",
    ),
    Rule(
        "basic-auth-argument",
        r"\b(?:curl|wget|http)\b[^\n]*?[ \t](?:-u|--user|--auth|-a)[ \t=]*[\"']?(?P<user>[^\s:\"']+):"
        r"(?P<secret>[^\s\"'`<>]{4,})",
        (b"-u", b"--auth", b"-a"),
        folded=True,
        min_entropy=0.0,
        judged="userinfo",
    ),
    Rule(
        "basic-auth-argument",
        r"\bmysql(?:dump|admin|import)?\b[^\n]*?[ \t]-p(?P<secret>[^\s\"'`<>=-][^\s\"'`<>]{3,})",
        (b"mysql",),
        min_entropy=0.0,
        judged="userinfo",
    ),
    Rule(
        "basic-auth-header",
        rf"\bauthorization{_BINDS}basic[ \t]+(?P<secret>[a-z0-9+/=_-]{{12,}})",
        (b"authorization",),
        folded=True,
        min_entropy=2.8,
        judged="value",
    ),
    Rule(
        "bearer-header",
        rf"\b(?:bearer|authorization{_BINDS}(?:token|api-?key|key))[ \t]+(?P<secret>[a-z0-9._~+/=-]{{16,}})",
        (b"bearer ", b"bearer\t", b"authorization"),
        folded=True,
        judged="value",
    ),
    Rule(
        "named-secret-value",
        rf"name{_QUOTE}[ \t]*[:=][ \t]*{_QUOTE}[a-z0-9_.-]*(?:{_PERSONS}|{_MACHINES}){_QUOTE},?\s+{_QUOTE}value"
        rf"{_QUOTE}[ \t]*[:=][ \t]*{_QUOTE}{_VALUE}",
        (b"value",),
        folded=True,
        min_entropy=2.75,
        judged="value",
    ),
    Rule(
        "secret-in-markup",
        rf"<[a-z0-9_.:-]*(?:{_PERSONS}|{_MACHINES})>(?P<secret>[^\s<>]{{8,}})</",
        (b"</",),
        folded=True,
        min_entropy=2.75,
        judged="value",
    ),
    Rule(
        "secret-argument",
        rf"--[a-z0-9-]*(?:{_PERSONS}|{_MACHINES})[ \t=]+[\"']?{_VALUE}",
        (b"--",),
        folded=True,
        min_entropy=2.75,
        judged="value",
    ),
    Rule(
        "told-password",
        rf"\b(?:{_PERSONS}|pw)[ \t]+(?:is|was)[ \t:]+[\"'`]?(?P<secret>[^\s\"'`<>(){{}}\[\],;|\\]{{6,}})",
        (b"pass", b"pw"),
        folded=True,
        min_entropy=2.5,
        judged="told",
    ),
    Rule(
        "assigned-password",
        rf"{_PERSONS}(?:_?[0-9])?{_BINDS_ANYHOW}{_VALUE}",
        (b"pass", b"pwd"),
        folded=True,
        min_entropy=2.5,
        judged="assigned",
    ),
    Rule(
        "assigned-secret",
        rf"(?:{_MACHINES}|_key)(?:_?[0-9])?{_BINDS_ANYHOW}{_VALUE}",
        (b"secret", b"token", b"credential", b"key"),
        folded=True,
        judged="assigned",
    ),
)

RULES: tuple[Rule, ...] = (*_CLOUD, *_FORGES, *_SERVICES, *_MODEL_PROVIDERS, *_CARRIERS)
"""In order of precedence."""

KEY_RULE = "secret-by-name"
"""The rule of a value that stands under the name of a secret in parsed data."""
PHONE_RULE = "phone-number"
"""The rule of a number by which a person is reached."""
ADDRESS_RULE = "email-address"
"""The rule of an address of a person."""

MARKED: frozenset[str] = frozenset({rule.id for rule in RULES} | {KEY_RULE, PHONE_RULE, ADDRESS_RULE})
"""Ids that a marker of ours can carry."""

DOCUMENTED_EXAMPLES: tuple[bytes, ...] = (
    b"EXAMPLE",  # the keys in the AWS documentation end on EXAMPLE or EXAMPLEKEY
    b"SflKxwRJSMeKKF2QT4fwp",  # signature of the sample token that every JWT tutorial shows
    b"4eC39HqLyjWDarjt",  # the test key in Stripe's documentation
    b"Eby8vdM02xNOcqFlqUwJ",  # the fixed account key of the Azure storage emulators
)
"""Pieces that occur only in keys printed in vendors' documentation."""
