"""Which names stand before secrets, in parsed data: `db_password`, `apiKey`, `--client-secret`; no pattern of a value.

A name is split into its words. What a value under it must look like to be taken out is judged elsewhere: under
some names anything is a secret, under others only what looks unguessable.
"""

import re
from collections.abc import Callable
from enum import IntEnum
from functools import lru_cache
from typing import Any, Final

from tieout.kernel.reading.redaction_arguments import given_among, names_one


class Sense(IntEnum):
    """What a name says of the value under it."""

    NONE = 0
    PHONE = 1  # a number by which a person is reached
    DOUBTFUL = 2  # a secret where it looks unguessable
    SECRET = 3  # a secret whatever it is, unless it stands for one
    PASSWORD = 4  # the same, numbers too


Visit = Callable[[Any, Sense], Any]

_SIGNS = re.compile(r"[\W_]+")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\dA-Za-z_]+")
_PASSWORDS = frozenset({
    "password", "passwd", "passwort", "kennwort", "passphrase", "passcode", "pwd", "pw", "psw", "userpass",
    "contrasena", "motdepasse", "wachtwoord", "senha", "haslo", "losenord", "salasana", "parola",
})  # fmt: skip
_SECRETS = frozenset({
    "secret", "token", "credential", "cred", "apikey", "authkey", "accesskey", "secretkey", "privatekey", "jwt",
    "bearer", "otp", "totp", "mnemonic", "psk", "geheimnis", "secreto", "jeton",
})  # fmt: skip
_DOUBTFUL = frozenset({
    "key", "auth", "authorization", "authentication", "salt", "nonce", "signature", "sig", "sas", "cookie", "license",
    "dsn", "webhook", "hook", "pass", "seed", "pat", "hash", "connstr", "session", "pepper", "pem", "cert",
    "certificate",
})  # fmt: skip
# Before "key": whose value nobody else may know.
_KEY_KINDS = frozenset({
    "access", "account", "admin", "aes", "anthropic", "api", "app", "auth", "azure", "client", "cohere", "consumer",
    "decryption", "encryption", "functions", "gemini", "google", "groq", "hmac", "ingest", "ingestion", "integration",
    "langfuse", "license", "master", "mistral", "openai", "private", "provisioning", "root", "salt", "secret",
    "security", "server", "service", "session", "shared", "signing", "ssh", "storage", "subscription", "virtual",
    "webhook",
})  # fmt: skip
_OPEN_KEYS = frozenset({
    "arrow", "cache", "candidate", "composite", "config", "context", "dedup", "dict", "event", "feature", "flag",
    "foreign", "group", "hot", "idempotency", "index", "join", "label", "lookup", "map", "message", "metric", "natural",
    "object", "partition", "primary", "public", "range", "routing", "row", "setting", "shard", "short", "sort",
    "surrogate", "translation", "unique",
})  # fmt: skip
# Before "code": it opens an account.
_CODES = frozenset({"authorization", "backup", "device", "pairing", "pin", "recovery", "scratch", "verification"})
# Before "token": a count, or a mark of a language model's vocabulary.
_COUNTED = frozenset({
    "added", "audio", "avg", "bad", "begin", "bos", "cached", "cls", "completion", "context", "end", "eos", "extra",
    "image", "input", "mask", "max", "maximum", "mean", "min", "minimum", "new", "num", "output", "pad", "prompt",
    "reasoning", "sep", "special", "start", "stop", "total", "unk", "used",
})  # fmt: skip
# Names that are known as a whole: of vendors' headers, settings and groups, whose words do not say it.
_AS_A_WHOLE: Final[dict[str, Sense]] = {
    "basicauth": Sense.SECRET,
    "detectsecrets": Sense.NONE,  # a program, whose version stands here
    "existingsecret": Sense.NONE,  # the name of one, in charts of Helm
    "googleapplicationcredentials": Sense.NONE,  # a file
    "neo4jauth": Sense.SECRET,
    "publickeytoken": Sense.NONE,  # of an assembly of .NET: eight bytes of the hash of a public key
    "securejsondata": Sense.SECRET,  # of a data source of Grafana
    "xhoneycombteam": Sense.SECRET,
    "xinsertkey": Sense.SECRET,
}
# After "pass": a run through something.
_RUNS = frozenset({"backward", "by", "first", "forward", "must", "one", "second", "single", "test", "to"})
# A last word that says something about the secret, and not the secret.
_ABOUT = frozenset({
    "age", "alg", "algorithm", "alias", "allowed", "at", "attempts", "audience", "budget", "change", "chars", "class",
    "complexity", "cost", "count", "counter", "counts", "date", "days", "description", "detection", "digest", "dir",
    "disabled", "distribution", "enabled", "endpoint", "entropy", "env", "environment", "expiration", "expires",
    "expiry", "field", "fields", "file", "filename", "fingerprint", "folder", "format", "generator", "header",
    "history", "hint", "host", "hours", "id", "ids", "index", "interval", "issuer", "kind", "label", "length", "limit",
    "limits", "location", "management", "manager", "max", "maximum", "md", "method", "min", "minimum",
    "minutes", "mode", "model", "name", "names", "on", "option", "options", "owner", "param", "parameter", "parameters",
    "params", "path", "pattern", "period", "per", "policy", "port", "position", "prefix", "price", "prices", "pricing",
    "protection", "provider", "rate", "ratio", "ref", "reference", "refs", "regex", "region", "required", "requirement",
    "requirements", "reset", "rotated", "rotation", "rule", "rules", "scan", "scanner", "scanning", "scope", "scopes",
    "seconds", "server", "service", "sha", "share", "size", "source", "state", "status", "store", "strength", "suffix",
    "support", "system", "time", "timeout", "title", "ttl", "type", "types", "until", "uri", "url", "usage", "valid",
    "validity", "variable", "vault", "version", "window",
})  # fmt: skip
# Members of a group of credentials that are none themselves.
_BESIDE = _ABOUT | {
    "account", "address", "author", "comment", "contact", "database", "domain", "email", "hostname", "login", "note",
    "notes", "organisation", "organization", "project", "realm", "role", "roles", "team", "tenant", "user", "username",
}  # fmt: skip
_NEUTRAL = frozenset({
    "base", "current", "data", "dev", "enc", "literal", "multi", "new", "next", "old", "plain", "plaintext", "previous",
    "prod", "production", "raw", "staging", "string", "temp", "test", "text", "tmp", "val", "value", "values", "wo",
})  # fmt: skip
# Last words that say there are several.
_SEVERAL = frozenset({"array", "list", "lists", "pool"})
_PHONES = frozenset({"phone", "telephone", "telefon", "mobile", "cell", "cellphone", "fax", "tel", "handy", "msisdn"})
_GLUED: Final = tuple(
    word
    for word in sorted(_PASSWORDS | _SECRETS)
    if len(word) > 4  # noqa: PLR2004 - "pw" ends other words, too
)
_NO_PASSES = ("bypass", "compass", "overpass", "surpass", "trespass", "underpass")
_LONGEST = 200
_NAME_LIKE = re.compile(r"[^\W\d][\w.-]{0,100}")
_NAMES = ("name", "key", "header", "field", "param", "parameter", "variable", "env", "Name", "Key", "ParameterKey")
_VALUES = frozenset({"value", "val", "default", "content", "data", "Value", "ParameterValue", "defaultValue", "values"})
#: Members whose names stand beside them.
_GIVEN_BESIDE: Final = {"header_value": "header_name", "param_value": "param_name"}
#: Members that jobs of pipelines have.
_OF_JOBS: Final = frozenset({"runs-on", "script", "steps", "uses"})
#: Names of which the value decides: PagerDuty and Pushover have secrets there, queues and tables words.
_BY_VALUE: Final = frozenset({"routingkey", "userkey"})
_ISSUED_KEY: Final = re.compile(r"(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[A-Za-z0-9]{12,64}")
#: The header as people write it: a setting of that name, in small letters, says how rights are given.
_AUTHORIZATION: Final = frozenset({"AUTHORIZATION", "Authorization", "Proxy-Authorization"})
_GIVEN_ALONE: Final = re.compile(r"[^\s{}<>()]{6,}")
#: Groups whose member `key` is a secret.
_WITH_KEY: Final = frozenset({"api", "license"})
_NO_OPTION: Final = frozenset(" =$")
_PAIR = 2
_BY_SOMETHING = 2
_KEYS = frozenset({"key", "keys", "apikey", "apikeys", "accesskey", "accesskeys"})
_NAME_OF_SECRET = re.compile(r"[a-z]+(?:[_-][a-z]+)+\Z")
_NAME_OF_MEMBER = re.compile(r"[a-z][a-z_ -]*\Z|[a-z]+(?:[A-Z][a-z]+)+\Z")
_OF_WORD: Final[dict[str, Sense]] = {
    **dict.fromkeys(_ABOUT, Sense.NONE),
    **dict.fromkeys(_DOUBTFUL, Sense.DOUBTFUL),
    **dict.fromkeys(_PHONES, Sense.PHONE),
    **dict.fromkeys(_SECRETS, Sense.SECRET),
    **dict.fromkeys(_PASSWORDS, Sense.PASSWORD),
}


@lru_cache(maxsize=20_000)
def sense_of(name: str) -> Sense:
    """What a member's name says of its value.

    Args:
        name: As parsed: `X-Api-Key`, `dbPassword2`, `--token`.
    """
    whole = _AS_A_WHOLE.get(_SIGNS.sub("", name[-_LONGEST:]).lower())
    if whole is not None:
        return whole
    words = _words(name)
    several = False
    while len(words) > 1 and words[-1] in _NEUTRAL | _SEVERAL:
        several = words.pop() in _SEVERAL or several
    if len(words) > _BY_SOMETHING and words[-2] == "by":  # `api_keys_by_team`
        del words[-2:]
        several = True
    if not words:
        return Sense.NONE
    sense = _sense_of_last(words)
    # A list of secrets or tokens is as often one of their names, or of a vocabulary.
    return Sense.DOUBTFUL if several and sense is Sense.SECRET and words[-1] not in _KEYS else sense


def _sense_of_last(words: list[str]) -> Sense:
    last = words[-1] if words[-1] in _OF_WORD else _singular(words[-1])
    before = words[-2] if len(words) > 1 else ""
    if last in _OF_PAIR:
        return _OF_PAIR[last](before)
    return _OF_WORD.get(last, _of_end("".join(words)))


def _of_end(joined: str) -> Sense:
    """Of words that are written as one: `requirepass`, `clientsecrets`."""
    if joined.removesuffix("s").endswith(_GLUED):
        return Sense.SECRET
    return Sense.PASSWORD if joined.endswith("pass") and not joined.endswith(_NO_PASSES) else Sense.NONE


def _of_key(kind: str) -> Sense:
    if kind in _OPEN_KEYS:
        return Sense.NONE
    return Sense.SECRET if kind in _KEY_KINDS else Sense.DOUBTFUL


def _of_pass(before: str) -> Sense:
    if not before:
        return Sense.SECRET  # a number of passes is none
    return Sense.DOUBTFUL if before in _RUNS else Sense.PASSWORD


# Words of which the one before decides.
_OF_PAIR: Final[dict[str, Callable[[str], Sense]]] = {
    "key": _of_key,
    "pass": _of_pass,
    "token": lambda before: Sense.NONE if before in _COUNTED else Sense.SECRET,
    "number": lambda before: Sense.PHONE if before in _PHONES else Sense.NONE,
    "code": lambda before: Sense.SECRET if before in _CODES else Sense.NONE,
    "string": lambda before: Sense.DOUBTFUL if before == "connection" else Sense.NONE,
}


def below(outer: Sense, name: str) -> Sense:
    """What a name says within a group that itself stands under a secret's name: `secrets: {smtp: …}`."""
    own = sense_of(name)
    if own is not Sense.NONE or outer is Sense.NONE:
        return own if own is Sense.NONE else max(own, outer)
    words = _words(name)
    return Sense.NONE if words and not _BESIDE.isdisjoint({words[-1], _singular(words[-1])}) else outer


def says_by_value(name: str, value: str | None) -> bool:
    """Whether a value is a secret by its name and its look together: `Authorization: a-word`, a key of PagerDuty.

    Args:
        name: As parsed.
        value: Under it; None where it is no text.
    """
    if value is None:
        return False
    if name in _AUTHORIZATION:
        return _GIVEN_ALONE.fullmatch(value.strip()) is not None
    return _SIGNS.sub("", name[-_LONGEST:]).lower() in _BY_VALUE and _ISSUED_KEY.fullmatch(value) is not None


def names_secret(text: str) -> bool:
    """Whether any word of a text could be the name of a secret; if not, its structure need not be looked at."""
    words = set(_NAME_LIKE.findall(text))
    return any(sense_of(word) is not Sense.NONE or _SIGNS.sub("", word).lower() in _BY_VALUE for word in words)


def each_leaf(tree: Any, visit: Visit, outer: Sense = Sense.NONE) -> Any:
    """The same tree with each leaf replaced by what `visit(leaf, sense)` gives.

    Known besides members by their names: `{name: DB_PASSWORD, value: …}`, `["--token", …]`, `["password", …]`.

    Args:
        tree: Mappings with text keys, lists, and anything else as leaves.
        visit: Called once for each leaf.
        outer: What the name of the tree itself says.
    """
    if isinstance(tree, dict):
        return _each_member(tree, visit, outer)
    if isinstance(tree, list):
        words = [_text(element) for element in tree]
        given = given_among(words)
        return [
            each_leaf(
                element,
                visit,
                max(_of_element(outer, element), Sense.PASSWORD if index in given else _after(tree, words, index)),
            )
            for index, element in enumerate(tree)
        ]
    return visit(tree, outer)


def _each_member(group: dict[str, Any], visit: Visit, outer: Sense, *, has_key: bool = False) -> dict[str, Any]:
    told = _named(group)
    members: dict[str, Any] = {}
    for key, member in group.items():
        own = Sense.SECRET if has_key and key == "key" else _of_member(group, key, told, outer)
        if isinstance(member, dict):
            if not _OF_JOBS.isdisjoint(member):
                own = Sense.NONE  # a job that looks for secrets holds none by its name
            members[key] = _each_member(member, visit, own, has_key=key.lower() in _WITH_KEY)
        else:
            members[key] = each_leaf(member, visit, own)
    return members


def _of_member(group: dict[str, Any], key: str, told: Sense, outer: Sense) -> Sense:
    """What a group, its own name, and the name of a member say of the member."""
    if key == "key" and "path" in group:  # of Kubernetes: which entry goes into which file
        return Sense.NONE
    own = below(outer, key)
    if own < Sense.SECRET and says_by_value(key, _text(group[key])):
        return Sense.SECRET
    if key in _VALUES:
        return max(told, own)
    if key in _GIVEN_BESIDE:  # `header_name: Authorization, header_value: …`
        name = _text(group.get(_GIVEN_BESIDE[key])) or ""
        beside = sense_of(name) if len(name) <= _LONGEST else Sense.NONE
        return Sense.SECRET if outer is not Sense.NONE or beside is Sense.SECRET else max(own, beside)
    return own


def _of_element(outer: Sense, element: Any) -> Sense:
    """What the name of a list says of an element: `secrets: [db_password]` lists names of secrets, and no secret."""
    word = _text(element) if outer is Sense.SECRET else None
    if word is None or len(word) > _LONGEST or not _NAME_OF_SECRET.match(word):
        return outer
    return outer if sense_of(word) is Sense.NONE else Sense.NONE


def _named(group: dict[str, Any]) -> Sense:
    """What a group says of its `value` by naming it."""
    if not _VALUES.isdisjoint(group):
        for name in _NAMES:
            word = _text(group.get(name))
            if word is not None and len(word) <= _LONGEST:
                return sense_of(word)
    return Sense.NONE


def _after(elements: list[Any], words: list[str | None], index: int) -> Sense:
    """What the elements before say of this one."""
    name = words[index - 1] if index else None
    if name is None or len(name) > _LONGEST:
        return Sense.NONE
    value = words[index]
    if name.startswith("-") and _NO_OPTION.isdisjoint(name):
        return Sense.NONE if value is not None and names_one(name.lstrip("-"), value) else sense_of(name)
    if len(elements) == _PAIR and value is not None and not _NAME_OF_MEMBER.match(value):
        return sense_of(name)
    return Sense.NONE


def _text(leaf: Any) -> str | None:
    value = getattr(leaf, "value", leaf)
    return value if isinstance(value, str) else None


def _words(name: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(name[-_LONGEST:])]


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word
