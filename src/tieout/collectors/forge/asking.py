"""Asks for one endpoint or list after another, and turns what comes into answers, or problems with their place."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from tieout.collectors.asking.client import Client, Reply
from tieout.collectors.asking.limits import Limits
from tieout.collectors.forge.answers import Answer, Envelope, answer_of
from tieout.collectors.forge.refusals import sentence
from tieout.collectors.forge.values import instant
from tieout.collectors.gathering import Gathering
from tieout.kernel.digests import sha256_hex
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.documents import Document, parse
from tieout.kernel.reading.text import display_path

#: Rows of one page: the most that both forges give.
PER_PAGE: Final = "100"
PARSE_SECONDS: Final = 30.0
_REFUSED: Final = 400


@dataclass(slots=True)
class Asking:
    """One source while its server is asked.

    Attributes:
        client: The connection.
        gathering: Where problems go.
        base: Address that endpoints are below.
        limits: Bounds.
        answers: What came, refusals included, in the order it was asked for.
    """

    client: Client
    gathering: Gathering
    base: str
    limits: Limits
    answers: list[Answer] = field(default_factory=list)

    @property
    def start(self) -> datetime:
        """First instant of the assessed period."""
        return self.gathering.request.period.start

    @property
    def end(self) -> datetime:
        """Last instant that counts."""
        return min(self.gathering.request.period.end, self.gathering.request.as_of)

    def one(self, endpoint: str, types: Sequence[str], query: Mapping[str, str] | None = None) -> Answer | None:
        """The answer of an endpoint that gives one object; None where none came.

        Args:
            endpoint: Below the base, its parts encoded.
            types: Artefacts that lack something where it does not come.
            query: Parameters.
        """
        path, address = self._address(endpoint, query or {})
        try:
            answer = self._answer(self.client.get(address), endpoint, path)
        except UnreadableError as error:
            self.gathering.unreadable(error, path, types=types)
            return None
        self.answers.append(answer)
        return answer

    def listed(
        self,
        endpoint: str,
        types: Sequence[str],
        query: Mapping[str, str],
        *,
        enough: Callable[[Answer], bool] = lambda _: False,
    ) -> list[Answer]:
        """The pages of a list, to its end or to the first page that is enough.

        Args:
            endpoint: Below the base.
            types: Artefacts that lack something where a page does not come.
            query: Parameters, without those of paging.
            enough: Whether no page after this one is wanted; the list then counts as whole.
        """
        path, following = self._address(endpoint, {**query, "per_page": PER_PAGE})
        pages, whole, seen = list[Answer](), False, set[str]()
        try:
            while following not in seen and len(pages) < self.limits.pages:
                seen.add(following)
                reply = self.client.get(following)
                pages.append(self._answer(reply, endpoint, _page(path, len(pages))))
                if pages[-1].refused or enough(pages[-1]):
                    whole = not pages[-1].refused
                    break
                if reply.following is None:
                    # A forge ends some lists at a thousand rows, and says how many there are.
                    whole = sum(len(page.rows) for page in pages) >= (pages[-1].total or 0)
                    break
                following = reply.following
            else:
                reason = f"goes on after {len(pages):,} pages; what comes later was not read"
                self.gathering.problem("not-counted", path, reason, types=types)
        except UnreadableError as error:
            self.gathering.unreadable(error, _page(path, len(pages)), types=types)
        pages = [page if page.refused else replace(page, whole=whole) for page in pages]
        self.answers += pages
        return pages

    def refused(self, answer: Answer, types: Sequence[str]) -> None:
        """Note a refusal without which nothing further can be asked for these artefacts."""
        self.gathering.problem("unreadable", answer.path, sentence(answer), types=types)

    def _address(self, endpoint: str, query: Mapping[str, str]) -> tuple[str, str]:
        """An endpoint as a place says it, and its address; tells that it is asked for."""
        request = self.gathering.request
        request.progress.step(f"{request.source.name}: {endpoint}")
        tail = f"?{urlencode(sorted(query.items()))}" if query else ""
        return display_path(endpoint.lstrip("/")), f"{self.base}{endpoint}{tail}"

    def _answer(self, reply: Reply, endpoint: str, path: str) -> Answer:
        """The answer that a reply is.

        Raises:
            UnreadableError: It is no JSON, or not what the endpoint gives.
        """
        try:
            document = parse(reply.data, "json", where=path, seconds=PARSE_SECONDS)
        except UnreadableError:
            if reply.status < _REFUSED:
                raise
            document = Document({})  # an error page of a proxy: its status says enough
        envelope = Envelope(endpoint, reply.date, reply.status)
        answer = answer_of(Document(document.data), envelope, path, f"sha256:{sha256_hex(reply.data)}")
        if answer is None:
            raise UnreadableError("is of no form that is read", where=path)
        return answer


def _page(path: str, index: int) -> str:
    return path if index == 0 else f"{path} (page {index + 1})"


def is_before(page: Answer, name: str, start: datetime) -> bool:
    """Whether the last row of a page, and so all that come after it, is of before the period."""
    last = instant(page.rows[-1].data, name) if page.rows else None
    return last is not None and last < start
