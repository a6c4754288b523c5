"""Where programs and settings compare the checksum of a model's file, and what switches that off."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from tieout.domain.inspection import PlaceClass
from tieout.inspection.reading.source_code import SourceCode, programs, searched, settings
from tieout.inspection.repository import File, Repository
from tieout.inspection.text import Text
from tieout.kernel.pointers import key_of, part_of
from tieout.kernel.reading.documents import kind_of
from tieout.kernel.reading.patterns import compile_bytes

_SUM = r"(?:sha_?[0-9]{1,3}|checksum|digest|hash|md5)"
_COMPARED = compile_bytes(
    rf"hexdigest\(\)[ \t]*[=!]==?|[=!]==?[ \t]*[\w.()\[\]]*hexdigest\(\)"
    rf"|\b\w*{_SUM}\w*(?:\(\))?[ \t]*[=!]==?[ \t]*[\w.\[\]]*{_SUM}\w*|\bcompare_digest[ \t]*\(",
    folded=True,
)
_DELEGATED = compile_bytes(
    r"\bcheck_hash[ \t]*=[ \t]*True|\b(?:known_hash|file_hash)[ \t]*=[ \t]*[\"'\w]"
    r"|\b(?:sha(?:1|224|256|384|512)sum|shasum|md5sum)\b[^\n]*(?:[ \t]-c\b|--check)|--checksum=sha(?:256"
    r"|512):[0-9a-f]{64}"
    r"|\bmodel_signing\b[^\n]*\bverify|\bcosign[ \t]+verify(?:-blob)?\b"
)
_ANY = compile_bytes(rf"{_SUM}|compare_digest|model_signing|cosign", folded=True)
_OF_MODEL = compile_bytes(
    r"(?:model|weights?|checkpoint|vectori[sz]er|tokeni[sz]er|embedder|classifier)s?_?(?:file|path|dir|bytes|url"
    r"|blob|name|sha|hash|checksum|bin|from)"
    r"|(?:download|load|fetch|get|verify)_?\w{0,12}(?:model|weights|checkpoint)|\.(?:onnx|pt|pth|safetensors|gguf"
    r"|pkl|ckpt|tflite)\b"
    r"|huggingface|torch\.(?:load|hub)|model_bytes",
    folded=True,
)
_OF_FILE = compile_bytes(r"open\(|readfile|read_bytes|download|urlopen|\.update\(|io\.copy|copy\(|fetch", folded=True)
_OF_ELSE = compile_bytes(
    r"passw|api_?key|token|signature|webhook|etag|commit|git_?|cache_?key|config_?hash|prompt", folded=True
)
_EXPECTED = compile_bytes(
    rf"(?m:^[ \t]*(?:const|let|var|final|self\.)?[ \t]*\w*(?:expected|known|pinned"
    rf"|want)\w*{_SUM}\w*[ \t]*(?::[^=\n]*)?=[^=][^\n]*)",
    folded=True,
)
_REFUSED = compile_bytes(
    r"(?m:^[ \t]*(?:raise|throw|panic|return[ \t]+(?:fmt\.)?(?:errors?\.|err))(?:[^\n]*[(,{]\r?\n)?[^\n]{0,300}"
    r"(?:sha-?[0-9]{3}|checksum|hash|digest|integrity|verif)[^\n]*)",
    folded=True,
)
_SWITCH = compile_bytes(
    r"\b(?P<name>[A-Z0-9_]*(?:DISABLE|SKIP|BYPASS|IGNORE|NO|ALLOW|INSECURE)_(?:[A-Z0-9]+_)*?"
    r"(?:SHA[0-9]*|CHECKSUMS?|HASH(?:ES)?|INTEGRITY|VERIFICATION|VERIFY|UNVERIFIED|DIGEST)[A-Z0-9_]*)\b"
    r"|\b(?P<argument>(?:verify|check)_(?:sha256|checksums?|hash|integrity|digest)[ \t]*=[ \t]*False"
    r"|(?:skip|disable|ignore|bypass)_(?:sha256|checksums?|hash(?:es)?|integrity|verification)\w*[ \t]*=[ \t]*True)"
    r"|(?P<option>--(?:skip|no|disable)-(?:checksums?|hash|integrity|verification)\b)"
)
_OVERRIDE = compile_bytes(
    r"(?:environ(?:\.get\(|\[)|getenv\(|Getenv\(|ENV\.fetch\(|ENV\[|process\.env\.)[ \t]*[\"']?"
    r"(?P<name>[A-Z0-9_]*(?:SHA256|SHA512|CHECKSUM|_HASH|DIGEST)[A-Z0-9_]*)"
)
_ANY_SWITCH = compile_bytes(
    r"DISABLE|SKIP|BYPASS|IGNORE|NO_|ALLOW|INSECURE|verify_|check_|skip_|disable_|--skip|--no-|SHA256|CHECKSUM|_HASH"
)
_OF_TRANSPORT = re.compile(r"SSL|TLS|CERT|HOSTNAME|SIGNUP|EMAIL|PHONE|TOKEN|JWT|PASSWORD")
_HEX = compile_bytes(r"\b[0-9a-f]{64}\b")
_HEX_VALUE = re.compile(r"(?:sha-?256:)?[0-9a-f]{64}\Z")
_SUM_WORD = re.compile(_SUM + r"|integrity", re.IGNORECASE)
_MODEL_WORD = re.compile(r"model|weight|checkpoint|vectori[sz]er|tokeni[sz]er|classifier|embed", re.IGNORECASE)
_ON_OFF = ("enabled", "enable", "verify", "check", "active")
_NEAR: Final = 40
_CLASSES: Final = frozenset({PlaceClass.LIVE, PlaceClass.NON_PRODUCTION})


@dataclass(frozen=True, slots=True)
class Comparison:
    """A line of a program that compares the checksum of a model's file.

    Attributes:
        source: The file.
        line: Of the comparison.
        expected: Lines that say what is expected.
        refused: Lines that stop where it differs.
        delegated: A library or command compares.
    """

    source: SourceCode
    line: int
    expected: tuple[int, ...]
    refused: tuple[int, ...]
    delegated: bool


@dataclass(frozen=True, slots=True)
class Pinned:
    """A checksum of a model in settings.

    Attributes:
        text: The file.
        line: Of the checksum.
        switch: Line of the setting that turns the check on or off, if there is one.
        on: What it says.
    """

    text: Text
    line: int
    switch: int | None
    on: bool


@dataclass(frozen=True, slots=True)
class Switch:
    """Something that lets a file pass unchecked, or another checksum be expected."""

    source: SourceCode
    line: int
    name: str
    overrides: bool


def comparisons(repository: Repository) -> Iterator[Comparison]:
    """Every comparison of a model's checksum in programs in use, and in what builds their images."""
    for source in searched(repository, _running(repository), _ANY):
        if not _OF_MODEL.search(source.stated):
            continue
        for pattern, delegated in ((_COMPARED, False), (_DELEGATED, True)):
            for hit in source.hits(pattern):
                near = source.around(hit.line, _NEAR, _NEAR)
                if _OF_ELSE.search(source.around(hit.line, 0, 0)) or not _OF_MODEL.search(near):
                    continue
                if delegated or _OF_FILE.search(near):
                    expected = tuple(found.line for found in source.hits(_EXPECTED))
                    refused = tuple(found.line for found in source.hits(_REFUSED))
                    yield Comparison(source, hit.line, expected, refused, delegated)


def pinned(repository: Repository) -> Iterator[Pinned]:
    """Checksums of models in settings in use, each with the setting that turns the check on."""
    for text in repository.texts(_setting(repository)):
        if not _HEX.search(text.data) or not _MODEL_WORD.search(text.path + text.data.decode("utf-8", "replace")):
            continue
        for document in repository.documents(text.path):
            lines = document.lines
            for pointer, value, parents in _leaves(document.data, "", ()):
                keys = "/".join(key_of(part) for part in pointer.split("/"))
                if not (isinstance(value, str) and _HEX_VALUE.match(value) and _SUM_WORD.search(keys)):
                    continue
                if _MODEL_WORD.search(keys) and (line := lines.get(pointer)):
                    switch = _switch(parents)
                    yield Pinned(text, line, lines.get(switch[0]) if switch else None, switch[1] if switch else True)


def switches(repository: Repository) -> Iterator[Switch]:
    """What programs and settings in use offer to pass the check of a checksum by."""
    files = dict.fromkeys([*_running(repository), *settings(repository, classes=_CLASSES)])
    for source in searched(repository, files, _ANY_SWITCH):
        for hit in source.hits(_SWITCH):
            name = next(iter(hit.groups.values()))
            if not _OF_TRANSPORT.search(name.upper()):
                yield Switch(source, hit.line, name, overrides=False)
        for hit in source.hits(_OVERRIDE):
            near = source.around(hit.line, _NEAR, _NEAR)
            if _MODEL_WORD.search(hit.groups["name"]) or _OF_MODEL.search(near):
                yield Switch(source, hit.line, hit.groups["name"], overrides=True)


def _leaves(
    value: Any, pointer: str, parents: tuple[tuple[str, dict[str, Any]], ...]
) -> Iterator[tuple[str, Any, tuple[tuple[str, dict[str, Any]], ...]]]:
    """(pointer, value, mappings above it) of every scalar."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield from _leaves(member, f"{pointer}/{part_of(key)}", (*parents, (pointer, value)))
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _leaves(member, f"{pointer}/{index}", parents)
    else:
        yield pointer, value, parents


def _switch(parents: tuple[tuple[str, dict[str, Any]], ...]) -> tuple[str, bool] | None:
    """Pointer and value of the nearest setting above that turns something on or off."""
    for pointer, mapping in reversed(parents[-3:]):
        for key in _ON_OFF:
            if isinstance(mapping.get(key), bool):
                return f"{pointer}/{key}", mapping[key]
    return None


def _running(repository: Repository) -> list[File]:
    """Programs, and what builds their images."""
    named = (
        file
        for file in repository.files
        if file.kind == "file"
        and file.path_class in _CLASSES
        and (file.name in {"makefile", "justfile"} or file.name.startswith(("dockerfile", "containerfile")))
    )
    return list(dict.fromkeys([*programs(repository, classes=_CLASSES), *named]))


def _setting(repository: Repository) -> list[File]:
    return [
        file
        for file in settings(repository, classes=_CLASSES)
        if kind_of(file.path) in {"yaml", "json", "toml"} and not file.name.endswith(".lock")
    ]
