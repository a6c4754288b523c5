"""Secrets within commands: what programs take as a password, and what scripts write into files, variables and headers.

A shell script, a step of a pipeline, a container's command and a provisioner are read alike, as text. What
stands in such a place is a secret whatever it looks like, unless it stands for one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from tieout.kernel.reading.patterns import compile_bytes
from tieout.kernel.reading.redaction_arguments import is_no_value, names_one
from tieout.kernel.reading.redaction_keys import Sense, sense_of

# A word as a shell reads it: in quotation marks, also within a text in such marks, or up to a blank.
_WORD = r"""(?:\\?"(?P<double>[^"\\\n]+)\\?"|'(?P<single>[^'\n]+)'|(?P<bare>[^\s"'`<>|;&()\\,\[\]{}]+))"""
_SINGLE_OR_DOUBLE = r"""\\?(?:"(?P<double>[^"\\\n]+)\\?"|'(?P<single>[^'\n\\]+)\\?')"""
# Arguments of one command: nothing that ends it, but within quotation marks.
_ARGUMENTS = r"""(?:"[^"\n]*"|'[^'\n]*'|[^\n|;&"'])*?"""
# The same up to the end of the command.
_ALL_ARGUMENTS = _ARGUMENTS.removesuffix("?")
_OPTION = r"[ \t=]+"
_USER = r"""["']?(?P<user>[^\s:"'`<>|;&]+):"""
_REST = r"""(?P<bare>[^\s"'`<>|;&()\\,\[\]{}]+)"""
# One of a program that reads `@name` from a file.
_WORD_OR_FILE = _WORD.replace("(?P<bare>", "@[^\\s]*|(?P<bare>")
# A word as tokens are, and not as words of a sentence: `vault login first`.
_NO_SENTENCE = (
    r"""\\?["']?(?P<bare>[a-z]*[^\s"'`<>|;&()\\,\[\]{}=a-z-][^\s"'`<>|;&()\\,\[\]{}=]*|[a-z]{9,})(?:[\s"'\\;&|)]|$)"""
)
_GAP = r"(?:[ \t\r\n]|\\[nrt])+"
_NAME = r"(?P<name>[A-Za-z_][A-Za-z0-9_.-]*)"
#: Headers that carry who calls; others do, too, and are known by the parsers of the files they stand in.
_HEADER = (
    r"(?:(?:[a-z0-9]+-)*api-?key|(?:[a-z0-9]+-)*(?:auth|access|private|job|deploy)-token"
    r"|x-honeycomb-team|x-insert-key|ocp-apim-subscription-key|x-functions-key|x-vault-token)"
)
_SCHEME = r"(?:basic|bearer|token|splunk|api-?key|genie-?key|negotiate)"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where secrets stand in a text.

    Attributes:
        pattern: With groups of which one holds the secret: `double`, `single`, `bare`, `line`; `name` is judged.
        hints: Small-letter literals of which one must occur.
        each: Where there may be several in one call, how each looks; `pattern` then is that of the call.
    """

    pattern: str
    hints: tuple[bytes, ...]
    each: str = ""


_PLACES: Final = (
    _Place(
        rf"\b(?:curl|wget|xh|https?)\b{_ARGUMENTS}[ \t](?:-[a-zA-Z]*u[ \t]*|-U[ \t]*|-a[ \t]+"
        rf"|--(?:user|proxy-user|auth)[ \t=]+){_USER}{_REST}",
        (b"curl", b"wget", b"http"),
    ),
    _Place(rf"\bwget\b{_ARGUMENTS}[ \t]--(?:http|ftp|proxy)-passw(?:or)?d{_OPTION}{_WORD}", (b"wget",)),
    _Place(rf"\b(?:mysql|mariadb)[a-z-]*[ \t]{_ARGUMENTS}(?:^|[ \t])-p{_WORD}", (b"mysql", b"mariadb")),
    _Place(rf"\b(?:mysql|mariadb)[a-z-]*[ \t]+-p{_WORD}", (b"mysql", b"mariadb")),
    _Place(rf"\b(?:redis|valkey)-cli\b{_ARGUMENTS}[ \t](?:-a|--pass){_OPTION}{_WORD}", (b"-cli",)),
    _Place(rf"\bsshpass\b{_ARGUMENTS}[ \t]-p[ \t]*{_WORD}", (b"sshpass",)),
    _Place(
        rf"\b(?:docker|podman|buildah|nerdctl|helm|oras|crane|skopeo|cosign|az|oc)\b{_ARGUMENTS}\blogin\b{_ARGUMENTS}"
        rf"[ \t]-p{_OPTION}{_WORD}",
        (b"login",),
    ),
    _Place(rf"\bldap[a-z]+\b{_ARGUMENTS}[ \t]-w{_OPTION}{_WORD}", (b"ldap",)),
    _Place(rf"\bmongo[a-z]*\b{_ARGUMENTS}[ \t]-p{_OPTION}{_WORD}", (b"mongo",)),
    _Place(rf"\b(?:sqlcmd|bcp)\b{_ARGUMENTS}[ \t]-P[ \t]*{_WORD}", (b"sqlcmd", b"bcp")),
    _Place(
        rf"\b(?:useradd|usermod|adduser)\b{_ARGUMENTS}[ \t]-p{_OPTION}{_WORD}", (b"useradd", b"usermod", b"adduser")
    ),
    _Place(rf"\bopenssl[ \t]+passwd(?:[ \t]+-(?:salt[ \t]+\S+|[a-z0-9]+))*[ \t]+{_WORD}", (b"openssl",)),
    _Place(
        r"\bhtpasswd(?:[ \t]+-[a-zA-Z0-9]+)*?[ \t]+-[a-zA-Z]*(?:n[a-zA-Z]*b|b[a-zA-Z]*n)[a-zA-Z]*"
        rf"(?:[ \t]+-[a-zA-Z0-9]+)*[ \t]+[^\s-]\S*[ \t]+{_WORD}",
        (b"htpasswd",),
    ),
    _Place(
        r"\bhtpasswd(?:[ \t]+-[a-zA-Z0-9]+)*?[ \t]+-[ac-mo-zA-Z]*b[ac-mo-zA-Z]*"
        rf"(?:[ \t]+-[a-zA-Z0-9]+)*[ \t]+[^\s-]\S*[ \t]+[^\s-]\S*[ \t]+{_WORD}",
        (b"htpasswd",),
    ),
    # Programs that are told a secret by its name, or as the last of their words.
    _Place(rf"\baws[ \t]+configure[ \t]+set[ \t]+{_ARGUMENTS}{_NAME}[ \t]+{_WORD}", (b"configure",)),
    _Place(
        r"\b(?:npm|pnpm|yarn)[ \t]+(?:config[ \t]+)?set[ \t]+(?:-[^\s]+[ \t]+)*[\"']?(?:[^\s=\"']*:)?_?"
        rf"{_NAME}[\"']?[ \t=]+{_WORD}",
        (b"npm", b"yarn"),
    ),
    _Place(
        r"(?:\b(?:npm|pnpm|yarn)[ \t]+(?:config[ \t]+)?set[ \t]+(?:-[^\s]+[ \t]+)*[\"']?(?:[^\s=\"']*:)?|(?m:^)|:)"
        rf"_auth[\"']?[ \t=]+{_WORD}",
        (b"_auth",),
    ),
    _Place(
        rf"\b(?:poetry|composer)[ \t]+config[ \t]+(?:-[^\s]+[ \t]+)*http-basic\.\S+[ \t]+\S+[ \t]+{_WORD}",
        (b"http-basic",),
    ),
    _Place(
        r"\b(?:poetry|composer)[ \t]+config[ \t]+(?:-[^\s]+[ \t]+)*"
        rf"(?:pypi-token|github-oauth|gitlab-oauth|gitlab-token|bearer)\.\S+[ \t]+{_WORD}",
        (b"poetry", b"composer"),
    ),
    _Place(
        rf"\b(?:twine[ \t]+upload|poetry[ \t]+publish|uv[ \t]+publish)\b{_ARGUMENTS}[ \t]-p{_OPTION}{_WORD}",
        (b"upload", b"publish"),
    ),
    _Place(rf"\buv[ \t]+publish\b{_ARGUMENTS}[ \t]-t{_OPTION}{_WORD}", (b"publish",)),
    _Place(rf"\bnuget(?:\.exe)?[ \t]+push\b{_ARGUMENTS}[ \t]-k{_OPTION}{_WORD}", (b"nuget",)),
    _Place(rf"\bnuget(?:\.exe)?[ \t]+(?i:setapikey)[ \t]+{_WORD}", (b"setapikey",)),
    _Place(rf"-Dsonar\.login={_NO_SENTENCE}", (b"sonar.login",)),
    _Place(rf"\bgh[ \t]+secret[ \t]+set\b{_ARGUMENTS}[ \t](?:-b|--body){_OPTION}{_WORD}", (b"secret",)),
    _Place(rf"\baz[ \t]+keyvault[ \t]+secret[ \t]+set\b{_ARGUMENTS}[ \t]--value{_OPTION}{_WORD}", (b"keyvault",)),
    _Place(rf"\bnuget[ \t]+(?:add|update)[ \t]+source\b{_ARGUMENTS}[ \t]-p{_OPTION}{_WORD}", (b"nuget",)),
    _Place(rf"\bnuget(?:\.exe)?[ \t]{_ARGUMENTS}[ \t]-(?i:password|apikey){_OPTION}{_WORD}", (b"nuget",)),
    _Place(rf"\brabbitmqctl\b{_ARGUMENTS}\b(?:add_user|change_password)[ \t]+\S+[ \t]+{_WORD}", (b"rabbitmqctl",)),
    _Place(rf"\b(?:un)?zip[ \t]{_ARGUMENTS}-P[ \t]*{_WORD}", (b"zip",)),
    _Place(rf"\b7z[azr]?[ \t]{_ARGUMENTS}[ \t]-p{_WORD}", (b"7z",)),
    _Place(rf"\bopenssl[ \t]+(?:enc|aes|des)\b{_ARGUMENTS}[ \t]-k{_OPTION}{_WORD}", (b"openssl",)),
    _Place(
        rf"\bmc[ \t]+(?:alias[ \t]+set|config[ \t]+host[ \t]+add)(?:[ \t]+\S+){{3}}[ \t]+{_WORD}", (b"mc ", b"mc\t")
    ),
    _Place(
        r"\b(?:vault[ \t]+login|wandb[ \t]+login|snyk[ \t]+auth|ngrok[ \t]+(?:config[ \t]+add-)?authtoken)"
        rf"(?:[ \t]+--?[^\s]+)*[ \t]+{_NO_SENTENCE}",
        (b"vault", b"wandb", b"snyk", b"ngrok"),
    ),
    _Place(rf"--(?:with-token|(?:password-)?stdin)\b[^\n|;&<]*<<<[ \t]*{_WORD}", (b"<<<",)),
    _Place(rf"\bchpasswd\b[^\n|;&<]*<<<[ \t]*{_USER}{_REST}", (b"chpasswd",)),
    _Place(r"\b(?i:basicauth\.users)\\?[\"']?[ \t]*[=:][ \t]*\\?[\"']?(?P<bare>[^\s\"'`\\]+)", (b"basicauth.users",)),
    # Several in one call.
    _Place(
        rf"\b(?:kubectl|oc)\b{_ARGUMENTS}\bsecret\b[^\n;&|]*",
        (b"--from-literal",),
        rf"--from-literal[ \t=]+\\?[\"']?[^\s=\"']+={_WORD}",
    ),
    _Place(
        r"\bvault[ \t]+(?:kv[ \t]+(?:put|patch)|write[ \t]+(?:-\S+[ \t]+)*(?:secret|kv|cubbyhole)/)[^\n;&|]*",
        (b"vault",),
        rf"[ \t][A-Za-z_][\w.-]*={_WORD_OR_FILE}",
    ),
    _Place(
        rf"\b(?:fly|flyctl|doppler|supabase)[ \t]+secrets[ \t]+set\b{_ALL_ARGUMENTS}",
        (b"secrets",),
        rf"[ \t][A-Za-z_]\w*={_WORD}",
    ),
    _Place(
        rf"\baws[ \t]+ssm[ \t]+put-parameter\b{_ARGUMENTS}\bSecureString\b{_ALL_ARGUMENTS}",
        (b"securestring",),
        rf"[ \t]--value{_OPTION}{_WORD}",
    ),
    _Place(r"\binflux[ \t]+setup\b[^\n;&|]*", (b"influx",), rf"[ \t](?:-p|-t|--password|--token){_OPTION}{_WORD}"),
    # What is written for another program to read.
    _Place(
        rf"""\becho[ \t]+(?:-[a-z]+[ \t]+)?{_USER}{_REST}\\?["']?[ \t]*\|[ \t]*(?:sudo[ \t]+)?chpasswd\b""",
        (b"chpasswd",),
    ),
    _Place(
        rf"\b(?:echo|printf)[ \t]+(?:-[a-z]+[ \t]+|[\"']%s(?:\\+n)?[\"'][ \t]+)?{_WORD}"
        r"[ \t]*\|[^\n|;&]*--(?:(?:password-)?stdin|with-token)\b",
        (b"stdin", b"with-token"),
    ),
    _Place(
        rf"\b(?:echo|printf)[ \t]+(?:-[a-z]+[ \t]+|[\"']%s(?:\\+n)?[\"'][ \t]+)?[\"']?{_REST}[\"']?"
        r"[ \t]*>[ \t]*[\"']?(?:[^\s\"'>|;&]*/)?secrets?/[^\s\"']",
        (b"secret",),
    ),
    _Place(rf"(?:\b|\\[nrt])login{_GAP}[^\s\\]+{_GAP}password{_GAP}(?P<bare>[^\s\"'`\\]+)", (b"login",)),
    _Place(
        r"\b(?i:identified[ \t]+(?:with[ \t]+\S+[ \t]+)?by|password)(?:[ \t]+|[ \t]*[=(][ \t]*)'(?P<single>[^'\n]+)'",
        (b"identified", b"password"),
    ),
    # Lines of Redis: its password, and those of its users.
    _Place(
        r"""(?m:^|["'])[ \t#]*(?:requirepass|masterauth)[ \t]+\\?["']?(?P<bare>[^\s"'\\]+)""",
        (b"requirepass", b"masterauth"),
    ),
    _Place(r"""(?m:^)[ \t]*user[ \t]+\S+[ \t][^\n]*?[ \t]>(?P<bare>[^\s"'\\]+)""", (b"user",)),
    _Place(r"""(?m:^)[ \t]*sentinel[ \t]+auth-pass[ \t]+\S+[ \t]+(?P<bare>[^\s"'\\]+)""", (b"auth-pass",)),
    # Headers, in a command, a list, or the configuration of a proxy.
    _Place(
        rf"(?i:(?:^|[\s\"',\[])(?:proxy-)?authorization[\"']?[ \t]*:?[ \t]*[\"']?{_SCHEME}[ \t]+{_REST})",
        (b"authorization",),
    ),
    _Place(rf"(?i:(?:^|[\s\"',\[]){_HEADER}[\"']?[ \t]*:[ \t]*[\"']?{_REST})", (b"key", b"token", b"honeycomb")),
    _Place(
        rf"(?:-H|--header|(?:proxy_set|add|more_set|proxy_pass)_headers?|RequestHeader[ \t]+\w+)[ \t=]*\\?[\"']?"
        rf"{_NAME}(?::[ \t]*|[ \t]+)[\"']?{_REST}",
        (b"header", b"-h"),
    ),
    # Names beside their values, as attributes or as members of what is sent.
    _Place(rf"""\\?"{_NAME}\\?"[ \t]*:[ \t]*\\?"(?P<double>[^"\\\n]+)""", (b'":', b'" :')),
    _Place(rf"""\b(?i:key|name)=["']{_NAME}["'][ \t]+(?i:value)={_SINGLE_OR_DOUBLE}""", (b"value=",)),
    # Variables, as PowerShell and Windows set them.
    _Place(rf"""\$(?i:env):{_NAME}[ \t]*=[ \t]*{_SINGLE_OR_DOUBLE}""", (b"$env:",)),
    _Place(rf"""\b(?i:setx)[ \t]+{_NAME}[ \t]+{_WORD}""", (b"setx",)),
)
_DOCKERFILE: Final = (
    _Place(rf"(?im:^)[ \t#]*(?i:ENV|ARG)[ \t]+{_NAME}[ \t]+(?P<line>[^\s=][^\n]*)", (b"env", b"arg")),
)
# Each place wants one of these between its words; names and figures, which most texts of a file are, have none.
_BETWEEN: Final = re.compile(r"[\s:'\\]")
_CONTINUED = re.compile(rb"\\\r?\n")
_GROUPS: Final = (b"double", b"single", b"bare", b"line")
# Words that stand for a secret under its name, and are one where a command is given it: `mysql -psecret`.
_GIVEN_ALL_THE_SAME: Final = frozenset({"default", "secret", "string", "text", "token"})
_QUOTED: Final = frozenset({b"double", b"single"})
_ANYHOW: Final = frozenset({"pass", "passwd", "password"})
_ANYBODY: Final = frozenset({"name", "user", "username", "login"})


def given_secrets(text: str, *, dockerfile: bool = False) -> Iterator[tuple[int, int, Sense | None]]:
    """First and last character of what stands where a command, a script or a header has a secret; linear in the text.

    Args:
        text: Of any kind.
        dockerfile: Its instructions count, and their lists of arguments.

    Yields:
        Those, and what the name before it says, or that it is a password; None for what is one beyond doubt.
    """
    if _BETWEEN.search(text) is None:
        return
    data = text.encode("ascii", "replace")  # a byte for each character, so that places stay
    low = data.lower()
    data = _CONTINUED.sub(lambda found: b" " * len(found.group()), data)
    for place, pattern, each in _compiled(dockerfile=dockerfile):
        if any(hint in low for hint in place.hints):
            groups = dict((each or pattern).groupindex)
            for match in pattern.finditer(data):
                for one in each.finditer(data, *match.span()) if each is not None else (match,):
                    yield from _judged(text, one, groups)


@cache
def _compiled(*, dockerfile: bool) -> tuple[tuple[_Place, Any, Any], ...]:
    """Places with their patterns, and that of each of several where one call has them."""
    places = (*_PLACES, *_DOCKERFILE) if dockerfile else _PLACES
    return tuple(
        (place, compile_bytes(place.pattern), compile_bytes(place.each) if place.each else None) for place in places
    )


def _judged(text: str, match: Any, groups: dict[bytes, int]) -> Iterator[tuple[int, int, Sense | None]]:
    for group in _GROUPS:
        if group not in groups or match.group(groups[group]) is None:
            continue
        start, end = match.span(groups[group])
        value = text[start:end]
        if b"user" in groups and value.lower() in _ANYHOW and match.group(groups[b"user"]).decode().lower() in _ANYBODY:
            return  # `user:password`, as documentation has it
        if not is_no_value(value, quoted=group in _QUOTED) and not names_one("", value):
            sense: Sense | None = Sense.PASSWORD
            if b"name" in groups:
                sense = sense_of(match.group(groups[b"name"]).decode())
            elif value.lower() in _GIVEN_ALL_THE_SAME:
                sense = None
            yield start, start + len(value.rstrip()), sense
        return
