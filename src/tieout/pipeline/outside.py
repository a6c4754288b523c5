"""How far a source may lead: to what lies beside the repository, and beyond it only where the command line says so.

A configuration is a part of what is assessed, and often a stranger's. What it names must not open the reader's disk.
"""

import os
import pwd
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from tieout.collectors.patterns import split_pattern
from tieout.config.kinds import KINDS
from tieout.config.model import SourceSection
from tieout.kernel.errors import ConfigError, UnreadableError
from tieout.kernel.git.worktree import find_repository, refuse_links_out
from tieout.kernel.reading.documents import Document
from tieout.kernel.reading.masking import shown

OPTION = "--allow-outside"
NETWORK_OPTION = "--allow-network"


def sources_outside(
    sources: Iterable[SourceSection], config: Path, allowed: Iterable[Path], document: Document
) -> tuple[str, ...]:
    """Names of the sources that lead out of the repository to what the command line allows; links are followed first.

    A link within the repository that leads out of it is passed over here: it is never followed, whatever is allowed.

    Args:
        sources: As configured; what is `inside` a git source leads nowhere.
        config: Path of tieout.yaml; without a repository around it, its folder stands for one.
        allowed: Files and folders, all in them included.
        document: The configuration, for the lines of errors.

    Raises:
        ConfigError: A source leads out of the folder that holds the repository, and nothing allows it; each further
            one is a note (PEP 678).
    """
    repository = _real(find_repository(config.parent) or config.parent)
    bound = _bound(repository, _real(config.parent))
    opened = [_real(path) for path in allowed]
    named: list[str] = []
    faults: list[tuple[str, str, str]] = []
    for source in sources:
        path = split_pattern(source.path)[0]
        place = _place(config.parent, path) if source.inside is None else None
        if place is None or _is_in(place, repository):
            continue
        if any(_is_in(place, one) for one in opened):
            named.append(source.name)
        elif not _is_in(place, bound):
            line = document.lines.get(f"/sources/{_index(source, document)}/path", 1)
            told = f"source '{source.name}' leads {_whither(config.parent / path, place)}, {_beyond(bound, repository)}"
            faults.append((f"{config.name}:{line}", told, f"if that is meant, pass {OPTION} {config.parent / path}"))
    if faults:
        (where, message, hint), *others = faults
        error = ConfigError(message, hint=hint, where=where)
        for other, sentence, advice in others:
            error.add_note(f"{other}: {sentence} ({advice})")
        raise error
    return tuple(named)


def _place(folder: Path, path: str) -> Path | None:
    """Where a path leads; None where a link within the repository leads out of it, which is a result of its own."""
    try:
        refuse_links_out(folder, path)
    except UnreadableError:
        return None
    return _real(folder / path)


def asked_server(source: SourceSection) -> str:
    """The address of the server that a source asks over the network; empty where it asks none."""
    kind = KINDS.get(source.kind)
    address = source.options.get(kind.network) if kind is not None and kind.network else None
    return str(address) if address is not None else ""


def demand_network(sources: Iterable[SourceSection], *, allowed: bool, config: Path, document: Document) -> None:
    """See to it that no source asks a server unless the command line says so.

    Raises:
        ConfigError: One does; it names the first.
    """
    for source in sources:
        if (server := asked_server(source)) and not allowed:
            line = document.lines.get(f"/sources/{_index(source, document)}/options", 1)
            message = f"source '{source.name}' would ask {shown(server)} over the network"
            hint = f"if that is meant, pass {NETWORK_OPTION}; saved answers are read without it"
            raise ConfigError(message, hint=hint, where=f"{config.name}:{line}")


def _bound(repository: Path, folder: Path) -> Path:
    """The widest folder that may be read unasked: the one that holds the repository.

    Not so where that is somebody's home, or holds homes, or is the top of the disk: there lie keys and other people's
    files. Then it is the repository alone.
    """
    homes = _homes()
    candidates = (repository.parent, repository, folder.parent)
    return next((one for one in candidates if not any(_is_in(home, one) for home in homes)), folder)


def _homes() -> frozenset[Path]:
    homes = {Path("/"), _real(Path(os.environ.get("HOME") or "/"))}
    with suppress(OSError, KeyError):
        homes |= {Path(entry.pw_dir) for entry in pwd.getpwall() if entry.pw_dir.startswith("/")}
    return frozenset(homes)


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _is_in(path: Path, folder: Path) -> bool:
    return path == folder or folder in path.parents


def _index(source: SourceSection, document: Document) -> int:
    names = [one.get("name") for one in document.data["sources"]]
    return names.index(source.name)


def _whither(path: Path, place: Path) -> str:
    plain = Path(os.path.normpath(Path.cwd() / path))
    return f"to {shown(str(path))}" if plain == place else f"to {shown(str(place))}, by a link"


def _beyond(bound: Path, repository: Path) -> str:
    if bound in repository.parents:
        return "out of the folder that holds the repository"
    return "out of the repository; beside one in a home folder or at the top of the disk nothing is read unasked"
