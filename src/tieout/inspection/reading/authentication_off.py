"""Settings in use by which a service is started without the authentication that its program can demand."""

import re
from collections.abc import Iterator
from typing import Final

from tieout.domain.inspection import InspectedPlace
from tieout.inspection.reading.authentication import own_settings
from tieout.inspection.reading.source_code import SourceCode, programs, searched
from tieout.inspection.repository import Repository
from tieout.inspection.text import Hit
from tieout.kernel.reading.patterns import compile_bytes

#: Options of a command, and variables of an environment with the value that lets callers in.
_OFF: Final = compile_bytes(
    r"(?P<option>--(?:anonymous(?:[-_]mode|[-_]access)?|allow[-_]anonymous|no[-_]auth(?:entication)?"
    r"|(?:disable|skip|without)[-_]auth(?:entication)?|auth(?:[-_]mode)?[= ](?:none|off|false|disabled)))(?:[^\w-]|$)"
    r"|\b(?P<variable>(?:\w{1,40}_)?(?:(?:disable|skip|no)_auth(?:entication)?|auth(?:entication)?_disabled"
    r"|anonymous_mode|allow_anonymous(?:_access)?))[\"']?[ \t]*[:=][ \t]*[\"']?(?:true|1|yes|on)\b"
    r"|\b(?P<switch>(?:\w{1,40}_)?(?:enable_auth(?:entication)?|auth(?:entication)?_enabled|require_auth(?:entication)?"
    r"|auth(?:entication)?_required))[\"']?[ \t]*[:=][ \t]*[\"']?(?:false|0|no|off)\b",
    folded=True,
)
_STARTS: Final = re.compile(r"(?:^|/)(?:[^/]*dockerfile[^/]*|containerfile[^/]*|procfile)$", re.IGNORECASE)
#: How a developer starts it from an editor.
_EDITORS: Final = re.compile(r"(?:^|/)\.(?:vscode|devcontainer|idea|zed)/")
_MOST_NAMES: Final = 10
_MOST: Final = 5


def started_without(repository: Repository) -> list[InspectedPlace]:
    """Lines that start the service with its authentication off.

    A name counts only where a program in use has it: settings of a database or of a dashboard that stands beside the
    service speak of that one's callers.
    """
    files = [file for file in own_settings(repository) if not _EDITORS.search(file.path)]
    files += [file for file in repository.matching(_STARTS) if file.is_own]
    found: dict[str, list[InspectedPlace]] = {}
    for source in searched(repository, dict.fromkeys(files), _OFF):
        for name, hit in _named(source):
            if name in found or len(found) < _MOST_NAMES:
                place = source.text.place(hit.line, "starts the service without authentication")
                found.setdefault(name, []).append(place)
    known = _known(repository, frozenset(found))
    return [place for name, places in found.items() if name in known for place in places][:_MOST]


def _named(source: SourceCode) -> Iterator[tuple[str, Hit]]:
    for hit in source.hits(_OFF):
        written = next(iter(hit.groups.values()))
        yield re.split(r"[= ]", written)[0].lstrip("-").replace("-", "_").lower(), hit


def _known(repository: Repository, names: frozenset[str]) -> frozenset[str]:
    """Of names, those that a program in use speaks of, in whatever spelling."""
    if not names:
        return frozenset()
    forms = "|".join(re.escape(name).replace("_", "[-_]") for name in sorted(names))
    pattern = compile_bytes(rf"\b(?P<name>{forms})\b", folded=True)
    return frozenset(
        hit.groups["name"].replace("-", "_").lower()
        for source in searched(repository, programs(repository), pattern)
        for hit in source.hits(pattern)
    )
