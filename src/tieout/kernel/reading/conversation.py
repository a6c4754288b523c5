"""A document that is too large for one request: it goes to a confined child in pieces, or is asked about in turns."""

import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.documents import ask_parser, senseless
from tieout.kernel.reading.parser_process import ParserProcess
from tieout.kernel.reading.refusal import PIECES_SECONDS
from tieout.kernel.reading.text import display_path

_Read = TypeVar("_Read")


class Conversation:
    """Requests about one document, which share one span of time; what happens between them is not counted.

    Args:
        process: The child that is asked.
        where: How errors name the document.
        seconds: Wall time after which nothing more is asked; the last request may take as long once more.
    """

    def __init__(self, process: ParserProcess, *, where: str, seconds: float = PIECES_SECONDS) -> None:
        self._process = process
        self._where = where
        self._seconds = self._left = seconds

    def ask(
        self, request: Mapping[str, Any], read: Callable[[dict[str, Any]], _Read], *, content: bytes = b""
    ) -> _Read:
        """Send a request.

        Args:
            request: What is asked.
            read: Makes sense of the answer; raises ValueError, KeyError, TypeError or AttributeError where it has none.
            content: What goes with it.

        Raises:
            UnreadableError: The child refused it, was stopped, or answered nonsense.
        """
        if self._left <= 0:
            message = f"the parser was stopped: the file took longer than {self._seconds:g} seconds"
            raise UnreadableError(message, where=display_path(self._where))
        began = time.monotonic()
        try:
            told = ask_parser(request, content, where=self._where, seconds=self._seconds, process=self._process)
        finally:
            self._left -= time.monotonic() - began
        try:
            return read(told)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise senseless(self._where, self._process) from None
