"""What a secret looks like: the redaction rules, a frozen table of RE2 patterns.

The group `secret` is what gets replaced, the rest is context. Where two rules overlap, the earlier wins.
"""

from tieout.kernel.reading.redaction_issuers import ISSUED
from tieout.kernel.reading.redaction_patterns import (
    BEGINS,
    BINDS,
    BINDS_ANYHOW,
    MACHINES,
    PERSONS,
    PERSONS_HINTS,
    QUOTE,
    VALUE,
    Rule,
)

# A word as a shell reads it, quoted or not, and nothing that calls or continues it.
_WORD_OF_SHELL = r"""["']?(?P<secret>[^\s"'`<>(){}\[\],;|\\&\x1b]{3,})(?:[\s"'`;&|),\\\x1b]|$)"""
_ARGUMENT = r"""[ \t=]*(?P<quote>["'])?(?P<secret>[^\s"'`<>|;\\\x1b]{3,})"""
# Programs that take a password as an argument: how they are called up to it, and a literal of the call.
_CALLS = (
    (BEGINS + r"redis-cli\b[^\n]*?[ \t](?:-a|--pass)", (b"redis-cli",)),
    (BEGINS + r"sshpass[ \t]+(?:-[ev][ \t]+)*-p", (b"sshpass",)),
    (
        BEGINS + r"(?:docker|podman|buildah|nerdctl|helm|oras|crane|skopeo|az|oc)\b[^\n]*?\blogin\b[^\n]*?[ \t]-p",
        (b"login",),
    ),
    (BEGINS + r"ldap(?:search|modify|add|delete|whoami|passwd)\b[^\n]*?[ \t]-w", (b"ldap",)),
    (BEGINS + r"mongo(?:sh|dump|restore|import|export)?\b[^\n]*?[ \t]-p", (b"mongo",)),
    (BEGINS + r"(?:sqlcmd|bcp)\b[^\n]*?[ \t]-P", (b"sqlcmd", b"bcp")),
    (BEGINS + r"smbclient\b[^\n]*?[ \t]-U[ \t]*[\"']?[^\s%\"']+%", (b"smbclient",)),
    (BEGINS + r"net use\b[^\n]*?/user:[^\s]+", (b"net use",)),
    (BEGINS + r"openssl\b[^\n]*?[ \t]-pass(?:in|out)?[ \t]+[\"']?pass:", (b"openssl",)),
    (BEGINS + r"(?:keytool|jarsigner)\b[^\n]*?[ \t]-(?:store|key|src|dest)(?:store)?pass", (b"keytool", b"jarsigner")),
)

_CARRIERS = (
    Rule("jwt", BEGINS + r"(?P<secret>eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,})", (b"eyJ",)),
    Rule(
        "connection-string-password",
        BEGINS + r"(?:postgres(?:ql)?|mysql|mariadb|mongodb|rediss?|valkey|amqps?|mssql|sqlserver|oracle|clickhouse"
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
        BEGINS + r"(?:https?|git|wss?)://(?P<user>[^\s:/@\"'<>]+):(?P<secret>[^\s/@\"'<>`]{3,})@",
        (b"://",),
        folded=True,
        min_entropy=0.0,
        judged="userinfo",
    ),
    # Of any other address: what stands there is a password, and a store's key may hold a slash.
    Rule(
        "connection-string-password",
        r"://(?P<user>[^\s:/@\"'<>]*):(?P<secret>[0-9]*[^\s/@\"'<>`0-9][^\s/@\"'<>`]{2,})@",
        (b"://",),
        min_entropy=0.0,
        judged="userinfo",
    ),
    Rule(
        "connection-string-password",
        r"\bs3://(?P<user>[A-Z0-9]+):(?P<secret>[^\s@\"'<>`]{3,})@",
        (b"s3://",),
        min_entropy=0.0,
        judged="userinfo",
    ),
    # In an address, under a name that says nothing elsewhere; of Google's interfaces it opens the account.
    Rule(
        "key-in-url",
        r"googleapis\.com[^\s\"'`<>]*[?&]key=(?P<secret>[^\s&\"'`<>#\\]{6,})",
        (b"key=",),
        min_entropy=0.0,
        judged="userinfo",
    ),
    Rule(
        "key-in-url",
        r"://[^\s\"'`<>]*[?&]key=(?P<secret>[^\s&\"'`<>#\\]*[0-9][^\s&\"'`<>#\\]*)",
        (b"key=",),
        min_entropy=2.75,
        judged="userinfo",
    ),
    # A token in place of the user.
    Rule(
        "basic-auth-url",
        BEGINS + r"(?:https?|git|ssh|wss?)://(?P<secret>[a-z0-9._~%+=-]{20,})(?::x-oauth-basic)?@",
        (b"://",),
        folded=True,
        min_entropy=2.8,
        judged="jumbled",
    ),
    # The same of Sentry, whose addresses end on the number of a project.
    Rule(
        "basic-auth-url",
        BEGINS + r"https?://(?P<secret>[a-z0-9]{8,})@[a-z0-9.-]+(?::[0-9]+)?/[0-9]+(?:[^\w/.-]|$)",
        (b"://",),
        folded=True,
        min_entropy=2.0,
        judged="mixed",
    ),
    Rule(
        "basic-auth-argument",
        BEGINS + r"(?:curl|wget|http)\b[^\n]*?[ \t](?:-u|--user|--auth|-a)[ \t=]*[\"']?(?P<user>[^\s:\"']+):"
        r"(?P<secret>[^\s\"'`<>]{4,})",
        (b"-u", b"--auth", b"-a"),
        folded=True,
        min_entropy=0.0,
        judged="userinfo",
    ),
    Rule(
        "basic-auth-argument",
        BEGINS + r"mysql(?:dump|admin|import)?\b[^\n]*?[ \t]-p(?P<secret>[^\s\"'`<>=-][^\s\"'`<>]{3,})",
        (b"mysql",),
        min_entropy=0.0,
        judged="userinfo",
    ),
    *(
        Rule("password-argument", rf"{call}{_ARGUMENT}", hints, min_entropy=0.0, judged="argument")
        for call, hints in _CALLS
    ),
    # Names that a program asks the environment for: whatever stands there is a password.
    Rule(
        "assigned-password",
        BEGINS + r"(?:PGPASSWORD|MYSQL_PWD|SSHPASS|REDISCLI_AUTH|RSYNC_PASSWORD|RESTIC_PASSWORD|BORG_PASSPHRASE"
        rf"|SMBPASSWD|SQLCMDPASSWORD)={_WORD_OF_SHELL}",
        (b"PASS", b"PWD=", b"REDISCLI_AUTH="),
        min_entropy=0.0,
        judged="userinfo",
    ),
    # Before a command on its line, which no other assignment is: `DB_PASSWORD=… ./migrate`.
    Rule(
        "assigned-password",
        rf"\b[A-Z][A-Z0-9_]*(?:PASSWORD|PASSWD|PASSPHRASE|_PWD|_PASS)={_WORD_OF_SHELL}",
        (b"PASS", b"_PWD="),
        min_entropy=2.5,
        judged="value",
    ),
    Rule(
        "signed-url",
        r"(?:\bx-(?:amz|goog|oss|ms)-(?:signature|security-token)|[?&;](?:signature|hmac))(?:=|%3d)"
        r"(?P<secret>[a-z0-9%/+=_.~-]{16,})",
        (b"signature", b"security-token", b"hmac="),
        folded=True,
        min_entropy=2.75,
    ),
    Rule(
        "basic-auth-header",
        rf"{BEGINS}authorization{BINDS}basic[ \t]+(?P<secret>[a-z0-9+/=_-]{{12,}})",
        (b"authorization",),
        folded=True,
        min_entropy=2.8,
        judged="value",
    ),
    Rule(
        "bearer-header",
        rf"{BEGINS}(?:bearer|authorization{BINDS}(?:token|api-?key|key))[ \t]+(?P<secret>[a-z0-9._~+/=-]{{16,}})",
        (b"bearer ", b"bearer\t", b"authorization"),
        folded=True,
        judged="value",
    ),
    Rule(
        "cookie-header",
        rf"{BEGINS}(?:set-)?cookie{BINDS}(?P<secret>[\w.%-]+=[^\r\n\"'<>`\\]{{16,}})",
        (b"cookie",),
        folded=True,
        judged="cookie",
    ),
    Rule(
        "named-secret-value",
        rf"name{QUOTE}[ \t]*[:=][ \t]*{QUOTE}[a-z0-9_.-]*(?:{PERSONS}|{MACHINES}){QUOTE},?\s+{QUOTE}value"
        rf"{QUOTE}[ \t]*[:=][ \t]*{QUOTE}{VALUE}",
        (b"value",),
        folded=True,
        min_entropy=2.75,
        judged="value",
    ),
    Rule(
        "secret-in-markup",
        rf"<[a-z0-9_.:-]*(?:{PERSONS}|{MACHINES})>(?P<secret>[^\s<>]{{8,}})</",
        (b"</",),
        folded=True,
        min_entropy=2.75,
        judged="value",
    ),
    Rule(
        "secret-argument",
        rf"--[a-z0-9-]*(?:{PERSONS}|{MACHINES})[ \t=]+[\"']?{VALUE}",
        (b"--",),
        folded=True,
        min_entropy=2.75,
        judged="value",
    ),
    Rule(
        "told-password",
        rf"\b(?:{PERSONS}|pw)[ \t]+(?:is|was|ist|war|lautet|est|es|era|jest)[ \t:]+[\"'`]?"
        r"(?P<secret>[^\s\"'`<>(){}\[\],;|\\]{6,})",
        (*PERSONS_HINTS, b"pw"),
        folded=True,
        min_entropy=2.5,
        judged="told",
    ),
    # As in `login: user / password`.
    Rule(
        "told-password",
        rf"\b(?:log-?in|sign-?in|credentials?|zugang|anmeldung|user(?:name)?[ \t]*/[ \t]*(?:{PERSONS}|pw))"
        r"[ \t]*[:=][ \t]*(?P<user>[^\s/:|\"'`<>]{2,40})[ \t]*[/:|][ \t]*(?P<secret>[^\s/\"'`<>|][^\s\"'`<>|]{5,})",
        (b"log", b"sign", b"credential", b"zugang", b"anmeldung", b"user"),
        folded=True,
        min_entropy=2.5,
        judged="told",
    ),
    Rule(
        "assigned-password",
        rf"{PERSONS}(?:_?[0-9])?{BINDS_ANYHOW}{VALUE}",
        PERSONS_HINTS,
        folded=True,
        min_entropy=2.5,
        judged="assigned",
    ),
    Rule(
        "assigned-secret",
        rf"(?:{MACHINES}|_key)(?:_base)?(?:_?[0-9])?{BINDS_ANYHOW}{VALUE}",
        (b"secret", b"token", b"credential", b"key", b"pat"),
        folded=True,
        judged="assigned",
    ),
)

RULES: tuple[Rule, ...] = (*ISSUED, *_CARRIERS)
"""In order of precedence."""

KEY_RULE = "secret-by-name"
"""The rule of a value that stands under the name of a secret in parsed data."""
TABLE_RULE = "secret-in-table"
"""The rule of a value that stands in a table, below or beside the name of a secret."""
KNOWN_RULE = "secret-known-by-its-source"
"""The rule of a word that the source of a fact shows to be a secret."""
PHONE_RULE = "phone-number"
"""The rule of a number by which a person is reached."""
ADDRESS_RULE = "email-address"
"""The rule of an address of a person."""
FOLDER_RULE = "folder-of-a-machine"
"""The rule of a path's folder that says whose machine it is on."""

MARKED: frozenset[str] = frozenset(
    {rule.id for rule in RULES} | {KEY_RULE, KNOWN_RULE, TABLE_RULE, PHONE_RULE, ADDRESS_RULE, FOLDER_RULE}
)
"""Ids that a marker of ours can carry."""

DOCUMENTED_EXAMPLES: tuple[bytes, ...] = (
    b"EXAMPLE",  # the keys in the AWS documentation end on EXAMPLE or EXAMPLEKEY
    b"SflKxwRJSMeKKF2QT4fwp",  # signature of the sample token that every JWT tutorial shows
    b"4eC39HqLyjWDarjt",  # the test key in Stripe's documentation
    b"Eby8vdM02xNOcqFlqUwJ",  # the fixed account key of the Azure storage emulators
)
"""Pieces that occur only in keys printed in vendors' documentation."""
