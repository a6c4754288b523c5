"""The CODEOWNERS file in force, and who owns the governed paths by its last matching rule."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from tieout.collectors.base import Commit
from tieout.collectors.gathering import Gathering, SourceFile
from tieout.collectors.git.path_patterns import MAX_EFFORT, PathPattern, PathPatterns, path_pattern
from tieout.domain.artefacts.repository import CodeOwners, OwnedPath, OwnerLine
from tieout.domain.evidence import Effective
from tieout.domain.paths import OWN, classify
from tieout.kernel.errors import ConfigError, UnreadableError
from tieout.kernel.reading.files import Entry
from tieout.kernel.reading.text import decode_text, display_path, excerpt

#: Where forges look, in their order; the first that is there is in force, even when it holds nothing.
PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
_GITHUB = frozenset(PLACES[:3])
MAX_BYTES = 3_000_000
MAX_RULES = 20_000
"""Rules of a file; the largest in public use have some 8,000."""
_MOST_NOTES = 20
_LONGEST_OWNER = 320  # characters of an address, RFC 3696

_GOVERNED = re.compile(r"(?:^|/)(?:models?|prompts?|evals?|evaluations?|policy|policies)/", re.IGNORECASE)
# Configuration that decides which model answers what, how, and whether, wherever it stands.
_GOVERNED_FILE = re.compile(
    r"(?:^|/)[^/]{0,80}(?:gateway|litellm|prompts?|guardrails?|flags?|models?)\b[^/]{0,40}\.(?:json|toml|ya?ml)$",
    re.IGNORECASE,
)
# GitLab: [Section], ^[Optional section], [Section][2], each perhaps with default owners behind it.
_SECTION = re.compile(r"\^?\[[^\]]{1,200}\](?:\[\d{1,3}\])?(?P<owners>(?:[ \t]+\S+)*)[ \t]*")
_ESCAPED = re.compile(r"\\.")
_OWNER = re.compile(r"@{1,2}[A-Za-z0-9][\w.-]*(?:/[\w.-]+)*|[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: str
    owners: tuple[str, ...]
    line: int
    section: str
    matcher: PathPattern


@dataclass(slots=True)
class _Parsed:
    rules: list[_Rule] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)


def gather_codeowners(gathering: Gathering, commit: Commit) -> None:
    """Add the file in force, resolved over the governed paths; copies elsewhere are noted.

    Raises:
        UnreadableError: The file in force cannot be read, or holds more rules than can be compared.
        ConfigError: The option `governed` is not a list of patterns, or they are too many.
    """
    entries = gathering.request.entries()
    by_path = {entry.path: entry for entry in entries}
    governed = _governed(gathering, entries)
    in_force = next((place for place in PLACES if place in by_path), None)
    for entry in entries:
        if entry.path.rpartition("/")[2] == "CODEOWNERS" and entry.path != in_force:
            reason = "is a copy that no forge reads here, not the file in force"
            gathering.problem("not-counted", entry.path, reason, types=("codeowners",))
    if in_force is None:
        reason = "no code owners file stands in a place that forges read"
        gathering.problem("absent", "CODEOWNERS", reason, types=("codeowners",))
        return
    file = gathering.read(by_path[in_force], max_bytes=MAX_BYTES)
    # The places of GitHub are read by others too; a tree with GitLab's own files is GitLab's.
    on_github = in_force in _GITHUB and not any(path.startswith(".gitlab") for path in by_path)
    parsed = _parse(file, on_github=on_github or in_force == PLACES[0])
    for line, note in parsed.notes[:_MOST_NOTES]:
        gathering.problem("not-counted", file.path, note, line=line, types=("codeowners",))
    if rest := parsed.notes[_MOST_NOTES:]:
        those = "1 more line does" if len(rest) == 1 else f"{len(rest):,} more lines do"
        reason = f"{those} nothing here, from this one on"
        gathering.problem("not-counted", file.path, reason, line=rest[0][0], types=("codeowners",))
    if not any(rule.owners for rule in parsed.rules):
        gathering.problem("absent", file.path, "holds no rule that names an owner", types=("codeowners",))
        return
    _add(gathering, commit, file, parsed.rules, governed)


def _add(gathering: Gathering, commit: Commit, file: SourceFile, rules: list[_Rule], governed: list[str]) -> None:
    lines = {f"/rules/{index}": rule.line for index, rule in enumerate(rules)}
    owned = []
    patterns = PathPatterns([rule.matcher for rule in rules])
    if patterns.effort(governed) > MAX_EFFORT:
        message = (
            f"its {len(rules):,} rules cannot be compared with {len(governed):,} governed paths: too many of them "
            "name neither a folder nor a file whole"
        )
        hint = "write folders rather than wildcards, or choose the paths with the option `governed`"
        raise UnreadableError(message, hint=hint, where=file.path)
    for index, path in enumerate(governed):
        owners, line = _owners([rules[number] for number in patterns.matching(path)])
        owned.append(OwnedPath(path=path, owners=owners))
        if line is not None:
            lines[f"/governed/{index}"] = line
    facts = CodeOwners(
        path=file.path,
        rules=tuple(OwnerLine(pattern=rule.pattern, owners=rule.owners) for rule in rules),
        governed=tuple(owned),
        settings=_settings(gathering),
    )
    gathering.add(
        "codeowners",
        facts,
        path=file.path,
        digest=file.digest,
        effective=Effective(end=commit.committed_at, basis="in force at the assessed commit"),
        lines=lines,
        file=file,
    )


def _owners(matching: list[_Rule]) -> tuple[tuple[str, ...], int | None]:
    """Owners of a path and the line that names them, by the rules that match: in each section the last one wins."""
    winners = {rule.section: rule for rule in matching}
    owners = dict.fromkeys(owner for rule in winners.values() for owner in rule.owners)
    deciding = [rule for rule in winners.values() if rule.owners] or list(winners.values())
    return tuple(owners), deciding[-1].line if deciding else None


def _settings(gathering: Gathering) -> tuple[str, ...]:
    option = gathering.request.source.options.get("governed")
    if not isinstance(option, list):
        return ()
    default = (
        "default: live model, prompt, evaluation and policy folders, and gateway, prompt, model and flag configuration"
    )
    return (f"governed paths chosen by the source: {', '.join(map(str, option)) or 'none'} ({default})",)


def _governed(gathering: Gathering, entries: Sequence[Entry]) -> list[str]:
    """Paths that should have an owner: live ones by their folder or name, or what the option names."""
    files = [entry.path for entry in entries if entry.kind == "file"]
    option = gathering.request.source.options.get("governed")
    if option is None:
        chosen = [path for path in files if _is_governed(path) and classify(path) in OWN]
        return [display_path(path) for path in chosen]
    where = f"source {gathering.request.source.name}"
    if not isinstance(option, list) or not all(isinstance(pattern, str) for pattern in option):
        raise ConfigError("option 'governed' is not a list of path patterns", hint="as in [prompts/**]", where=where)
    matchers = []
    for text in option:
        matcher = path_pattern(text)
        if matcher is None:
            raise ConfigError(f"'{text}' is not a path pattern", hint="write it as in .gitignore", where=where)
        matchers.append(matcher)
    patterns = PathPatterns(matchers)
    shown = [display_path(path) for path in files]
    if patterns.effort(shown) > MAX_EFFORT:
        message = f"option 'governed' has too many patterns to compare with the {len(shown):,} files of this tree"
        raise ConfigError(message, hint="write folders rather than wildcards", where=where)
    return [path for path in shown if patterns.matching(path)]


def _is_governed(path: str) -> bool:
    return _GOVERNED.search(path) is not None or _GOVERNED_FILE.search(path) is not None


def _parse(file: SourceFile, *, on_github: bool) -> _Parsed:
    """The effective rules of a file, and the lines that a forge would not take.

    Args:
        file: The file in force.
        on_github: It is read by GitHub, as far as the tree shows: ranges such as `[a-z]` do nothing there.

    Raises:
        UnreadableError: It is not text, or has too many rules.
    """
    parsed = _Parsed()
    # GitHub knows no sections and no exclusions; such lines do nothing there.
    is_github = file.path.startswith(".github/")
    section, defaults = "", tuple[str, ...]()
    for number, raw in enumerate(decode_text(file.data, file.path).split("\n"), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        heading = _SECTION.fullmatch(line)
        if heading is not None and all(_is_owner(word) for word in heading["owners"].split()):
            if is_github:
                parsed.notes.append((number, "sections do nothing in this place"))
            else:
                section, defaults = line.partition("]")[0].lstrip("^[").casefold(), tuple(heading["owners"].split())
            continue
        pattern, words = _split(line)
        excludes = pattern.startswith("!")
        if len(parsed.rules) == MAX_RULES:
            message = f"has more than {MAX_RULES:,} rules"
            raise UnreadableError(message, where=f"{file.path}:{number}")
        matcher = path_pattern(pattern.removeprefix("!"))
        if matcher is None or (excludes and is_github):
            parsed.notes.append((number, f"'{excerpt(pattern)}' is not a pattern that a forge takes"))
            continue
        if on_github and "[" in _ESCAPED.sub("", pattern):
            # GitHub's "About code owners", syntax exceptions: no `[ ]` for a range of characters.
            parsed.notes.append((number, f"'{excerpt(pattern)}' does nothing here: GitHub takes no [ ] in a pattern"))
            continue
        owners = tuple(word for word in words if _is_owner(word))
        if len(owners) < len(words):
            parsed.notes.append((number, "names an owner that is neither @name nor an address"))
            if not owners:
                continue
        rule_owners = () if excludes else (owners or defaults)
        parsed.rules.append(_Rule(display_path(pattern), rule_owners, number, section, matcher))
    return parsed


def _split(line: str) -> tuple[str, list[str]]:
    """Pattern and the words after it, up to a comment; a blank after a backslash belongs to the pattern."""
    at = 0
    while at < len(line) and not line[at].isspace():
        at += 2 if line[at] == "\\" else 1
    words = []
    for word in line[at:].split():
        if word.startswith("#"):
            break
        words.append(word)
    return line[:at], words


def _is_owner(word: str) -> bool:
    return len(word) <= _LONGEST_OWNER and _OWNER.fullmatch(word) is not None
