"""Which files a source means, and whether their paths let them count: live ones, not examples or archives."""

from tieout.collectors.base import Request
from tieout.domain.evidence import PathClass
from tieout.domain.paths import OWN, classify, disused_by, elsewhere_by, unused_by
from tieout.kernel.reading.files import Entry

#: How a reason names a kind of place whose files do not count.
NOT_LIVE = {
    PathClass.EXAMPLE: "an example",
    PathClass.TEMPLATE: "a template",
    PathClass.TEST: "a test or its fixture",
    PathClass.DOCUMENTATION: "documentation",
    PathClass.ARCHIVE: "an archive or an old copy",
    PathClass.NON_PRODUCTION: "of another environment than production",
}


def entries_of(request: Request) -> list[Entry]:
    """Entries of every kind under the prefix, sorted by path.

    Raises:
        UnreadableError: Nothing could be listed.
    """
    prefix = request.prefix.strip("/")
    return [entry for entry in request.entries() if is_under(entry.path, prefix)]


def names_one_file(request: Request) -> bool:
    """Whether the source names a single file rather than a folder."""
    entries = request.entries()
    prefix = request.prefix.strip("/")
    return any(entry.path == prefix for entry in entries) or (
        not prefix and len(entries) == 1 and entries[0].path == request.source.path.rpartition("/")[2]
    )


def not_live(
    request: Request, path: str, *, one_file: bool, disused: bool = False, elsewhere: bool = False
) -> str | None:
    """Why a path does not count as configuration or record; None where it does.

    Classes are judged below the declared folder, since declaring it says that it is in use. Naming one
    file says so of a documentation folder too, but not of an example, a template or a test.

    Args:
        request: The source.
        path: A file of its view.
        one_file: Whether the source names this file.
        disused: What a word of the path, the declared folder's included, says to be old, archived or not in use does
            not count.
        elsewhere: Nor does what it says to be of another environment than production.
    """
    declared = plain(request.source.path)
    below = path.removeprefix(request.prefix.strip("/")).lstrip("/")
    kind = classify(declared if one_file else below)
    if kind not in OWN and not (one_file and kind is PathClass.DOCUMENTATION):
        return f"is {NOT_LIVE[kind]}"
    whole = whole_path(request, path, one_file=one_file)
    if disused and (word := disused_by(whole)):
        return f"is {NOT_LIVE[PathClass.ARCHIVE]} by its path ('{word}'; if it is in use, move or rename it)"
    if disused and (word := unused_by(whole)):
        return f"is not in use by its path ('{word}'; if it is in use, move or rename it)"
    if elsewhere and (word := elsewhere_by(whole)):
        return f"is {NOT_LIVE[PathClass.NON_PRODUCTION]} by its path ('{word}'; if it is live, move or rename it)"
    return None


def whole_path(request: Request, path: str, *, one_file: bool) -> str:
    """A file's path with the declared folder's, as the configuration writes that."""
    declared = plain(request.source.path)
    below = path.removeprefix(request.prefix.strip("/")).lstrip("/")
    return declared if one_file else f"{declared}/{below}"


def is_under(path: str, prefix: str) -> bool:
    """Whether a path is the prefix or below it; an empty prefix takes every path."""
    return not prefix or path == prefix or path.startswith(f"{prefix}/")


def plain(path: str) -> str:
    """A declared path without the steps that only lead to it (`../deploy/x` is judged as `deploy/x`)."""
    return "/".join(part for part in path.split("/") if part not in {"", ".", ".."})
