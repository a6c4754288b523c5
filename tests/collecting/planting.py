"""Secrets planted into the good inputs of the case files: in values, names, comments, long texts and paths."""

import csv
import io
import json
import random
import re
import string
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import yaml

from collecting.case_files import Case

_ALNUM: Final = string.ascii_letters + string.digits
_HEX: Final = "0123456789abcdef"
_LONG: Final = "This part of the file was written over several months by people who no longer work here. " * 12
#: Files whose bytes nobody reads: a document is kept as it is, and a signature holds nothing but itself.
_AS_THEY_ARE: Final = (".pdf", ".sig")
_TEXTS: Final = re.compile(r'"([^"\\\n]{1,200})"')
_SQL_TEXTS: Final = re.compile(r"'([^'{}\n]{1,200})'")
#: Documents whose values have a place.
_MARKED: Final = (".json", ".sarif", ".yaml", ".yml", ".md")
#: Languages in which a line of its own is a comment, by the ends of file names.
_HASH: Final = (".yaml", ".yml", ".toml", ".tf", ".env", "dockerfile", "codeowners", ".co")


@dataclass(frozen=True, slots=True)
class Planted:
    """One file set with one secret in it.

    Attributes:
        secret: What must stand nowhere afterwards.
        what: Kind of the secret, and where it was planted.
        files: Path -> content.
    """

    secret: str
    what: str
    files: Mapping[str, Any]


def _drawn(dice: random.Random, alphabet: str, size: int) -> str:
    while True:
        text = "".join(dice.choice(alphabet) for _ in range(size))
        if any(one.isdigit() for one in text) and sum(map(str.isalpha, text)) > size // 4:
            return text


#: Kind -> how a secret of it is drawn, and the words that it stands in.
SECRETS: Final[dict[str, tuple[Callable[[random.Random], str], str]]] = {
    "token of a forge": (lambda dice: "ghp_" + _drawn(dice, _ALNUM, 36), "{}"),
    "key of a cloud": (lambda dice: "AKIA" + _drawn(dice, string.ascii_uppercase + "234567", 16), "id {}"),
    "key of a model's supplier": (lambda dice: "sk-proj-" + _drawn(dice, _ALNUM, 60), "{}"),
    "token of a chat": (
        lambda dice: f"xoxb-{_drawn(dice, string.digits + 'a', 12)}-{_drawn(dice, _ALNUM, 24)}",
        "see {}",
    ),
    "password in a URL": (lambda dice: _drawn(dice, _ALNUM, 14), "https://svc:{}@proxy.invalid:8080/x"),
    "connection string": (lambda dice: _drawn(dice, _ALNUM, 14), "postgresql://app:{}@db:5432/claims"),
    "bearer token": (lambda dice: _drawn(dice, _ALNUM, 40), "Authorization: Bearer {}"),
    "signed address": (lambda dice: _drawn(dice, _HEX, 64), "https://b.invalid/o?X-Amz-Signature={}"),
    "web token": (
        lambda dice: f"eyJ{_drawn(dice, _ALNUM, 33)}.eyJ{_drawn(dice, _ALNUM, 60)}.{_drawn(dice, _ALNUM, 43)}",
        "{}",
    ),
    "assigned password": (lambda dice: _drawn(dice, _ALNUM, 14), "triage,password={},x"),
    # Digits at the ends alone are those of a product or a year: such a password is known to nobody.
    "told password": (
        lambda dice: f"{_drawn(dice, _ALNUM, 5)}7{_drawn(dice, _ALNUM, 6)}",
        "note: the password is {} until Monday",
    ),
    "password of a command": (lambda dice: _drawn(dice, _ALNUM, 14), "run mysqladmin -u root -p{} ping"),
    "password of a request": (lambda dice: _drawn(dice, _ALNUM, 12), "curl -fsu ops:{} https://h.invalid/x"),
    "password in .netrc": (lambda dice: _drawn(dice, _ALNUM, 12), "machine h.invalid login ops password {} # old"),
    "key in a header": (lambda dice: _drawn(dice, _HEX, 32), "curl -H 'x-honeycomb-team: {}' https://h.invalid"),
    "key of 32 digits": (lambda dice: _drawn(dice, _HEX, 32), "called with api_key={}"),
    "hash of a password": (lambda dice: _drawn(dice, _ALNUM, 22), "ops:$apr1$Zx81Qw72${}"),
    "address to send to": (lambda dice: _drawn(dice, _HEX, 32), "https://events.pagerduty.com/integration/{}/enqueue"),
    "private key": (
        lambda dice: _drawn(dice, _ALNUM, 64),
        "-----BEGIN RSA PRIVATE KEY-----\n{}\n{}\n-----END RSA PRIVATE KEY-----",
    ),
}
#: Names under which any value is a secret.
NAMES: Final = ("db_password", "apiKey", "client_secret", "OPENAI_API_KEY", "access_token")

Put = Callable[[str], Any]


def planted(case: Case, most: int, seed: int = 0) -> Iterator[Planted]:
    """File sets that each hold one secret more than the case's own.

    Args:
        case: Its files are good.
        most: Values that are planted into, spread evenly over the files.
        seed: Another one draws other secrets.
    """
    dice = random.Random(f"{case.of} {seed}")  # noqa: S311 - repeatable, and no secret at all
    turn = sum(map(ord, case.of))  # so that no kind comes late in every case

    def one(put: Put, name: str, where: str) -> Planted:
        nonlocal turn
        kind = list(SECRETS)[turn % len(SECRETS)]
        turn += 1
        draw, words = SECRETS[kind]
        secret = draw(dice)
        return Planted(secret, f"{kind}, {where} of {name}", {**case.written, name: put(words.replace("{}", secret))})

    spots = [
        (name, put, where)
        for name, content in case.written.items()
        if not name.endswith(_AS_THEY_ARE)
        for where, put in _spots(name, content)
    ]
    step = max(1, -(-len(spots) // most))
    for name, put, where in spots[::step]:
        yield one(put, name, where)
    for name, content in case.written.items():
        if name.endswith(_AS_THEY_ARE):
            continue
        yield from (one(put, name, where) for where, put in _beside(name, content))
        for place, put in _named(name, content):
            secret = _drawn(dice, _ALNUM, 20)
            word = NAMES[turn % len(NAMES)]
            turn += 1
            yield Planted(
                secret, f"under the name {word}, {place} of {name}", {**case.written, name: put(word, secret)}
            )
    name = next(iter(case.written))
    token = SECRETS["token of a forge"][0](dice)
    folder, _, last = name.rpartition("/")
    renamed = f"{folder}/{token}-{last}" if folder else f"{token}-{last}"
    files = {renamed if path == name else path: content for path, content in case.written.items()}
    yield Planted(token, f"token of a forge, in the path of {name}", files)


def _spots(name: str, content: Any) -> Iterator[tuple[str, Put]]:
    """Values into which something can be put, with how the file reads then."""
    if isinstance(content, str) and name.endswith(_MARKED):
        for start, end, value in _scalars(content, name):
            yield (
                f"value at {start}",
                lambda words, start=start, end=end, value=value: (
                    f"{content[:start]}{json.dumps(f'{value} {words}')}{content[end:]}"
                ),
            )
        return
    data = _data_of(name, content)
    if data is not None:
        for at in _places(data):
            yield f"value {_pointer(at)}", lambda words, at=at: _text_of(content, _put(data, at, words))
    elif isinstance(content, str) and name.endswith(".csv"):
        rows = list(csv.reader(io.StringIO(content)))
        for row in range(1, len(rows)):
            for column in range(len(rows[row])):
                yield f"cell {row}.{column}", lambda words, at=(row, column): _table(rows, at, words)
    else:
        text = content["sqlite"] if isinstance(content, dict) and "sqlite" in content else content
        pattern = _SQL_TEXTS if text is not content else _TEXTS
        for match in pattern.finditer(text) if isinstance(text, str) else ():
            start, end = match.span(1)

            def put(words: str, start: int = start, end: int = end, text: str = text) -> Any:
                flat = words.replace("\n", "\\n")
                made = f"{text[:start]}{text[start:end]} {flat}{text[end:]}"
                return made if text is content else {"sqlite": made}

            yield f"text at {start}", put


def _beside(name: str, content: Any) -> Iterator[tuple[str, Put]]:
    """Comments, member names and long texts."""
    low = name.lower()
    if not isinstance(content, str):
        return
    if low.endswith(_HASH):
        yield "a comment", lambda words: f"{content.rstrip()}\n{_commented(words)}\n"
    if low.endswith(".md"):
        yield "the text", lambda words: f"{content.rstrip()}\n\n{_LONG}{words}\n"
    if low.endswith(".xml"):
        yield "a comment", lambda words: f"{content.rstrip()}\n<!-- {words.replace('--', '')} -->\n"
    if name.endswith(_MARKED):
        for start in _first_names(content, name)[:2]:
            yield f"a name at {start}", lambda words, start=start: _member(content, start, words, "x")
        for start, end, _ in list(_scalars(content, name))[:2]:
            yield (
                f"a long text at {start}",
                lambda words, start=start, end=end: (
                    f"{content[:start]}{json.dumps(f'{_LONG} {words} {_LONG}')}{content[end:]}"
                ),
            )


def _named(name: str, content: Any) -> Iterator[tuple[str, Callable[[str, str], Any]]]:
    """Members whose own names say that they are secrets."""
    low = name.lower()
    if not isinstance(content, str):
        return
    if low.endswith(_HASH):
        yield "a comment", lambda word, secret: f"{content.rstrip()}\n# {word}: {secret}\n"
    if low.endswith(".env"):
        yield "a setting", lambda word, secret: f"{content.rstrip()}\n{word}={secret}\n"
    if low.endswith(".tf"):
        yield "a setting", lambda word, secret: f'{content.rstrip()}\nlocals {{\n  {word} = "{secret}"\n}}\n'
    if name.endswith(_MARKED):
        for start in _first_names(content, name)[:3]:
            yield f"a member at {start}", lambda word, secret, start=start: _member(content, start, word, secret)


# --- documents whose values have a place: YAML, and JSON, which is YAML


def _nodes(content: str, name: str) -> Iterator[tuple[yaml.Node, int, bool]]:
    """Every node of a document, where its text begins in the content, and whether it is a member's name."""
    offset = len("---\n") if name.endswith(".md") and content.startswith("---\n") else 0
    text = content.split("---\n")[1] if offset else "" if name.endswith(".md") else content

    def walk(node: yaml.Node | None, *, is_name: bool = False) -> Iterator[tuple[yaml.Node, int, bool]]:
        if node is None:
            return
        yield node, offset, is_name
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                yield from walk(key, is_name=True)
                yield from walk(value)
        elif isinstance(node, yaml.SequenceNode):
            for one in node.value:
                yield from walk(one)

    for document in yaml.compose_all(text, yaml.SafeLoader):
        yield from walk(document)


def _scalars(content: str, name: str) -> Iterator[tuple[int, int, str]]:
    """First and last character of each text, and what it reads."""
    for node, offset, is_name in _nodes(content, name):
        is_text = isinstance(node, yaml.ScalarNode) and node.tag.endswith(":str") and node.style not in {"|", ">"}
        if is_text and not is_name:
            yield offset + node.start_mark.index, offset + node.end_mark.index, node.value


def _first_names(content: str, name: str) -> list[int]:
    """Where the first member of each mapping begins."""
    return [
        offset + node.value[0][0].start_mark.index
        for node, offset, _ in _nodes(content, name)
        if isinstance(node, yaml.MappingNode) and node.value
    ]


def _member(content: str, start: int, word: str, value: str) -> str:
    """The content with a member more before the one that begins there."""
    line = content.rfind("\n", 0, start) + 1
    made = f"{json.dumps(word)}: {json.dumps(value)}"
    is_block = not re.search(r"[{,]\s*$", content[:start])
    between = "\n" + " " * (start - line) if is_block else ", "
    return f"{content[:start]}{made}{between}{content[start:]}"


# --- what has no such places


def _data_of(name: str, content: Any) -> Any:
    """JSON lines and workbooks as a tree; None for anything else."""
    if isinstance(content, dict):
        return content.get("workbook")
    if isinstance(content, str) and name.endswith((".jsonl", ".log")):
        return [json.loads(line) for line in content.splitlines() if line]
    return None


def _text_of(content: Any, data: Any) -> Any:
    if isinstance(content, dict):
        return {"workbook": data}
    return "".join(json.dumps(one) + "\n" for one in data)


def _places(tree: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(tree, dict | list):
        for key in tree if isinstance(tree, dict) else range(len(tree)):
            yield from _places(tree[key], (*at, key))
    else:
        yield at


def _put(tree: Any, at: tuple[Any, ...], words: str) -> Any:
    """The same tree with words behind a text, or in the place of something else."""
    if not at:
        return f"{tree} {words}" if isinstance(tree, str) else words
    if isinstance(tree, dict):
        return {key: _put(one, at[1:], words) if key == at[0] else one for key, one in tree.items()}
    return [_put(one, at[1:], words) if key == at[0] else one for key, one in enumerate(tree)]


def _pointer(at: tuple[Any, ...]) -> str:
    return "/" + "/".join(map(str, at))


def _table(rows: list[list[str]], at: tuple[int, int], words: str) -> str:
    made = io.StringIO()
    changed = [
        [f"{cell} {words}" if (row, column) == at else cell for column, cell in enumerate(cells)]
        for row, cells in enumerate(rows)
    ]
    csv.writer(made, lineterminator="\n").writerows(changed)
    return made.getvalue()


def _commented(words: str) -> str:
    return "\n".join(f"# {line}" for line in words.split("\n"))
