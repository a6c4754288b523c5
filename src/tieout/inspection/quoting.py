"""The lines that facts quote: cut from their files after the secrets were taken out of all of each, not line by line.

What stands under the name of a secret is known for one only in the whole of a document. Only files that a fact quotes
are read again, and each once.
"""

from functools import cached_property
from typing import Final

from tieout.collectors.confidential import masked_source
from tieout.collectors.gathering import MAX_COPY_BYTES
from tieout.collectors.hcl_sources import is_values
from tieout.collectors.secret_objects import holds_secret_objects
from tieout.collectors.sensitive_variables import sensitive_in
from tieout.domain.inspection import Fact, InspectedPlace
from tieout.inspection.repository import Repository
from tieout.inspection.text import Text, quotable
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.masking import shown

_NO_LINES: Final[dict[int, str]] = {}


class Quotes:
    """Quotes of the files of one commit.

    Args:
        repository: The commit.
    """

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._changed: dict[str, dict[int, str] | None] = {}

    def fact(self, fact: Fact) -> Fact:
        """The same fact; what it quotes holds no secret that its file shows to be one."""
        places = tuple(self._place(place) for place in fact.places)
        return fact if places == fact.places else fact.model_copy(update={"places": places})

    def _place(self, place: InspectedPlace) -> InspectedPlace:
        if not place.text or place.line is None:
            return place
        changed = self._lines(place.path)
        text = changed.get(place.line, place.text) if changed is not None else ""
        return place if text == place.text else place.model_copy(update={"text": text})

    def _lines(self, path: str) -> dict[int, str] | None:
        """Lines that read in another way without secrets; None where no copy of such a file would be kept."""
        if path not in self._changed:
            # A path with something in it that is not shown is not found again.
            text = self._repository.text(path)
            self._changed[path] = self._of_whole(text) if text is not None else None
        return self._changed[path]

    def _of_whole(self, text: Text) -> dict[int, str] | None:
        if len(text.data) > MAX_COPY_BYTES:
            return None
        written = text.data.decode("utf-8", "replace")
        sensitive = self._sensitive if is_values(text.path) else frozenset()
        try:
            kept = masked_source(written, text.path, sensitive=sensitive)
            if holds_secret_objects(written, text.path, sensitive):
                return None
        except UnreadableError:  # its values cannot be told from its names
            return None
        if not kept.hits:
            return _NO_LINES
        pairs = zip(written.split("\n"), kept.text.split("\n"), strict=True)
        return {number: shown(quotable(after)) for number, (before, after) in enumerate(pairs, 1) if before != after}

    @cached_property
    def _sensitive(self) -> frozenset[str]:
        repository = self._repository
        return sensitive_in((file.path for file in repository.files), lambda path: repository.data(path) or b"")
