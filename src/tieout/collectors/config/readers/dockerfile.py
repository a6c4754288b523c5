"""Reads Dockerfiles: what their image starts from, whom it runs as, what it takes in, whether its health is asked.

The final stage counts, for that is what a build without a target makes; stages that only help to build are told apart,
and those that it takes nothing from are left out. Nothing is built: a build argument has its default.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from tieout.collectors.config.container_words import pinned
from tieout.collectors.config.dockerfile_parts.settings import stage_rows
from tieout.collectors.config.interface import ConfigFile, Found, Reader
from tieout.collectors.config.rows import Fact, Rows
from tieout.collectors.config.security_rows import SecurityRows
from tieout.kernel.reading.documents import Document
from tieout.kernel.reading.text import decode_text, excerpt
from tieout.syntax.container_files import is_dockerfile, is_for_work
from tieout.syntax.cursor import Cursor
from tieout.syntax.dockerfile import Dockerfile, Instruction, Stage, parse_dockerfile, resolved
from tieout.syntax.dockerfile_user import runs_as

_FROM = re.compile(r"--from=(\S{1,500})")
_MOUNTED = re.compile(r"--mount=\S{0,500}?\bfrom=([^\s,]{1,500})")
#: A name of one word may be another context of the build; these signs stand in names of images alone.
_OF_IMAGES: Final = ("/", ":", "@")
_LONGEST: Final = 300


def _recognises(file: ConfigFile) -> bool:
    return bool(_parsed(file).stages)


def _parsed(file: ConfigFile) -> Dockerfile:
    return parse_dockerfile(file.path, decode_text(file.data, file.path).replace("\r\n", "\n"))


def _read(file: ConfigFile, beside: Sequence[ConfigFile]) -> Iterator[Found]:  # noqa: ARG001 - the reader's own shape
    rows, settings = Rows("container_config", "images", "Docker"), SecurityRows("Docker")
    dockerfile = _parsed(file)
    if is_for_work(file.path):
        for one in (rows, settings.rows):
            one.note(None, "is by its name for those who work on the code or test it: nobody is served by its image")
    else:
        _stages(rows, dockerfile)
        needed = _needed(dockerfile)
        stage_rows(settings, dockerfile, [one for one in dockerfile.stages if id(one) in needed])
    yield from rows.found()
    yield from settings.found()


def _stages(rows: Rows, dockerfile: Dockerfile) -> None:
    final = dockerfile.stages[-1]
    lineage = [id(stage) for stage in dockerfile.lineage(final)]
    needed = _needed(dockerfile)
    _final(rows, dockerfile, final)
    for index, stage in enumerate(dockerfile.stages):
        name = stage.name or f"stage {index}"
        if id(stage) not in needed:
            rows.note(_at(stage.line), f"'{excerpt(name)}' is a stage that a build without a target takes nothing from")
            continue
        base = dockerfile.base_of(stage)
        if id(stage) not in lineage and dockerfile.parent(stage) is None and base != "scratch":
            _helper(rows, name, base, stage.line)
        for image, line in _taken_images(dockerfile, stage):
            _helper(rows, f"files taken from {excerpt(image)}", image, line)


def _final(rows: Rows, dockerfile: Dockerfile, stage: Stage) -> None:
    image, line = dockerfile.root_image(stage)
    runs = runs_as(dockerfile, stage)
    check = next((one for each in dockerfile.lineage(stage) if (one := each.last("HEALTHCHECK")) is not None), None)
    checked = None if check is None else check.value.strip().upper() != "NONE"
    rows.add(
        _at(stage.line),
        {
            "name": Fact(excerpt(stage.name, _LONGEST) or "final stage", _at(stage.line)),
            "image": Fact(excerpt(image, _LONGEST), _at(line)),
            "pinned": Fact(pinned(image), _at(line)),
            "user": Fact(excerpt(runs.user, _LONGEST) or None, _at(runs.line)),
            "root": Fact(runs.is_root, _at(runs.line)),
            "checked": Fact(checked, _at(check.line) if check else None),
        },
    )


def _helper(rows: Rows, name: str, image: str, line: int) -> None:
    """A stage or an image of which only files get into what is built."""
    facts = {
        "name": Fact(excerpt(name, _LONGEST)),
        "runs": Fact(value=False),
        "image": Fact(excerpt(image, _LONGEST), _at(line)),
        "pinned": Fact(pinned(image), _at(line)),
    }
    rows.add(_at(line), facts)


def _needed(dockerfile: Dockerfile) -> set[int]:
    """Stages that the final one is made from, itself included."""
    found: set[int] = set()
    left = [dockerfile.stages[-1]]
    while left:
        stage = left.pop()
        if id(stage) in found:
            continue
        found.add(id(stage))
        parent = dockerfile.parent(stage)
        left += [parent] if parent is not None else []
        left += [one for name, _ in _taken(stage) if (one := dockerfile.stage(name)) is not None]
    return found


def _taken_images(dockerfile: Dockerfile, stage: Stage) -> Iterator[tuple[str, int]]:
    seen = set()
    for name, line in _taken(stage):
        image = resolved(name, dockerfile.arguments)
        if dockerfile.stage(name) is None and any(sign in image for sign in _OF_IMAGES) and image not in seen:
            seen.add(image)
            yield image, line


def _taken(stage: Stage) -> Iterator[tuple[str, int]]:
    """What files are taken from, stages and images, with the line."""
    for one in stage.instructions:
        yield from ((name, one.line) for name in _named(one))


def _named(one: Instruction) -> list[str]:
    if one.keyword == "COPY":
        found = _FROM.match(one.value) or _FROM.search(one.value.partition(" ")[0])
        flags = " ".join(word for word in one.value.split()[:6] if word.startswith("--"))
        return [found[1]] if (found := found or _FROM.search(flags)) else []
    return _MOUNTED.findall(one.value) if one.keyword == "RUN" else []


def _at(line: int) -> Cursor:
    return Cursor(Document(None, {"": line}), None)


READERS = (
    Reader(
        name="dockerfile",
        title="Dockerfiles",
        artefacts=("container_config", "security_config"),
        suits=is_dockerfile,
        recognises=_recognises,
        read=_read,
    ),
)
