"""Secrets that are known by their own shape: keys and tokens as their issuers make them."""

from tieout.kernel.reading.redaction_patterns import BEGINS, BINDS, ENDS, Rule

_PEM_BEGIN = r"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----"
_PEM_END = r"-----END (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----"
# Line breaks, also written as \n in strings or shown as ⟨U+000A⟩, and what editors, quotations and code put around.
_PEM_BREAK = r"""(?:[\s"'#*>|,+]|\\+[nrt]|\xe2\x9f\xa8U\+00(?:09|0A|0D|20)\xe2\x9f\xa9)*"""
_PEM_HEADER = r"(?:Proc-Type|DEK-Info|Version|Comment|Charset|Hash):[^\n\\]*"
_PEM = (
    rf"(?P<secret>{_PEM_BEGIN}(?:{_PEM_BREAK}(?:{_PEM_HEADER}|[A-Za-z0-9+/=]{{16,}}))+"
    rf"(?:{_PEM_BREAK}[A-Za-z0-9+/=]{{0,15}}{_PEM_BREAK}{_PEM_END})?)"
)

_CLOUD = (
    Rule("gcp-service-account-key", rf'"private_key\\*"\s*:\s*\\*"{_PEM}', (b'"private_key',)),
    Rule("pem-private-key", _PEM, (b"PRIVATE KEY",)),
    Rule(
        "pem-private-key",  # as PuTTY keeps it
        rf"Private-Lines: [0-9]{{1,4}}{_PEM_BREAK}(?P<secret>(?:[A-Za-z0-9+/=]{{8,}}{_PEM_BREAK})+)",
        (b"Private-Lines: ",),
    ),
    Rule(
        "aws-access-key-id",
        BEGINS + r"(?P<secret>(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16})" + ENDS,
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
    Rule("aws-bedrock-key", BEGINS + r"(?P<secret>ABSK[A-Za-z0-9+/]{100,}={0,2})", (b"ABSK",)),
    Rule("aws-marketplace-token", BEGINS + r"(?P<secret>amzn\.mws\.[0-9a-f-]{36})", (b"amzn.mws.",)),
    Rule("gcp-api-key", BEGINS + r"(?P<secret>AIza[0-9A-Za-z_-]{35})(?:[^0-9A-Za-z-]|$)", (b"AIza",)),
    Rule(
        "gcp-oauth-token", BEGINS + r"(?P<secret>ya29\.[0-9A-Za-z_-]{20,}|1//0[0-9A-Za-z_-]{30,})", (b"ya29.", b"1//0")
    ),
    Rule("gcp-oauth-secret", BEGINS + r"(?P<secret>GOCSPX-[0-9A-Za-z_-]{28})", (b"GOCSPX-",)),
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
    Rule(
        "azure-instrumentation-key",
        rf"instrumentationkey{BINDS}(?P<secret>[0-9a-f]{{8}}-(?:[0-9a-f]{{4}}-){{3}}[0-9a-f]{{12}})",
        (b"instrumentationkey",),
        folded=True,
        min_entropy=2.8,
    ),
    Rule("azure-client-secret", BEGINS + r"(?P<secret>[\w~.]{3}[0-9]Q~[\w~.-]{31,34})", (b"Q~",)),
)

_FORGES = (
    Rule(
        "github-token",
        BEGINS + r"(?P<secret>gh[pousr]_[A-Za-z0-9]{36,})",
        (b"ghp_", b"gho_", b"ghu_", b"ghs_", b"ghr_"),
    ),
    Rule("github-fine-grained-token", BEGINS + r"(?P<secret>github_pat_[A-Za-z0-9_]{60,})", (b"github_pat_",)),
    Rule(
        "gitlab-token",
        BEGINS + r"(?P<secret>gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent|oas)-[A-Za-z0-9_=-]{20,})",
        (b"glpat-", b"gldt-", b"glrt-", b"glcbt-", b"glptt-", b"glft-", b"glsoat-", b"glagent-", b"gloas-"),
    ),
    Rule("npm-token", BEGINS + r"(?P<secret>npm_[A-Za-z0-9]{36})" + ENDS, (b"npm_",)),
    Rule(
        "npm-token",
        r"_(?:authToken|auth|password)[ \t]*=[ \t]*[\"']?(?P<secret>[A-Za-z0-9+/=_-]{16,})",
        (b"_auth", b"_password"),
        judged="value",
    ),
    Rule("pypi-token", BEGINS + r"(?P<secret>pypi-[A-Za-z0-9_-]{50,})", (b"pypi-",)),
    Rule("crates-token", BEGINS + r"(?P<secret>cio[A-Za-z0-9]{32})" + ENDS, (b"cio",), judged="jumbled"),
    Rule("rubygems-key", BEGINS + r"(?P<secret>rubygems_[0-9a-f]{48})", (b"rubygems_",)),
    Rule(
        "bitbucket-token",
        BEGINS + r"(?P<secret>AT(?:BB[A-Za-z0-9]{28,}|CTT3xFf[A-Za-z0-9+/=_-]{40,}))",
        (b"ATBB", b"ATCTT3"),
    ),
    Rule("docker-hub-token", BEGINS + r"(?P<secret>dckr_pat_[A-Za-z0-9_-]{24,})", (b"dckr_pat_",)),
)

_SERVICES = (
    Rule(
        "slack-token",
        BEGINS + r"(?P<secret>(?:xox[abeoprs]|xapp)-[A-Za-z0-9-]{16,})",
        (b"xoxa-", b"xoxb-", b"xoxe-", b"xoxo-", b"xoxp-", b"xoxr-", b"xoxs-", b"xapp-"),
        min_entropy=2.8,
    ),
    Rule(
        "slack-webhook",
        r"hooks\.slack\.com/(?:services|workflows|triggers)/(?P<secret>[A-Z][A-Z0-9]*/[A-Z0-9]+/[\w/-]{6,})",
        (b"hooks.slack.com/",),
        min_entropy=2.5,
    ),
    Rule(
        "discord-webhook",
        r"discord(?:app)?\.com/api/(?:v[0-9]+/)?webhooks/[0-9]+/(?P<secret>[\w-]{6,})",
        (b"/webhooks/",),
        min_entropy=2.5,
        judged="userinfo",
    ),
    Rule(
        "teams-webhook",
        r"\.(?:webhook\.)?office\.com/webhookb?2?/(?P<secret>[\w@-]+/IncomingWebhook/[\w-]+(?:/[\w-]+){0,3})",
        (b"/IncomingWebhook/",),
        judged="userinfo",
    ),
    Rule("telegram-token", rf"(?:{BEGINS}|bot)(?P<secret>[0-9]{{8,10}}:AA[\w-]{{32,34}})(?:[^\w-]|$)", (b":AA",)),
    Rule("stripe-key", BEGINS + r"(?P<secret>[sr]k_(?:live|test)_[0-9A-Za-z]{16,})", (b"k_live_", b"k_test_")),
    Rule("stripe-webhook-secret", BEGINS + r"(?P<secret>whsec_[0-9A-Za-z+/=]{24,})", (b"whsec_",)),
    Rule("twilio-key", BEGINS + r"(?P<secret>SK[0-9a-f]{32})" + ENDS, (b"SK",), min_entropy=2.8),
    Rule(
        "twilio-key",
        rf"twilio[a-z0-9_. -]{{0,32}}{BINDS}(?P<secret>[0-9a-f]{{32}}){ENDS}",
        (b"twilio",),
        folded=True,
        min_entropy=2.8,
    ),
    Rule("sendgrid-key", BEGINS + r"(?P<secret>SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{32,64})", (b"SG.",)),
    Rule("databricks-token", BEGINS + r"(?P<secret>dapi[0-9a-f]{32}(?:-[0-9])?)" + ENDS, (b"dapi",), min_entropy=2.8),
    Rule(
        "digitalocean-token",
        BEGINS + r"(?P<secret>do[opr]_v1_[0-9a-f]{64})" + ENDS,
        (b"dop_v1_", b"doo_v1_", b"dor_v1_"),
        min_entropy=2.8,
    ),
    Rule("vault-token", BEGINS + r"(?P<secret>hv[sbr]\.[A-Za-z0-9_-]{24,})", (b"hvs.", b"hvb.", b"hvr.")),
    Rule("grafana-token", BEGINS + r"(?P<secret>gl(?:sa|c)_[A-Za-z0-9+/=_]{32,})", (b"glsa_", b"glc_")),
    # Of the many services whose keys tell by a prefix of their own whose they are.
    Rule(
        "service-key",
        BEGINS
        + r"(?P<secret>NRAK-[A-Z0-9]{27}|lin_(?:api|oauth)_[A-Za-z0-9]{32,}|ntn_[A-Za-z0-9]{40,}|fig[du]_[\w-]{36,}"
        r"|ATATT3[\w=-]{60,}|shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}|pul-[0-9a-f]{40}|FlyV1 [\w+/=,-]{40,}|fo1_[\w-]{40,}"
        r"|sb(?:p|_secret)_[\w-]{30,}|pscale_(?:tkn|pw|oauth)_[\w.=-]{30,}|PMAK-[0-9a-f]{24}-[0-9a-f]{34}"
        r"|sq0[a-z]{3}-[\w-]{22,}|ops_eyJ[\w+/=-]{60,}|dp\.(?:pt|st|ct|sa|scim|audit)\.(?:[\w-]{2,35}\.)?[A-Za-z0-9]{40,}"
        r"|CCIP(?:AT|RJ)_[A-Za-z0-9]{22}_[0-9a-f]{40}|bk(?:ua|ct)_[0-9a-f]{40}|sq[pua]_[0-9a-f]{40}|AKCp[A-Za-z0-9]{65,}"
        r"|cmVmdGtuOjAxOj[A-Za-z0-9]{40,}|duffel_(?:live|test)_[\w-]{40,}|HRKU-[\w-]{36,}|nf[pcbul]_[A-Za-z0-9]{36,})",
        (
            *(b"NRAK-", b"lin_", b"ntn_", b"figd_", b"figu_", b"ATATT3", b"shpat_", b"shpca_", b"shppa_", b"shpss_"),
            *(b"pul-", b"FlyV1 ", b"fo1_", b"sbp_", b"sb_secret_", b"pscale_", b"PMAK-", b"sq0", b"ops_eyJ", b"dp."),
            *(b"CCIP", b"bkua_", b"bkct_", b"sqp_", b"squ_", b"sqa_", b"AKCp", b"cmVmdGtuOjAxOj", b"duffel_", b"HRKU-"),
            *(b"nfp_", b"nfc_", b"nfb_", b"nfu_", b"nfl_"),
        ),
    ),
    Rule("service-key", r"(?:^|[^A-Za-z0-9])(?P<secret>(?:eu01xx[0-9a-f]{30}|[0-9a-f]{36})NRAL)" + ENDS, (b"NRAL",)),
    # Addresses to which anyone may send who knows them.
    Rule(
        "webhook",
        r"(?:events(?:\.eu)?\.pagerduty\.com/integration|/oncall/integrations/v1/[a-z_]+|/integrations/v1/[a-z_]+"
        r"|\.webhook\.site|pipedream\.net/webhook|hooks\.zapier\.com/hooks/catch/[0-9]+|alert\.victorops\.com/integrations"
        r"/generic/[0-9]+/alert|chat\.mattermost\.[a-z]+/hooks)/(?P<secret>[A-Za-z0-9-]{16,})",
        (b"/integration", b"/hooks", b"webhook"),
        min_entropy=2.8,
    ),
    Rule("airtable-token", BEGINS + r"(?P<secret>pat[A-Za-z0-9]{14}\.[0-9a-f]{64})", (b"pat",)),
    Rule("terraform-token", BEGINS + r"(?P<secret>[A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,})", (b".atlasv1.",)),
    Rule("mailgun-key", BEGINS + r"(?P<secret>key-[0-9a-f]{32})" + ENDS, (b"key-",), min_entropy=2.8),
    Rule("mailchimp-key", BEGINS + r"(?P<secret>[0-9a-f]{32}-us[0-9]{1,2})" + ENDS, (b"-us",), min_entropy=2.8),
    Rule("notion-key", BEGINS + r"(?P<secret>secret_[A-Za-z0-9]{43})" + ENDS, (b"secret_",), judged="jumbled"),
    Rule("age-secret-key", BEGINS + r"(?P<secret>AGE-SECRET-KEY-1[A-Z0-9]{58})", (b"AGE-SECRET-KEY-1",)),
)

_HASHES = (
    # Of passwords, as htpasswd and shadow keep them; Compose doubles each $.
    Rule(
        "password-hash",
        r"(?P<secret>\${1,2}(?:apr1|2[abxy]?|[156y]|argon2(?:id?|d)|pbkdf2-sha(?:256|512)|sha1)\${1,2}[./A-Za-z0-9$=,+_-]{20,})",
        (b"$apr1$", b"$2", b"$1$", b"$5$", b"$6$", b"$y$", b"$argon2", b"$pbkdf2", b"$sha1"),
    ),
    Rule("password-hash", r":(?P<secret>\{S?SHA(?:256|512)?\}[A-Za-z0-9+/]{20,}={0,2})", (b":{S",)),
)

_MODEL_PROVIDERS = (
    Rule("anthropic-key", BEGINS + r"(?P<secret>sk-ant-[a-z0-9]{3,12}-[A-Za-z0-9_-]{20,})", (b"sk-ant-",)),
    Rule(
        "openai-key",
        BEGINS + r"(?P<secret>sk-(?:(?:proj|svcacct|admin)-[A-Za-z0-9_-]{20,}"
        r"|[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}|[A-Za-z0-9]{48}\b))",
        (b"sk-",),
    ),
    Rule(
        "model-provider-key",
        BEGINS + r"(?P<secret>sk-(?:lf-|or-v1-)?(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[A-Za-z0-9]{32,})"
        r"|gsk_[A-Za-z0-9]{40,}|r8_[A-Za-z0-9]{37}|pplx-[A-Za-z0-9]{40,}|pcsk_[A-Za-z0-9_]{40,}"
        r"|xai-[A-Za-z0-9]{60,}|nvapi-[A-Za-z0-9_-]{60,}|lsv2_[ps][tk]_[0-9a-f]{32}_[0-9a-f]{10}|tgp_v1_[\w-]{40,}"
        r"|wandb_v1_[\w-]{36,}|csk-[a-z0-9]{40,}|sk_[0-9a-f]{48}|tvly-(?:[a-z]{3,4}-)?[\w-]{28,}"
        r"|sk-helicone-(?:[A-Za-z0-9]{7}-){3}[A-Za-z0-9]{7})",
        (
            *(
                b"sk-",
                b"gsk_",
                b"r8_",
                b"pplx-",
                b"pcsk_",
                b"xai-",
                b"nvapi-",
                b"lsv2_",
                b"tgp_v1_",
                b"wandb_v1_",
                b"sk_",
            ),
            b"tvly-",
        ),
    ),
    Rule(
        "model-provider-key",
        BEGINS + r"(?P<secret>fw_[A-Za-z0-9]{22,24}|fc-[0-9a-f]{32})" + ENDS,
        (b"fw_", b"fc-"),
        min_entropy=2.8,
        judged="jumbled",
    ),
    # Virtual keys of gateways: sk- and 22 characters or more of URL-safe base64.
    Rule("model-provider-key", BEGINS + r"(?P<secret>sk-[A-Za-z0-9_-]{20,})", (b"sk-",), judged="jumbled"),
    Rule("huggingface-token", BEGINS + r"(?P<secret>(?:hf_|api_org_)[A-Za-z0-9]{34,40})" + ENDS, (b"hf_", b"api_org_")),
)

ISSUED: tuple[Rule, ...] = (*_CLOUD, *_FORGES, *_SERVICES, *_HASHES, *_MODEL_PROVIDERS)
"""In order of precedence."""
