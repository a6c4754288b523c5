"""The CODEOWNERS file in force, and who owns the governed paths by its last matching rule."""

import re
from collections.abc import Collection, Sequence

from tieout.collectors.base import Commit
from tieout.collectors.gathering import Gathering
from tieout.collectors.git.code_owner_lines import Forge, Reading, Rule, differing_line, owners_of, read_lines
from tieout.collectors.git.path_patterns import MAX_EFFORT, PathPatterns, path_pattern
from tieout.domain.artefacts.repository import CodeOwners, OwnedPath, OwnerLine
from tieout.domain.evidence import Effective
from tieout.domain.paths import OWN, classify
from tieout.kernel.errors import ConfigError, UnreadableError
from tieout.kernel.reading.files import Entry
from tieout.kernel.reading.text import display_path

#: Where each forge looks, in its order; the first that is there is in force, even when it holds nothing.
PLACES = {
    Forge.GITHUB: (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"),
    Forge.GITLAB: ("CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"),
}
#: What only one of them reads, and so says which one the tree is for.
_SIGNS = {Forge.GITHUB: re.compile(r"\.github/"), Forge.GITLAB: re.compile(r"\.gitlab/|\.gitlab-ci\.ya?ml$")}
MAX_BYTES = 3_000_000
_MOST_NOTES = 20

_GOVERNED = re.compile(r"(?:^|/)(?:models?|prompts?|evals?|evaluations?|policy|policies)/", re.IGNORECASE)
# Configuration that decides which model answers what, how, and whether, wherever it stands.
_GOVERNED_FILE = re.compile(
    r"(?:^|/)[^/]{0,80}(?:gateway|litellm|prompts?|guardrails?|flags?|models?)\b[^/]{0,40}\.(?:json|toml|ya?ml)$",
    re.IGNORECASE,
)


def gather_codeowners(gathering: Gathering, commit: Commit) -> None:
    """Add the file in force, resolved over the governed paths; copies elsewhere are noted.

    Where the tree does not tell which forge it is for, the file is read both ways: a governed path that the two
    give to different owners carries both.

    Raises:
        UnreadableError: The file in force cannot be read, or holds more rules than can be compared.
        ConfigError: The option `governed` is not a list of patterns, or they are too many.
    """
    entries = gathering.request.entries()
    by_path = {entry.path: entry for entry in entries}
    governed = _governed(gathering, entries)
    deciding = in_force(by_path)
    for entry in entries:
        if entry.path.rpartition("/")[2] == "CODEOWNERS" and entry.path not in deciding.values():
            reason = "is a copy that no forge reads here, not the file in force"
            gathering.problem("not-counted", entry.path, reason, types=("codeowners",))
    if not deciding:
        reason = "no code owners file stands in a place that forges read"
        gathering.problem("absent", "CODEOWNERS", reason, types=("codeowners",))
        return
    files = {path: gathering.read(by_path[path], max_bytes=MAX_BYTES) for path in dict.fromkeys(deciding.values())}
    readings = [read_lines(files[path], forge) for forge, path in deciding.items()]
    if len(files) == 1 and not any(rule.elsewhere or rule.heading for rule in readings[-1].rules):
        readings = readings[:1]  # it means the same to both
    _note(gathering, readings)
    if not any(reading.names_an_owner for reading in readings):
        path = readings[0].file.path
        gathering.problem("absent", path, "holds no rule that names an owner", types=("codeowners",))
        return
    _add(gathering, commit, readings, governed)


def in_force(by_path: Collection[str]) -> dict[Forge, str]:
    """The file that each forge reads: of one forge where a place or another file tells which, otherwise of both."""
    found = {
        forge: path for forge, places in PLACES.items() if (path := next((one for one in places if one in by_path), ""))
    }
    told = [forge for forge in found if any(_SIGNS[forge].match(path) for path in by_path)]
    return {told[0]: found[told[0]]} if len(told) == 1 else found


def _note(gathering: Gathering, readings: Sequence[Reading]) -> None:
    """Tell the lines that a forge does not take, of each file the first ones."""
    notes: dict[str, dict[int, str]] = {}
    for reading in readings:
        of_file = notes.setdefault(reading.file.path, {})
        for line, note in reading.notes:
            of_file.setdefault(line, note)
    for path, of_file in notes.items():
        told = sorted(of_file.items())
        for line, note in told[:_MOST_NOTES]:
            gathering.problem("not-counted", path, note, line=line, types=("codeowners",))
        if rest := told[_MOST_NOTES:]:
            those = "1 more line does" if len(rest) == 1 else f"{len(rest):,} more lines do"
            reason = f"{those} nothing here, from this one on"
            gathering.problem("not-counted", path, reason, line=rest[0][0], types=("codeowners",))


def _add(gathering: Gathering, commit: Commit, readings: Sequence[Reading], governed: list[str]) -> None:
    first, last = readings[0], readings[-1]
    by_rules = [_matching(reading, governed) for reading in readings]
    lines = {f"/rules/{index}": rule.line for index, rule in enumerate(first.rules)}
    elsewhere: dict[str, str] = {}
    owned = []
    for index, path in enumerate(governed):
        matching = [found[path] for found in by_rules]
        owners, line = owners_of(matching[0])
        others, other_line = owners_of(matching[-1])
        otherwise = others if set(others) != set(owners) else None
        if otherwise is not None:
            same = first.file.path == last.file.path
            line = (differing_line(matching[-1]) if same else other_line) or line
            if not same:
                elsewhere[f"/governed/{index}"] = last.file.path
        owned.append(OwnedPath(path=path, owners=owners, otherwise=otherwise))
        if line is not None:
            lines[f"/governed/{index}"] = line
    facts = CodeOwners(
        path=first.file.path,
        rules=tuple(OwnerLine(pattern=display_path(rule.pattern), owners=rule.owners) for rule in first.rules),
        governed=tuple(owned),
        settings=_settings(gathering),
    )
    gathering.add(
        "codeowners",
        facts,
        path=first.file.path,
        digest=first.file.digest,
        effective=Effective(end=commit.committed_at, basis="in force at the assessed commit"),
        lines=lines,
        files=elsewhere,
        file=first.file,
    )


def _matching(reading: Reading, governed: Sequence[str]) -> dict[str, list[Rule]]:
    """Governed path -> the rules that mean it, in their order.

    Raises:
        UnreadableError: They are too many to be compared.
    """
    patterns = PathPatterns([rule.matcher for rule in reading.rules])
    if patterns.effort(governed) > MAX_EFFORT:
        message = (
            f"its {len(reading.rules):,} rules cannot be compared with {len(governed):,} governed paths: too many of "
            "them name neither a folder nor a file whole"
        )
        hint = "write folders rather than wildcards, or choose the paths with the option `governed`"
        raise UnreadableError(message, hint=hint, where=reading.file.path)
    return {path: [reading.rules[number] for number in patterns.matching(path)] for path in governed}


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
        chosen = [path for path in files if is_governed(path) and classify(path) in OWN]
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


def is_governed(path: str) -> bool:
    """Whether a path decides which model answers what, how, and whether, by its folder or its name."""
    return _GOVERNED.search(path) is not None or _GOVERNED_FILE.search(path) is not None
