"""Whom an image runs as, what lets it rise again, what it takes from the network, and where its secrets come from.

Rows of secrets say where one stands and what it is called; what it is goes nowhere.
"""

import re
from collections.abc import Sequence
from typing import Final

from tieout.collectors.config import container_words as words
from tieout.collectors.config.secret_settings import held
from tieout.collectors.config.security_rows import SecurityRows
from tieout.kernel.reading.documents import Document
from tieout.kernel.reading.redaction_keys import Sense, sense_of
from tieout.kernel.reading.text import excerpt
from tieout.syntax.cursor import Cursor
from tieout.syntax.dockerfile import Dockerfile, Instruction, Stage, assignments, is_unresolved, resolved
from tieout.syntax.dockerfile_user import runs_as

_CHECKED: Final = "what it takes from an address is checked"
_REMOTE: Final = ("http://", "https://", "git@", "git://", "ssh://")
_CHECKSUM: Final = re.compile(r"--checksum=sha256:[0-9a-f]{64}(?:\s|$)")
_COMMIT: Final = re.compile(r"#[0-9a-f]{40}(?::|$)")
_MOUNTED: Final = re.compile(r"--mount=(\S{0,500})")
_NAMED: Final = re.compile(r"(?:^|,)(?:id|target|dst|destination|env)=([^\s,]{1,200})")
#: Rights that a program of the image gets back, whoever it was started as.
_RISING: Final = (
    (re.compile(r"\bNOPASSWD\b"), "lets somebody become root without a password"),
    (
        re.compile(r"\bchmod\s+(?:-\S{1,20}\s+)?(?:0?[4-7][0-7]{3}\b|[ug]{0,3}\+[rwx]{0,3}s)"),
        "marks a program as its owner's",
    ),
    (re.compile(r"\bsetcap\s+\S{0,100}cap_"), "gives a program capabilities"),
)
_STANDS: Final = re.compile(r"(?:^|(?<=\s))([A-Za-z_]\w{0,99})(?:(=)|(?=\s|$))")
_INSECURE: Final = re.compile(r"(?:^|\s)--security=insecure(?:\s|$)")
_TELLING: Final = frozenset({Sense.PASSWORD, Sense.SECRET})
_RUN: Final = frozenset({"CMD", "ENTRYPOINT", "HEALTHCHECK", "RUN"})
_MOST: Final = 2_000


def stage_rows(rows: SecurityRows, dockerfile: Dockerfile, needed: Sequence[Stage]) -> None:
    """Rows of the final image, and of stages that it takes something from.

    Args:
        rows: Takes them.
        dockerfile: As parsed.
        needed: The stages that the final one is made from, in their order, itself included.
    """
    final = dockerfile.stages[-1]
    lineage = {id(stage) for stage in dockerfile.lineage(final)}
    runs = runs_as(dockerfile, final)
    holds = None if runs.is_root is None else not runs.is_root
    told = excerpt(f"user {runs.user}", 100) if runs.user else f"the user of {excerpt(runs.base, 150)}"
    rows.add(_name(dockerfile, final), "workload", words.NOT_ROOT, _at(runs.line), holds=holds, value=told)
    for one in dockerfile.before:
        if not _variables(rows, "before every stage", one, stays=False):
            return
    for stage in needed:
        name, stays = _name(dockerfile, stage), id(stage) in lineage
        for one in stage.instructions:
            if _is_full(rows, one.line) or not _instruction(rows, name, one, dockerfile, stage, stays=stays):
                return


def _is_full(rows: SecurityRows, line: int) -> bool:
    """Whether no more rows are taken, which is then told of the line."""
    if len(rows.rows) < _MOST:
        return False
    rows.rows.drop(_at(line), f"gives more than {_MOST:,} settings, of which the rest is not read")
    return True


def _name(dockerfile: Dockerfile, stage: Stage) -> str:
    if stage is dockerfile.stages[-1]:
        return stage.name or "final stage"
    return stage.name or f"stage {next(at for at, one in enumerate(dockerfile.stages) if one is stage)}"


def _instruction(
    rows: SecurityRows, name: str, one: Instruction, dockerfile: Dockerfile, stage: Stage, *, stays: bool
) -> bool:
    """Take one; False where no more are taken."""
    if one.keyword in {"ARG", "ENV"}:
        return _variables(rows, name, one, stays=stays)
    if one.keyword == "ADD":
        _fetched(rows, name, one, dockerfile, stage)
    elif one.keyword in _RUN:
        _run(rows, name, one, stays=stays)
    return True


def _variables(rows: SecurityRows, subject: str, one: Instruction, *, stays: bool) -> bool:
    """Build arguments and variables of the image that are secrets by their name or look; False: no more are taken."""
    lines = _lines_of(one)
    for name, value in assignments(one):
        line = lines.get(name, one.line)
        if _is_full(rows, line):
            return False
        at, shown = _at(line), excerpt(name, 100)
        if value is None:
            if one.keyword == "ARG" and sense_of(name) in _TELLING:
                # "Build arguments are visible in the docker history command": in the image where its stages make it.
                words_ = f"{shown} is given to the build" + (" and stays in the image's history" if stays else "")
                rows.add(subject, "secrets", words_, at, holds=False if stays else None)
            continue
        text = resolved(value, {})
        what = held(name, text)
        if what == "written":
            is_default = one.keyword == "ARG" or text != value
            told = f"{'the default of ' if is_default else ''}{shown} stands in the file"
            rows.add(subject, "secrets", told, at, holds=False)
        elif what == "variable":
            rows.add(subject, "secrets", f"{shown} is filled in elsewhere", at, holds=None)
    return True


def _fetched(rows: SecurityRows, subject: str, one: Instruction, dockerfile: Dockerfile, stage: Stage) -> None:
    """`ADD` of an address: what comes from there is what stands there on the day, unless a checksum says what it is."""
    values = dockerfile.variables(stage)
    text = resolved(one.value, values)
    sources = [part.strip('[]",') for part in text.split()[:200]]
    remote = [part for part in sources if part.startswith(_REMOTE)]
    if not remote:
        return
    checked = _CHECKSUM.search(text) is not None
    unsure = "--checksum=" in text and is_unresolved(text)
    holds = True if checked or all(_COMMIT.search(part) for part in remote) else None if unsure else False
    host = excerpt(remote[0].rpartition("@")[2].partition("://")[2] or remote[0].rpartition("@")[2], 500)
    shown = host.replace(":", "/").split("/")[0]
    rows.add(subject, "workload", _CHECKED, _at(one.line), holds=holds, value=f"from {shown}")


def _run(rows: SecurityRows, subject: str, one: Instruction, *, stays: bool) -> None:
    for mount in _MOUNTED.findall(one.value):
        if "type=secret" in mount:
            named = _NAMED.search(mount)
            shown = excerpt(named[1].rpartition("/")[2] if named else "one", 100)
            rows.add(subject, "secrets", f"{shown} comes as a secret of the build", _at(one.line), holds=True)
    written = [*one.lines, *one.heredoc]
    for line, text in written:
        if held(one.keyword.lower(), text) == "written":
            rows.add(subject, "secrets", f"a secret stands in its {one.keyword}", _at(line), holds=False)
            break
    if _INSECURE.search(one.value):
        rows.add(subject, "workload", "is built with all rights of its host", _at(one.line), holds=False)
    for sign, setting in _RISING if stays else ():
        place = next((line for line, text in written if sign.search(text)), None)
        if place is not None:
            rows.add(subject, "workload", setting, _at(place), holds=False)


def _lines_of(one: Instruction) -> dict[str, int]:
    """The first line that gives each name a value; of a name that has none, the first that it stands on."""
    bare: dict[str, int] = {}
    given: dict[str, int] = {}
    for line, text in one.lines:
        for match in _STANDS.finditer(text):
            (given if match[2] else bare).setdefault(match[1], line)
    return bare | given


def _at(line: int) -> Cursor:
    return Cursor(Document(None, {"": line}), None)
