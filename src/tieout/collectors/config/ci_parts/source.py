"""The files of a source as pipelines are read from them."""

from collections.abc import Collection, Sequence

from tieout.collectors.config.interface import ConfigFile
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.documents import Document, Kind


class SourceFiles:
    """Files that a reader recognises, by their paths.

    Args:
        files: Of one source.
    """

    def __init__(self, files: Sequence[ConfigFile]) -> None:
        self._files = {file.path: file for file in files}
        self._texts: dict[str, _Lines] = {}

    @property
    def paths(self) -> Collection[str]:
        """Paths of all files."""
        return self._files.keys()

    def data(self, path: str) -> bytes | None:
        """The bytes of a file; None where it is not among them."""
        return self._files[path].data if path in self._files else None

    def text(self, path: str) -> "_Lines | None":
        """The text of a file; None where it is not among them."""
        if path not in self._files:
            return None
        if path not in self._texts:
            self._texts[path] = _Lines(self._files[path].data)
        return self._texts[path]

    def document(self, path: str, kind: Kind | None = None) -> Document | None:  # noqa: ARG002 - the shape of `Files`
        """The first document of a file; None where it is not among them."""
        file = self._files.get(path)
        return file.documents[0] if file is not None and file.documents else None

    def unreadable(self, error: UnreadableError, path: str) -> None:
        """Raise the error: every file of a source was parsed before."""
        raise UnreadableError(error.message, hint=error.hint, where=error.where or path)


class _Lines:
    def __init__(self, data: bytes) -> None:
        self._lines = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").split("\n")

    def lines(self) -> Sequence[str]:
        """All lines without their ends; index 0 is line 1."""
        return self._lines
