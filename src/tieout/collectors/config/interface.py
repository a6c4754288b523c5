"""What a reader of one configuration language is: which files are its own, and what reading one gives.

A field map (`formats/`) says all of this as data, for files of one artefact whose entries become rows. What needs more
than that (several objects in one file, settings that stand in another, a language that is neither YAML nor JSON) is a
reader in `readers/`, found by its being there.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tieout.kernel.reading.documents import Document, Kind

Note = tuple[int | None, str]


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """One live file of a source.

    Attributes:
        path: Safe to print.
        data: The bytes.
        kind: The data language that its name says; None for any other (Terraform, a Dockerfile).
        documents: Parsed; several of a YAML stream, none of another language. Lines are those of the file.
        committed: Paths are those of a commit, from the top of its repository.
    """

    path: str
    data: bytes
    kind: Kind | None = None
    documents: tuple[Document, ...] = ()
    committed: bool = False


@dataclass(slots=True)
class Found:
    """One artefact that a file configures.

    Attributes:
        artefact: Its name.
        facts: Its fields, as JSON values; they are fitted to the artefact's model.
        lines: JSON pointer into the facts -> line of the file.
        notes: (line, sentence that begins with its verb) of what is there and does not count.
        dropped: (line, sentence) of what is missing from the facts: nothing said of every row holds.
        part: Tells several of one artefact and file apart; stays the same while the file's other parts change.
        files: JSON pointer into the facts -> path of the file that the fact rests on, where that is another one (a
            variable's value, a role that is bound here); its line is then that file's. Every such fact must be named:
            a packet's copies alone do not give it. A fact that rests on what other files lack is not made.
        people: JSON pointers to names of persons in the facts: they become pseudonyms, and of a file with any of them
            no copy is kept.
        exported: The file is an export of what stands elsewhere: it speaks of when it was made, and not of what is
            in force now.
        made: When it says that it was made, RFC 3339; empty where it does not, and version control tells.
        uncopied: No copy of the file is kept: it holds secrets that cannot be told from what is none.
    """

    artefact: str
    facts: dict[str, Any]
    lines: dict[str, int] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    dropped: list[Note] = field(default_factory=list)
    part: str = ""
    files: dict[str, str] = field(default_factory=dict)
    people: list[str] = field(default_factory=list)
    exported: bool = False
    made: str = ""
    uncopied: bool = False


def _never(_path: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the files of one configuration language.

    Attributes:
        name: What a source's `format` calls it.
        title: For people.
        artefacts: What it may give.
        suits: Whether a path may be one of its files, by its name alone.
        recognises: Whether a file is one; it must not take what another format reads.
        read: What a file configures. The second argument holds every file of the source that it recognises, this one
            too, sorted by path: settings of one may stand in another. Raises UnreadableError.
        beside: Format of a field map that reads the same files: a source that names it is read by this reader too.
        in_use: Whether a path is in use whatever its words say: `.github/workflows/deploy-staging.yml` is.
        plain: A file's bytes without what only its product's own YAML knows (`!reference`); no byte may move.
    """

    name: str
    title: str
    artefacts: tuple[str, ...]
    suits: Callable[[str], bool]
    recognises: Callable[[ConfigFile], bool]
    read: Callable[[ConfigFile, Sequence[ConfigFile]], Iterable[Found]]
    beside: str = ""
    in_use: Callable[[str], bool] = _never
    plain: Callable[[bytes], bytes] | None = None
