"""A Dockerfile as its stages and instructions, each command with its line, and who the image runs as.

Read after the Dockerfile reference: parser directives, comments within a continued line, here-documents, `ARG` before
the first `FROM`, and variables with defaults. Nothing is run, so what a build argument is given at build time is not
known: its default counts.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

#: More instructions than this no file by people has.
MAX_INSTRUCTIONS: Final = 5_000
_MOST_DIGITS: Final = 9
#: Of one variable's value; a file has thousands of variables at most, so all of them stay small, too.
_MOST_CHARACTERS: Final = 8_192

_DIRECTIVE = re.compile(r"#\s*(\w+)\s*=\s*(\S+)\s*$")
_HEREDOC = re.compile(r"<<-?\s*([\"']?)([A-Za-z_]\w{0,60})\1")
_VARIABLE = re.compile(
    r"\$(?:(?P<plain>[A-Za-z_]\w{0,99})|\{(?P<name>[A-Za-z_]\w{0,99})(?:(?P<how>:?[-+])(?P<other>[^{}]{0,200}))?\})"
)
_STAGE = re.compile(r"^(?P<base>\S+)(?:\s+AS\s+(?P<name>\S+))?\s*$", re.IGNORECASE)
_FLAG = re.compile(r"--[\w-]{1,40}(?:=\S{0,500})?\s+")
_ASSIGNED = re.compile(r"([A-Za-z_]\w{0,99})(?:=(\"[^\"]{0,500}\"|'[^']{0,500}'|\S{0,500}))?")


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction.

    Attributes:
        line: 1-based line that it starts on.
        keyword: In capitals.
        value: What stands after the keyword, continued lines joined.
        lines: Its physical lines that are no comments: number and text, without the continuation.
        heredoc: Lines of its here-documents: number and text.
    """

    line: int
    keyword: str
    value: str
    lines: tuple[tuple[int, str], ...] = ()
    heredoc: tuple[tuple[int, str], ...] = ()


@dataclass(slots=True)
class Stage:
    """A build stage.

    Attributes:
        line: Of its `FROM`.
        base: The image or the earlier stage, as written.
        name: Given by `AS`, in small letters; "" without.
        instructions: All after its `FROM`.
    """

    line: int
    base: str
    name: str
    instructions: list[Instruction] = field(default_factory=list)

    def last(self, keyword: str) -> Instruction | None:
        """The last instruction of a keyword, the one in force."""
        found = [one for one in self.instructions if one.keyword == keyword]
        return found[-1] if found else None


@dataclass(frozen=True, slots=True)
class Dockerfile:
    """A parsed file.

    Attributes:
        path: In the tree.
        arguments: Build arguments with defaults before the first `FROM`.
        stages: In order; the last is what a build without a target makes.
        before: `ARG` instructions before the first `FROM`.
    """

    path: str
    arguments: Mapping[str, str]
    stages: tuple[Stage, ...]
    before: tuple[Instruction, ...] = ()

    def stage(self, name: str) -> Stage | None:
        """A stage by its name or number, None where there is none."""
        for stage in self.stages:
            if stage.name and stage.name == name.lower():
                return stage
        number = int(name) if name.isdecimal() and len(name) < _MOST_DIGITS else len(self.stages)
        return self.stages[number] if number < len(self.stages) else None

    def base_of(self, stage: Stage) -> str:
        """The image or stage that it starts from, with defaults of build arguments put in."""
        return resolved(stage.base, self.arguments)

    def parent(self, stage: Stage) -> Stage | None:
        """The earlier stage that it starts from; None where that is an image."""
        at = self.stages.index(stage)
        base = self.base_of(stage).lower()
        return next((earlier for earlier in reversed(self.stages[:at]) if earlier.name and earlier.name == base), None)

    def lineage(self, stage: Stage) -> Iterator[Stage]:
        """The stage, the one that it starts from, and so on up to one that starts from an image."""
        at: Stage | None = stage
        while at is not None:
            yield at
            at = self.parent(at)

    def root_image(self, stage: Stage) -> tuple[str, int]:
        """The image that a stage starts from at last, and the line that names it."""
        first = list(self.lineage(stage))[-1]
        return self.base_of(first), first.line

    def variables(self, stage: Stage) -> dict[str, str]:
        """Values of `ENV` and defaults of `ARG` as they stand at the end of a stage; later ones win."""
        found: dict[str, str] = {}
        for one in reversed(list(self.lineage(stage))):
            for instruction in one.instructions:
                if instruction.keyword in {"ARG", "ENV"}:
                    self._assign(instruction, found)
        return found

    def _assign(self, instruction: Instruction, found: dict[str, str]) -> None:
        for name, value in assignments(instruction):
            if value is not None:
                found[name] = resolved(value, found)
            elif instruction.keyword == "ARG" and name in self.arguments:
                found[name] = self.arguments[name]


def assignments(instruction: Instruction) -> Iterator[tuple[str, str | None]]:
    """Names and values of an `ENV` or `ARG`, as written; None for one that has no value here."""
    if instruction.keyword == "ENV" and "=" not in instruction.value.partition(" ")[0]:
        name, _, value = instruction.value.partition(" ")
        yield name, value.strip()
        return
    for match in _ASSIGNED.finditer(instruction.value):
        yield match[1], match[2].strip("\"'") if match[2] is not None else None


def parse_dockerfile(path: str, text: str) -> Dockerfile:
    """Parse a file; what is no instruction is passed over, so a damaged file has fewer stages and never none wrong."""
    arguments: dict[str, str] = {}
    stages: list[Stage] = []
    before: list[Instruction] = []
    for instruction in _instructions(text):
        if instruction.keyword == "FROM":
            stages.append(_stage(instruction))
        elif stages:
            stages[-1].instructions.append(instruction)
        elif instruction.keyword == "ARG":
            before.append(instruction)
            for name, value in assignments(instruction):
                if value is not None:
                    arguments[name] = resolved(value, arguments)
    return Dockerfile(path, arguments, tuple(stages), tuple(before))


def resolved(text: str, values: Mapping[str, str]) -> str:
    """The text with variables replaced that have a value or a default; others stay as they are written.

    So do all of a text that would become longer than any real one: variables of variables double what they hold.
    """

    def put(match: re.Match[str]) -> str:
        name = match["plain"] or match["name"]
        value = values.get(name)
        how, other = match["how"] or "", match["other"] or ""
        if how.endswith("+"):
            return other if value else ""
        if how and not value:
            return other
        return match[0] if value is None else value

    if sum(len(put(match)) for match in _VARIABLE.finditer(text)) > _MOST_CHARACTERS:
        return text
    return _VARIABLE.sub(put, text)


def is_unresolved(text: str) -> bool:
    """Whether a variable stands in it that has no value here."""
    return "$" in text


def _stage(instruction: Instruction) -> Stage:
    value = instruction.value
    while flag := _FLAG.match(value):
        value = value[flag.end() :]
    found = _STAGE.match(value)
    base = found["base"] if found else value.split(" ", 1)[0]
    return Stage(instruction.line, base.strip("\"'"), (found["name"] or "").lower() if found else "")


def _instructions(text: str) -> Iterator[Instruction]:
    lines = text.split("\n")
    escape, at, count = "\\", 0, 0
    while at < len(lines) and (directive := _DIRECTIVE.match(lines[at].strip())):
        if directive[1].lower() == "escape":
            escape = directive[2]
        at += 1
    while at < len(lines) and count < MAX_INSTRUCTIONS:
        if not lines[at].strip() or lines[at].lstrip().startswith("#"):
            at += 1
            continue
        instruction, at = _one(lines, at, escape)
        count += 1
        yield instruction


def _one(lines: list[str], at: int, escape: str) -> tuple[Instruction, int]:
    """The instruction that starts at an index, and the index after it."""
    first = at
    parts: list[tuple[int, str]] = []
    while at < len(lines):
        line = lines[at].rstrip()
        at += 1
        if parts and (not line.strip() or line.lstrip().startswith("#")):
            continue
        is_continued = line.endswith(escape)
        parts.append((at, line.removesuffix(escape) if is_continued else line))
        if not is_continued:
            break
    joined = " ".join(text.strip() for _, text in parts)
    keyword, _, value = joined.partition(" ")
    keyword = keyword.upper()
    heredoc: list[tuple[int, str]] = []
    if keyword in {"RUN", "COPY", "ADD"}:
        for match in _HEREDOC.finditer(value):
            at = _heredoc(lines, at, match[2], heredoc)
    return Instruction(first + 1, keyword, value.strip(), tuple(parts), tuple(heredoc)), at


def _heredoc(lines: list[str], at: int, end: str, found: list[tuple[int, str]]) -> int:
    """Take the lines up to the closing word; none where it never comes, for then it was no here-document."""
    closing = next((index for index in range(at, len(lines)) if lines[index].strip() == end), None)
    if closing is None:
        return at
    found.extend((index + 1, lines[index]) for index in range(at, closing))
    return closing + 1
