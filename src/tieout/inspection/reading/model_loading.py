"""How programs get and load models: calls that unpickle, calls that download, and what their arguments say."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from tieout.inspection.reading.source_code import Part, SourceCode, programs, searched
from tieout.inspection.repository import Repository
from tieout.inspection.text import Hit
from tieout.kernel.reading.patterns import compile_bytes

Restriction = Literal["always", "sometimes", "never"]

_LOAD = compile_bytes(
    r"\b(?P<pickle>(?:c?[pP]ickle|_pickle|dill|cloudpickle)\.(?:load|loads|Unpickler))[ \t]*\("
    r"|\b(?P<joblib>(?:sklearn\.externals\.)?joblib\.load)[ \t]*\("
    r"|\b(?P<torch>torch\.load|(?:torch\.)?hub\.load_state_dict_from_url)[ \t]*\("
    r"|\b(?P<numpy>(?:np|numpy)\.load)[ \t]*\(|\b(?P<pandas>(?:pd|pandas)\.read_pickle)[ \t]*\("
    r"|\b(?P<keras>(?:keras\.models\.|models\.|saving\.)load_model)[ \t]*\("
)
_IMPORTED = compile_bytes(
    r"(?m:^[ \t]*from[ \t]+(?P<module>joblib|pickle|dill|cloudpickle"
    r"|torch)[ \t]+import[ \t(]+(?:[\w, ]*,[ \t]*)?load\b)"
)
_BARE = compile_bytes(r"(?:^|[^\w.])(?P<call>load)\(")
_ANY_LOAD = compile_bytes(
    r"ickle\.|\bdill\.|joblib|torch\.load|load_state_dict_from_url|(?:np|numpy)\.load|read_pickle|load_model"
    r"|from[ \t]+(?:pickle|dill|torch)[ \t]+import"
)
_WEIGHTS_ONLY = compile_bytes(r"weights_only[\"']?[ \t]*[=:][ \t]*(?P<value>[\w.\[\]]+)")
_SPREAD = compile_bytes(r"\*\*[A-Za-z_]")
_ALLOW_PICKLE = compile_bytes(r"allow_pickle[ \t]*=[ \t]*(?P<value>[\w.]+)")
_SAFE_MODE_OFF = compile_bytes(r"safe_mode[ \t]*=[ \t]*False")
_TEXT_COMPARED = compile_bytes(r"__version__[ \t]*[<>]=?[ \t]*[\"']|[\"'][ \t]*[<>]=?[ \t]*[\w.]*__version__")
_NEAR: Final = 12

_GET = compile_bytes(
    r"\b(?P<name>[A-Za-z_][\w.]*\.from_pretrained|hf_hub_download|snapshot_download|load_dataset|SentenceTransformer"
    r"|CrossEncoder|torch\.hub\.load|hub\.load)[ \t]*\("
)
_PIPELINE = compile_bytes(r"(?:^|[^\w.])(?P<name>(?:transformers\.)?pipeline)[ \t]*\(")
_IMPORTS_TRANSFORMERS = compile_bytes(r"\btransformers\b|@huggingface/|@xenova/transformers")
_ANY_GET = compile_bytes(
    r"from_pretrained|hf_hub_download|snapshot_download|load_dataset|SentenceTransformer|CrossEncoder|hub\.load"
    r"|pipeline[ \t]*\("
)
_REVISION = compile_bytes(r"\b(?:revision|code_revision)[\"']?[ \t]*[=:][ \t]*(?P<value>[\"']?[\w./-]+)")
_REMOTE = compile_bytes(r"trust_remote_code[\"']?[ \t]*[=:][ \t]*(?P<value>[\w.\[\]\"']+)|--trust[-_]remote[-_]code\b")
_OPTION = compile_bytes(r"add_argument\(|\.option\(|@click\.|typer\.Option|flag\.")
_COMMIT = compile_bytes(r"^[\"'][0-9a-f]{7,40}$")
_LOCAL = compile_bytes(
    r"^[ \t\r\n]*(?:f|r)?[\"'](?:\.{0,2}/|~)|^[ \t\r\n]*(?:self\.|cls\.)?\w*(?:_dir|_path|path|dir|folder)\b"
)


@dataclass(frozen=True, slots=True)
class Load:
    """One call that reads a format which can run code.

    Attributes:
        source: The file.
        line: Of the call.
        name: As it is written.
        restricted: Whether the call refuses anything but data: in every case, under a condition, or never.
        deciding: Line that says so, where it is another one.
        compares_text: The condition compares versions as text, which puts 1.9 after 1.13.
    """

    source: SourceCode
    line: int
    name: str
    restricted: Restriction
    deciding: int | None = None
    compares_text: bool = False


@dataclass(frozen=True, slots=True)
class Download:
    """One call that gets a model or data set by its name from a hub.

    Attributes:
        source: The file.
        line: Of the call.
        name: As it is written.
        revision: "commit", "name" (a branch, a tag, a variable), or "" where none is given.
        local: The first argument reads like a folder of this machine, so perhaps nothing is downloaded.
    """

    source: SourceCode
    line: int
    name: str
    revision: str
    local: bool


def loads(repository: Repository) -> Iterator[Load]:
    """Every call in programs in use that reads pickles or their like."""
    for source in searched(repository, programs(repository), _ANY_LOAD):
        for hit in source.hits(_LOAD, within=source.code):
            kind = next(iter(hit.groups))
            arguments = source.arguments(hit.start)
            if kind == "numpy" and not _is_true(_ALLOW_PICKLE, arguments):
                continue
            if kind == "keras" and not _SAFE_MODE_OFF.search(arguments):
                continue
            yield (
                _judged(source, hit.line, hit.groups[kind], arguments)
                if kind == "torch"
                else Load(source, hit.line, hit.groups[kind], "never")
            )
        imported = next(source.hits(_IMPORTED, within=source.code), None)
        for hit in source.hits(_BARE, within=source.code) if imported else ():
            module = imported.groups["module"] if imported else ""
            arguments = source.arguments(hit.start)
            name = f"load of {module}"
            yield (
                _judged(source, hit.line, name, arguments)
                if module == "torch"
                else Load(source, hit.line, name, "never")
            )


def downloads(repository: Repository) -> Iterator[Download]:
    """Every call in programs in use that gets a model or data set from a hub by its name."""
    for source in searched(repository, programs(repository), _ANY_GET):
        found = list(source.hits(_GET, within=source.code))
        if _IMPORTS_TRANSFORMERS.search(source.stated):
            found += source.hits(_PIPELINE, within=source.code)
        for hit in sorted(found, key=lambda hit: hit.start):
            if hit.text.startswith(("def ", "async def ", "import ", "from ", "class ")):
                continue
            arguments = source.arguments(hit.start)
            given = _REVISION.search(arguments)
            value = given.group(given.re.groupindex[b"value"]) if given else b""
            revision = "" if not value or value == b"None" else "commit" if _COMMIT.search(value) else "name"
            yield Download(source, hit.line, hit.groups["name"], revision, bool(_LOCAL.search(arguments)))


def remote_code(source: SourceCode) -> Iterator[tuple[int, str]]:
    """(line, value) wherever code of a model's repository is allowed to run, or refused; "" for a bare option."""
    for hit in source.hits(_REMOTE):
        if _is_told(source, hit):
            continue
        offered = _OPTION.search(hit.text.encode())
        yield hit.line, "offered" if offered else hit.groups.get("value", "")


def _is_told(source: SourceCode, hit: Hit) -> bool:
    """Whether a setting only stands in words, as in an error that says how to allow it: within a longer string."""
    if hit.groups.get("value") is None or source.part_at(hit.start) is not Part.STRING:
        return False
    before = source.text.data[max(hit.start - 1, 0) : hit.start]
    if before in (b'"', b"'", b"`"):
        return hit.start > 1 and source.part_at(hit.start - 2) is Part.STRING
    return before.isspace() or before in (b"(", b"")


def _judged(source: SourceCode, line: int, name: str, arguments: bytes) -> Load:
    """A call of torch.load by its own `weights_only`, or by that of the options that are spread into it."""
    own = _WEIGHTS_ONLY.search(arguments)
    if own:
        value = own.group(own.re.groupindex[b"value"])
        return Load(source, line, name, "always" if value == b"True" else "never" if value == b"False" else "sometimes")
    if not _SPREAD.search(arguments):
        return Load(source, line, name, "never")
    near = [
        hit for hit in source.hits(_WEIGHTS_ONLY) if 0 <= line - hit.line <= _NEAR and hit.groups.get("value") == "True"
    ]
    if not near:
        return Load(source, line, name, "never")
    deciding = near[-1].line
    stated = source.around(deciding, 0, 0)
    conditional = b" if " in stated or b"?" in stated or source.around(deciding, 1, 0).strip().startswith(b"if ")
    text = bool(_TEXT_COMPARED.search(stated))
    return Load(source, line, name, "sometimes" if conditional else "always", deciding, text)


def _is_true(pattern: object, arguments: bytes) -> bool:
    match = pattern.search(arguments)  # type: ignore[attr-defined] # google-re2 has no types
    return bool(match) and match.group(1) == b"True"
