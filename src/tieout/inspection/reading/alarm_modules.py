"""Alarms that modules of Terraform raise: called here, with somebody to tell; their thresholds stand in the module."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tieout.domain.inspection import InspectedPlace
from tieout.inspection.reading.source_code import searched, settings
from tieout.inspection.reading.terraform_blocks import Block, modules
from tieout.inspection.repository import Repository
from tieout.kernel.reading.patterns import compile_bytes

_ANY: Final = compile_bytes(r"(?m)^[ \t]*module[ \t]+\"[^\"\n]*\"|\b(?:alarm|alert)", folded=True)
_ALARM: Final = re.compile(r"(?:^|[^a-z])(?:alarm|alert)(?:s|ing)?(?:[^a-z]|$)", re.IGNORECASE)
#: Names under which a module is given somebody to tell.
_TOLD: Final = re.compile(
    r"(?:^|_)(?:sns|topics?|slack|pager_?duty|opsgenie|teams_webhook|webhooks?|notif\w*|channels?|alarm_actions"
    r"|action_groups?|recipients?|emails?)(?:_|$)",
    re.IGNORECASE,
)
_NOBODY: Final = frozenset({"", "[]", "{}", "null", "false", '""'})
_CHANNEL: Final = re.compile(r"^module\.([\w-]{1,200})\.")


@dataclass(frozen=True, slots=True)
class AlarmModule:
    """A module that is called by a name or from a source that says alarm.

    Attributes:
        place: Its head.
        is_sent: Whether it is given a topic or channel.
        channel: Head of the module that makes the topic or channel, where one of the same file does.
    """

    place: InspectedPlace
    is_sent: bool
    channel: InspectedPlace | None


def alarm_modules(repository: Repository) -> Iterator[AlarmModule]:
    """Modules of alarms in Terraform that is in use, in the order of their files."""
    files = [file for file in settings(repository) if file.name.endswith(".tf")]
    for source in searched(repository, files, _ANY):
        called = list(modules(source))
        lines = {block.label: block.line for block in called}
        for block in called:
            if not _is_alarm(block):
                continue
            given = [value for name, value, _ in block.given if _TOLD.search(name) and value.strip() not in _NOBODY]
            maker = next((found[1] for value in given if (found := _CHANNEL.match(value.lstrip("[ ")))), None)
            shows = "calls a module of alarms" + (", with somebody to tell" if given else "")
            yield AlarmModule(
                place=source.text.place(block.line, shows, counts=bool(given)),
                is_sent=bool(given),
                channel=source.text.place(lines[maker], "makes what the alarms are sent to")
                if maker in lines
                else None,
            )


def _is_alarm(block: Block) -> bool:
    """Whether a module is one of alarms by its label, or by the last folders of its source."""
    source = (block.value("source") or "").partition("?")[0]
    return _ALARM.search(block.label) is not None or _ALARM.search(source.rpartition("/")[2]) is not None
