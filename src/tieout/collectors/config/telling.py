"""Tells files of formats that readers read by what they hold, for a new configuration: what watches and switches."""

from collections.abc import Mapping, Sequence
from typing import Final

from tieout.collectors.config.interface import ConfigFile
from tieout.collectors.config.readers import readers
from tieout.kernel.reading.documents import Document, Kind

#: Format -> words of which all stand in its files: no other file is parsed for it.
_WORDS: Final[Mapping[str, tuple[bytes, ...]]] = {
    "grafana": (b"datasourceUid", b"condition", b"title"),
    "growthbook": (b"valueType", b"defaultValue", b"environments"),
    "launchdarkly": (b"offVariation", b"fallthrough", b"variations"),
    "unleash": (b"features", b"trategies"),
}


def named_in(data: bytes) -> list[str]:
    """The formats whose words stand in the bytes; most files are told by them alone, without being parsed."""
    return [name for name, words in _WORDS.items() if all(word in data for word in words)]


def told_by_readers(
    names: Sequence[str], path: str, data: bytes, kind: Kind, documents: Sequence[Document]
) -> tuple[str, str, str] | None:
    """(artefact, product, format) of the first of these formats that finds something in a file; None where none does.

    Args:
        names: Formats.
        path: Of the file.
        data: Its bytes.
        kind: Its data language.
        documents: As parsed.
    """
    file = ConfigFile(path, data, kind, tuple(documents))
    for reader in readers():
        if reader.name in names and reader.suits(path) and reader.recognises(file):
            found = next((one for one in reader.read(file, [file]) if one.facts), None)
            if found is not None:
                return found.artefact, reader.title, reader.name
    return None
