"""Secrets taken out of parsed data and of its source by what they are called, whatever they look like.

Below the name of a secret any value is one, unless it plainly stands for one (`${DB_PASSWORD}`, `os.environ/KEY`,
`changeme`). A source is taken through the same tree as the data, so that escapes, folded lines and lists hide nothing.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from tieout.kernel.reading.documents import Kind, front_matter_of, telling_leaves
from tieout.kernel.reading.patterns import compile_bytes
from tieout.kernel.reading.redaction import Taken, marker
from tieout.kernel.reading.redaction_arguments import is_no_value, mentions_program, names_one
from tieout.kernel.reading.redaction_commands import given_secrets
from tieout.kernel.reading.redaction_keys import Sense, each_leaf, names_secret, says_by_value, sense_of
from tieout.kernel.reading.redaction_rules import KEY_RULE, PHONE_RULE
from tieout.kernel.reading.redaction_sentences import told_secrets

Hides = Callable[[str], str | None]
"""The rule by which a text as read has something to hide; None where it has not."""

#: Kinds of document whose values are taken out by their names.
STRUCTURED: Final = frozenset({"dotenv", "front-matter", "ini", "json", "toml", "yaml"})

# What stands where a secret will be, or says that there is none or where it is kept.
_STANDS_FOR = compile_bytes(
    r"(?:none|null|nil|undefined|unset|empty|hidden|redacted|masked|removed|true|false|yes|no|on|off|required|optional"
    r"|enabled|disabled|read|write|seconds|minutes|hours|days|inherit|auto|automatic|default|basic"
    r"|bearer|digest|oauth2?|any|all|tbd|todo|fixme|%[sdv]|[a-z0-9-]*\.{3}|n/?a|unused|dummy"
    r"|example|sample|placeholder|insert[_ -].*|replace[_ -]?me|replace[_ -][a-z_ -]+"
    r"|change[_ -]?(?:me|it|this)!?|your[_ -].*|to fill in"
    r"|my[_ -]?(?:key|token|secret|password|api[_-]?key)|string|str|text|secret|token|apikey|api[_-]key|[x*.#-]{2,})"
    # A template, or the name of a variable.
    r"|<[^<>]*>|\$?\{\{.*\}\}|\${1,2}\{[^{}]*\}|\${1,2}\([^()]*\)|\${1,2}[a-z_]\w*|\${1,2}|%\([a-z_]\w*\)[a-z]"
    r"|%[a-z_]\w*(?:\([^()]*\))?%|\{[a-z_]\w*\}|\{vault://[^{}]*\}"
    r"|(?:self|config|settings|args|options|this|var|local|module|each|secrets?|process|os|data|values)(?:\.[a-z_]\w*)+"
    # A place where it is kept.
    r"|\$?\{\{?[^{}]*\}\}?(?:/[\w.-]+)+"
    r"|@microsoft\.keyvault\(.*\)|os\.environ[/.\[].*|arn:[\w:/.+=,@-]*|projects/[\w./-]*"
    r"|(?:env|environ|environment|vault|ssm|secrets?|file|ref\+?[a-z]*|keyring|op|doppler|conjur|awssm|gcpsm"
    r"|secretsmanager|keyvault)(?::|/)[\w./:#@-]*"
    r"|[a-z][a-z0-9+.-]*://[^\s:@/]+(?::[0-9]+)?(?:/[\w./~-]*)?"
    r"|(?:\.{1,2}|~)?(?:/[a-z_.][a-z_.-]*[0-9]{0,4}(?:\.[a-z]+)?){2,}"
    r"|\xe2\x9f\xa8redacted:[a-z0-9-]+\xe2\x9f\xa9",
    folded=True,
)
_ENVIRONMENT_NAME = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_SCHEME = re.compile(r"(?i:basic|bearer|token|splunk|genie-?key|api-?key|digest|negotiate)[ \t]+(?P<rest>\S{6,})")
_ANY_SCHEME = re.compile(r"(?i:basic|bearer|token|splunk|api-?key)[ \t]+(?P<rest>\S.*)")
# A number of tokens, or how old one may be.
_SMALL = re.compile(r"[0-9]{1,4}")
_PIECE = re.compile(r"[A-Za-z0-9+/=_~!$*-]{8,}")
_APART = re.compile(r"[^A-Za-z0-9]+")
_TURN = re.compile(r"(?<=[A-Za-z])[0-9]|(?<=[0-9])[A-Za-z]")
_MANY_TURNS, _LONG_PART = 3, 8
# Digests and identifiers have the look of a secret and name what anyone may know.
_DIGEST = re.compile(
    r"[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{56}|[0-9a-fA-F]{64}|[0-9a-fA-F]{96}|[0-9a-fA-F]{128}"
)
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_PHONE = re.compile(r"[+(]?[0-9][0-9 ()./+-]{5,24}(?:(?:x|ext\.?)[ ]?[0-9]+)?")
_FEWEST_DIGITS = 6
# A line of configuration in a comment, or in a text that is itself a document.
_LINE = re.compile(
    r"""(?m)^[ \t]*(?P<comment>(?:\#|;|//|\*)[#;/* \t]*)?(?:-[ \t]+)?(?:export[ \t]+)?["']?"""
    r"""(?P<name>[A-Za-z_][\w.-]{0,80})["']?[ \t]*(?:=>|[:=])[ \t]*["']?"""
    r"""(?P<value>[^\s"'|>&*\[{][^\s"']*)["']?,?[ \t]*(?:\#.*)?$"""
)
# A line of a text of nothing but settings, as of an environment; its value may hold blanks.
_SETTING = re.compile(r"(?m)^[ \t]*(?:export[ \t]+)?(?P<name>[A-Za-z_][\w.-]{0,80})=(?P<value>[^\s=][^\r\n]*)")
_COMMENT_SIGNS: Final = ("#", "|", ">")
# An assignment within a value: of an environment, a query string, a command.
_INLINE = re.compile(
    r"""(?:(?<![\w.-])-{0,2}(?P<name>[A-Za-z_][\w.-]{1,60})=(?!=)"""
    r"""|(?<![^\s"'])--(?P<flag>[A-Za-z][\w-]{1,60})[ \t]+(?!-))"""
    # Of a variable with a default, the default; of one without, nothing.
    r"""(?=(?:\$\{[A-Za-z_]\w{0,80}:?[-+]){1,3}(?P<default>[^{}"\n]{1,1000})\}"""
    r"""|\\?"(?P<double>[^"\\\n]{1,1000})\\?"|\\?'(?P<single>[^'\\\n]{1,1000})\\?'"""
    # By its beginning, and in full by `_REST`: a line may be one long row of assignments.
    r"""|(?!\$\$?[{(])(?P<value>[^\s&;,"'`<>(){}\[\]|\\]{1,1000}))"""
)
_REST: Final = re.compile(r"""[^\s&;,"'`<>(){}\[\]|\\]*""")
_LIST: Final = re.compile(r"\[\"[^\[\]\n]*\]")
_BETWEEN: Final = re.compile(r""""[ \t]*,[ \t]*\"""")
_INLINE_VALUES: Final = ("default", "double", "single", "value")
_QUOTED: Final = frozenset({"double", "single"})
# A text of a program, bound to a name.
_IN_CODE: Final = re.compile(
    r"""(?<![\w.-])(?P<name>[A-Za-z_][\w-]{1,60})["']?[ \t]*[=:][ \t]*(?P<quote>["'`])"""
    r"""(?P<value>[^\s"'`$<>{}()\\]{6,200})(?P=quote)"""
)
_FIGURE: Final = re.compile(r"[0-9]")
_LETTER: Final = re.compile(r"[A-Za-z]")
_TELLING: Final = frozenset({Sense.SECRET, Sense.PASSWORD})
_DOTENV = re.compile(
    r"""(?m)^[ \t#]*(?:export[ \t]+)?[\w.-]+[ \t]*=[ \t]*(?P<value>"(?:[^"\\]|\\.)*"|'[^']*'|\S[^\n]*)"""
)
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4}){4,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_LONGEST_INNER = 100_000
_MULTILINE = "\n"


def rule_of(value: Any, sense: Sense) -> str | None:
    """The rule by which a value under a name is taken out; None where it stays.

    Args:
        value: A scalar.
        sense: What its name says, or the name of a group around it.
    """
    if sense is Sense.NONE or value is None or isinstance(value, bool):
        return None
    if not isinstance(value, str):
        return KEY_RULE if sense is Sense.PASSWORD else PHONE_RULE if sense is Sense.PHONE else None
    text = value.strip()
    if sense is Sense.PHONE:
        return PHONE_RULE if _PHONE.fullmatch(text) and sum(map(str.isdigit, text)) >= _FEWEST_DIGITS else None
    if sense is Sense.DOUBTFUL:
        return KEY_RULE if _looks_secret(text) else None
    scheme = _ANY_SCHEME.fullmatch(text)
    told = scheme["rest"] if scheme else text
    is_secret = bool(told) and not _stands_for(told) and not (sense is Sense.SECRET and _SMALL.fullmatch(told))
    return KEY_RULE if is_secret else None


def _looks_secret(text: str) -> bool:
    """Whether a value is a secret by its look, where its name alone does not say so."""
    scheme = _SCHEME.fullmatch(text)
    if scheme:
        return not _stands_for(scheme["rest"])
    return _unpacked(text) is not None or any(_is_unguessable(piece) for piece in _PIECE.findall(text))


def redact_data(tree: Any, mask: Callable[[str], str], *, phones: bool = True) -> Any:
    """The same data with secrets, and what `mask` takes out of texts, masked in values and names at any depth.

    Args:
        tree: Mappings with text keys, lists, scalars.
        mask: Masks one text by what it looks like.
        phones: Numbers under the name of a telephone are masked.
    """

    def masked(leaf: Any, sense: Sense) -> Any:
        rule = rule_of(leaf, sense)
        if rule is not None and (phones or rule != PHONE_RULE):
            return marker(rule)
        if not isinstance(leaf, str):
            return leaf
        kept = mask(leaf)
        for start, end in reversed(list(_inline(kept, is_value=True))):
            kept = kept[:start] + marker(KEY_RULE) + kept[end:]
        return marker(KEY_RULE) if kept == leaf and _hides_within(leaf, lambda text: mask(text) != text) else kept

    return _with_names(each_leaf(tree, masked), mask)


def source_spans(text: str, kind: Kind, *, where: str, hides: Hides, phones: bool = True) -> tuple[Taken, ...]:
    """What must be taken out of the source of a document, beside what the rules for text find in it.

    Args:
        text: The source.
        kind: One of STRUCTURED.
        where: How errors name the file.
        hides: Judges a value that reads in another way than it is written.
        phones: As `redact_data`.

    Raises:
        UnreadableError: It is no such document, so its values cannot be told from its names.
    """
    if kind == "dotenv":
        spans = [match.span("value") for match in _DOTENV.finditer(text)]
        return tuple(Taken(*_without_quotes(text, *span), KEY_RULE) for span in spans)
    start, end = 0, len(text)
    if kind == "front-matter":
        block = front_matter_of(text)
        if block is None:
            return ()
        kind, (start, end) = "yaml", block
    part = text[start:end]
    if "\\" not in part and not names_secret(part) and not mentions_program(part):
        return tuple(Taken(start + first, start + last, KEY_RULE) for first, last in _inline(part))
    found = spans_of(part, telling_leaves(part, kind, where=where), hides=hides, phones=phones)
    return tuple(Taken(start + one.start, start + one.end, one.rule) for one in found)


def spans_of(text: str, leaves: Iterable[tuple[int, int, int, Any]], *, hides: Hides, phones: bool) -> list[Taken]:
    """What must be taken out of a source whose values somebody else has found: those, and what comments hold.

    Args:
        text: The source.
        leaves: As of `telling_leaves`.
        hides: As `source_spans`.
        phones: As `redact_data`.
    """
    taken = []
    inner = [*_commented(text), *_inline(text)]
    for first, last, sense, value in leaves:
        rule = rule_of(value, Sense(sense))
        if rule == PHONE_RULE and not phones:
            rule = None
        if rule is None and isinstance(value, str):
            rule = hides(value) or (KEY_RULE if _hides_within(value, lambda text: hides(text) is not None) else None)
            if rule is None and _MULTILINE in value:
                inner += _assigned(text, first, last)
        if rule is not None:
            taken.append(Taken(first, last, rule))
    return [*taken, *(Taken(first, last, KEY_RULE) for first, last in inner)]


def assigned_in(text: str, *, dockerfile: bool = False) -> tuple[Taken, ...]:
    """Values of secrets that are assigned within a text that is no document: of a table, a script, or a page.

    Args:
        text: Any text.
        dockerfile: It is one, in whose instructions more is assigned.
    """
    return tuple(Taken(first, last, KEY_RULE) for first, last in _inline(text, dockerfile=dockerfile))


def assigned_in_code(text: str) -> tuple[Taken, ...]:
    """Texts of a program that stand under the name of a secret and hold letters and figures; linear in the text.

    Args:
        text: A source in a language that writes texts in quotation marks.
    """
    return tuple(
        Taken(*match.span("value"), KEY_RULE)
        for match in _IN_CODE.finditer(text)
        if _FIGURE.search(match["value"])
        and _LETTER.search(match["value"])
        and (sense_of(match["name"]) in _TELLING or says_by_value(match["name"], match["value"]))
        and rule_of(match["value"], Sense.SECRET) is not None
    )


def _commented(text: str) -> Iterator[tuple[int, int]]:
    """Values of secrets in comments."""
    return (match.span("value") for match in _LINE.finditer(text) if match["comment"] and _is_assignment(match))


def _inline(text: str, *, dockerfile: bool = False, is_value: bool = False) -> list[tuple[int, int]]:
    """Values of secrets that are assigned or given within a text; sorted, and none within another."""
    found = []
    if dockerfile:  # a list of arguments as one command
        text = _LIST.sub(lambda one: _BETWEEN.sub(lambda between: " " * len(between.group()), one.group()), text)
    at = 0 if "=" in text or "--" in text else len(text)
    while match := _INLINE.search(text, at):
        at = match.end()
        name = match["name"] or match["flag"]
        sense = sense_of(name)
        if sense is Sense.DOUBTFUL and says_by_value(name, match["double"] or match["single"] or match["value"]):
            sense = Sense.SECRET
        if sense in {Sense.SECRET, Sense.PASSWORD}:
            group = next(group for group in _INLINE_VALUES if match[group])
            value = match[group]
            if group in _QUOTED:
                is_other = is_no_value(value, quoted=True)
            else:
                is_other = match["flag"] is not None and names_one(match["flag"], value)
            if not is_other and rule_of(value, sense) is not None:
                start, at = match.span(group)
                if group == "value" and (rest := _REST.match(text, at)):
                    at = rest.end()
                found.append((start, at))  # what is assigned within it goes with it
    found += _without_names(text, dockerfile=dockerfile, is_value=is_value)
    apart: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


def _without_names(text: str, *, dockerfile: bool, is_value: bool) -> Iterator[tuple[int, int]]:
    """Values of secrets that a command is given, or a sentence tells."""
    for start, end, told in given_secrets(text, dockerfile=dockerfile):
        if told is None or rule_of(text[start:end], told) is not None:
            yield start, end
    for start, end in told_secrets(text, is_value=is_value):
        if rule_of(text[start:end], Sense.SECRET) is not None and not is_no_value(text[start:end]):
            yield start, end


def _assigned(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Values of secrets in the lines of a longer text; of a list of settings, to the end of each line."""
    yield from (match.span("value") for match in _LINE.finditer(text, start, end) if _is_assignment(match))
    lines = text[start:end].split("\n")
    if all(_SETTING.match(line) or line.lstrip()[:1] in {"", *_COMMENT_SIGNS} for line in lines):
        yield from (match.span("value") for match in _SETTING.finditer(text, start, end) if _is_assignment(match))


def _is_assignment(match: re.Match[str]) -> bool:
    sense = sense_of(match["name"])
    return sense is not Sense.PHONE and rule_of(match["value"], sense) is not None


def _hides_within(text: str, hides: Callable[[str], bool]) -> bool:
    """Whether a text that is itself a document, or packed, holds a secret."""
    inner = text.strip()
    if len(inner) > _LONGEST_INNER:
        return False
    if inner[:1] in {"{", "["} and inner[-1:] in {"}", "]"}:
        try:
            data = json.loads(inner)
        except (ValueError, RecursionError):
            return False
        return _holds_secret(data, hides)
    if _MULTILINE in inner and any(True for _ in _assigned(inner, 0, len(inner))):
        return True
    packed = _unpacked(inner)
    return packed is not None and (hides(packed) or any(True for _ in _assigned(packed, 0, len(packed))))


def _holds_secret(data: Any, hides: Callable[[str], bool]) -> bool:
    found = False

    def visit(leaf: Any, sense: Sense) -> Any:
        nonlocal found
        found = found or rule_of(leaf, sense) == KEY_RULE or (isinstance(leaf, str) and hides(leaf))
        return leaf

    try:
        each_leaf(data, visit)
    except RecursionError:
        return False
    return found


def _unpacked(text: str) -> str | None:
    """What a base64 text reads, if that is printable text."""
    if not _BASE64.fullmatch(text):
        return None
    try:
        unpacked = base64.b64decode(text, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return unpacked if all(character.isprintable() or character.isspace() for character in unpacked) else None


def _with_names(tree: Any, mask: Callable[[str], str]) -> Any:
    """The tree with its names masked; two that become one keep apart by their turn."""
    if isinstance(tree, list):
        return [_with_names(element, mask) for element in tree]
    if not isinstance(tree, dict):
        return tree
    members: dict[str, Any] = {}
    for key, member in tree.items():
        name, turn = mask(key), 1
        while name in members:
            turn += 1
            name = f"{mask(key)} ({turn})"
        members[name] = _with_names(member, mask)
    return members


def _without_quotes(text: str, start: int, end: int) -> tuple[int, int]:
    quoted = end - start > 1 and text[start] in "\"'" and text[end - 1] == text[start]
    return (start + 1, end - 1) if quoted else (start, end)


def _stands_for(text: str) -> bool:
    if _ENVIRONMENT_NAME.fullmatch(text):
        return True
    if not _STANDS_FOR.fullmatch(text.encode("utf-8", "surrogatepass")):
        return False
    return "://" not in text or not any(_is_unguessable(piece) for piece in _PIECE.findall(text))


def _is_unguessable(piece: str) -> bool:
    """Whether letters and digits change within a word as nobody writes them; not so in digests and identifiers."""
    if _DIGEST.fullmatch(piece) or _UUID.fullmatch(piece):
        return False
    parts = [part for part in _APART.split(piece) if len(part) >= _LONG_PART]
    return any(len(_TURN.findall(part)) >= _MANY_TURNS and not _DIGEST.fullmatch(part) for part in parts)
