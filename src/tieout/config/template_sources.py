"""The sources of a new tieout.yaml: as such where a place was given, else as comments to take the `#` away from."""

import json
import posixpath
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from tieout.config.proposed import SOURCES, Proposal
from tieout.kernel.reading.text import display_path

_NAMED: Final = 3  # of many places
_MOST: Final = 3  # sources that are written for one part


def sources_text(
    repository: str,
    places: Mapping[str, str],
    found: Mapping[str, Sequence[Proposal]],
    unread: Mapping[str, str],
    formats: Mapping[str, str],
) -> str:
    """The sources after the repository, part for part.

    Args:
        repository: Path of the assessed repository.
        places: Part -> the place that a person gave.
        found: Part -> what was found; paths are relative to tieout.yaml, as all here.
        unread: Path of a gateway's configuration that this version does not read -> whose it is.
        formats: Path of a place that was given -> its format.
    """
    lines: list[str] = []
    for part, source in SOURCES.items():
        if part == "gateway":
            lines += [f"#   {line}" for line in unread_told(unread)]
        there = list(found.get(part, ()))
        if given := places.get(part):
            known = next((one for one in there if one.path == given), None)
            # No format fits a product that is not read.
            usual = "" if given in unread else formats.get(given, source.format)
            meant = known or Proposal(part=part, path=given, provides=source.provides, format=usual)
            lines += _source(meant, repository, remark=source.remark)
            there = [one for one in there if one.path != given]
        elif not there and source.usual:
            usual_one = Proposal(part=part, path=source.usual, provides=source.provides, format=source.format)
            lines += _commented(_source(usual_one, repository, remark=source.remark))
        lines += _found(there, repository, first=2 if given else 1)
    return "\n".join(lines)


def unread_told(unread: Mapping[str, str]) -> list[str]:
    """What is said of gateways' configurations that this version does not read, a line for each product.

    Args:
        unread: Path -> whose it is.
    """
    return [
        f"{_few([path for path in unread if unread[path] == whose])}: configuration of a gateway ({whose}), which this "
        "version does not read; it reads LiteLLM's own file, Portkey's configs, and the files of Kong and of Envoy AI "
        "Gateway, so nothing of this counts"
        for whose in dict.fromkeys(unread.values())
    ]


def quoted(text: str) -> str:
    """A text as YAML: JSON strings are, and keep colons, quotes and # in it from meaning anything."""
    return json.dumps(text.encode("utf-8", "replace").decode("utf-8"), ensure_ascii=False)


def _found(there: Sequence[Proposal], repository: str, *, first: int) -> Iterator[str]:
    """What was found, as comments: the places of most files, and the names of the rest."""
    for index, one in enumerate(there[:_MOST]):
        name, *rest = _source(one, repository, number=first + index)
        more = [other.path for other in there[_MOST:]] if index == 0 else []
        also = f" (also found: {_few(more)})" if more else ""
        told = "found here" if one.files == 1 else f"{one.files} files found here"
        yield from _commented([f"{name}   # {told}{also}; take the # away if this is it", *rest])


def _source(one: Proposal, repository: str, *, number: int = 1, remark: str = "") -> list[str]:
    source = SOURCES[one.part]
    lines = [f"  - name: {source.name}" + (f"-{number}" if number > 1 else ""), f"    kind: {source.kind}"]
    # An address is no path: it is left as it is, for the configuration to refuse it.
    is_inside = source.kind in {"config", "records"} and "://" not in one.path
    inside = posixpath.relpath(one.path, repository) if is_inside else ".."
    if inside.partition("/")[0] != "..":
        lines += ["    inside: application", f"    path: {quoted(inside)}{remark}"]
    else:
        lines.append(f"    path: {quoted(one.path)}{remark}")
    if one.format:
        lines.append(f"    format: {one.format}")
    if provides := one.provides or source.provides:
        lines.append(f"    provides: [{', '.join(provides)}]")
    if one.tables:
        lines += ["    options:", "      tables:   # add owner, approver and approved_on: docs/records.md"]
        lines += [f"        - {{path: {quoted(path)}, artefact: {record}}}" for path, record in one.tables]
    return lines


def _commented(lines: Sequence[str]) -> list[str]:
    return [f"#{line}" for line in lines]


def _few(paths: Sequence[str]) -> str:
    rest = len(paths) - _NAMED
    return ", ".join(display_path(path) for path in paths[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")
