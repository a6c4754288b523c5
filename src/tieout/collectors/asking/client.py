"""Asks one server over HTTP: one host, bounded in time and size, tried again by the rules of limits.py.

The token is in the headers of requests and nowhere else: no error of the library is ever quoted.
"""

import re
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urljoin, urlsplit

import httpx

from tieout.collectors.asking.kept_answers import Kept, KeptAnswers
from tieout.collectors.asking.limits import Limits, backoff, comes_again, is_limited, moment, wait_of
from tieout.collectors.asking.service import Service, origin_of
from tieout.kernel.errors import UnreadableError

_OK, _UNCHANGED, _FORBIDDEN, _MANY, _REFUSED = 200, 304, 403, 429, 400
_MOVED: Final = frozenset({301, 302, 307, 308})
_MOST_MOVES: Final = 3
#: The end of an endpoint that takes a body and changes nothing.
_READ_ONLY: Final = "/search"
_NEXT: Final = re.compile(r'<([^<>]*)>[^,<>]*;\s*rel="?next"?')
#: An error is told by its first bytes; a large one is none of a forge.
_OPENED: Final = ("connection.connect_tcp.complete", "connection.start_tls.complete")


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server answered in the end.

    Attributes:
        status: Of HTTP; 200 where an answer is the one that was kept.
        date: When the server says that it answered.
        data: Body.
        following: Address of the next page.
    """

    status: int
    date: datetime | None
    data: bytes
    following: str | None


@dataclass(slots=True)
class _Once:
    """One attempt."""

    status: int
    headers: dict[str, str]
    data: bytes


class Client:
    """A connection to one server, for one source.

    Args:
        service: Whom to ask.
        limits: Bounds.
        kept: Answers of earlier runs.
        pause: Waits for seconds.
        clock: Seconds of a clock that only goes on; not the time of day.
    """

    def __init__(
        self,
        service: Service,
        limits: Limits,
        *,
        kept: KeptAnswers,
        pause: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._service, self._limits, self._kept = service, limits, kept
        self._pause, self._clock = pause, clock
        self._end = clock() + limits.seconds
        self._requests = 0
        self._stopped = ""
        self._watch = _Watch()
        self._http = httpx.Client(
            follow_redirects=False,
            timeout=httpx.Timeout(limits.idle_seconds),
            limits=httpx.Limits(max_connections=1, max_keepalive_connections=1),
            trust_env=service.origin[0] == "https",  # proxies and certificates of the machine; none on loopback
            headers={
                # What is not packed cannot unpack to more than was asked for.
                "Accept-Encoding": "identity",
                "User-Agent": "tieout",
                **service.speaks,
                **service.headers,
            },
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def get(self, address: str) -> Reply:
        """What the server answers to an address, after as many attempts as it takes and the limits allow.

        Raises:
            UnreadableError: No answer came, or one that breaks a limit; the sentence says why.
        """
        if origin_of(address) != self._service.origin:
            raise UnreadableError("goes on on another server, which is not asked")
        kept = self._kept.find(address)
        once = self._answered(address, {"If-None-Match": kept.etag} if kept is not None else {})
        date = moment(once.headers.get("date"))
        if once.status == _UNCHANGED and kept is not None:
            return Reply(_OK, date, kept.data, self._next(address, kept.link, {}))
        link = once.headers.get("link", "")
        if once.status == _OK and (etag := once.headers.get("etag")):
            self._kept.keep(address, Kept(etag, once.data, link))
        status = _MANY if is_limited(once.status, once.headers, once.data) else once.status
        return Reply(status, date, once.data, self._next(address, link, once.headers))

    def post(self, address: str, data: bytes) -> Reply:
        """What the server answers to a search that is sent as JSON; asked for again as often as a page would be.

        Raises:
            UnreadableError: As for a page.
        """
        if origin_of(address) != self._service.origin:
            raise UnreadableError("goes on on another server, which is not asked")
        once = self._answered(address, {"Content-Type": "application/json"}, data)
        status = _MANY if is_limited(once.status, once.headers, once.data) else once.status
        return Reply(status, moment(once.headers.get("date")), once.data, None)

    def _answered(self, address: str, headers: Mapping[str, str], data: bytes | None = None) -> _Once:
        """The last answer; a limit that lasts too long ends all further requests, because each would meet it."""
        attempt = 0
        while True:
            last = attempt + 1 >= self._limits.attempts
            try:
                once = self._followed(address, headers, data)
            except httpx.TransportError as error:
                wait = backoff(attempt, self._limits)
                if last or not self._may_wait(wait):
                    self._stopped = f"the server could not be reached or broke off ({_kind_of(error)})"
                    raise UnreadableError(self._stopped, hint="run again later, or read saved answers") from None
            else:
                if not comes_again(once.status, once.headers, once.data):
                    return once
                wait = wait_of(once.headers, once.data, attempt, self._limits)
                if last or wait > self._limits.longest_wait or not self._may_wait(wait):
                    if is_limited(once.status, once.headers, once.data):
                        self._stopped = "the server takes no more requests for now"
                    return once
            self._pause(wait)
            attempt += 1

    def _may_wait(self, wait: float) -> bool:
        return self._clock() + wait < self._end

    def _followed(self, address: str, headers: Mapping[str, str], data: bytes | None) -> _Once:
        """One attempt, moves on the same server followed."""
        for _ in range(_MOST_MOVES + 1):
            if data is not None and not urlsplit(address).path.endswith(_READ_ONLY):
                raise UnreadableError("leads to an endpoint that is no search, and nothing else is sent data")
            once = self._once(address, headers, data)
            if once.status not in _MOVED:
                return once
            address = _joined(address, once.headers.get("location", ""))
            if origin_of(address) != self._service.origin or urlsplit(address).username is not None:
                message = "is moved to another server, and the token goes nowhere else"
                raise UnreadableError(message, hint="set options.api to the new address if it is meant")
        raise UnreadableError(f"is moved more than {_MOST_MOVES} times")

    def _once(self, address: str, headers: Mapping[str, str], data: bytes | None) -> _Once:
        left = self._end - self._clock()
        if self._stopped:
            raise UnreadableError(f"was not asked: {self._stopped}")
        if left <= 0:
            raise UnreadableError(f"was not asked: the {self._limits.seconds:g} seconds of this source are over")
        if self._requests >= self._limits.requests:
            raise UnreadableError(f"was not asked: the {self._limits.requests:,} requests of this source are made")
        self._requests += 1
        seconds = min(self._limits.request_seconds, left)
        with self._watch.over(seconds), self._stream(address, headers, data) as response:
            found = {name.lower(): value for name, value in response.headers.items()}
            if found.get("content-encoding", "identity").lower() != "identity":
                raise UnreadableError("is answered in a packed form that was not asked for")
            return _Once(response.status_code, found, self._body(response, self._clock() + seconds))

    def _stream(self, address: str, headers: Mapping[str, str], data: bytes | None) -> Any:
        method, trace = "GET" if data is None else "POST", {"trace": self._watch.trace}
        return self._http.stream(method, address, headers=dict(headers), content=data, extensions=trace)

    def _body(self, response: httpx.Response, end: float) -> bytes:
        pieces, size = list[bytes](), 0
        for piece in response.iter_raw():
            size += len(piece)
            if size > self._limits.bytes:
                raise UnreadableError(f"is answered with more than {self._limits.bytes:,} bytes")
            if self._clock() > end:
                raise httpx.ReadTimeout("too slow")
            pieces.append(piece)
        return b"".join(pieces)

    def _next(self, address: str, link: str, headers: Mapping[str, str]) -> str | None:
        """Address of the next page, by `Link` or by GitLab's `X-Next-Page`; it is judged when it is asked for."""
        found = _NEXT.search(link[:4096])
        following = _joined(address, found[1]) if found else None
        page = headers.get("x-next-page", "").strip()
        if following is None and page.isdecimal():
            url = httpx.URL(address)
            following = str(url.copy_merge_params({"page": page}))
        return following


@dataclass(slots=True)
class _Watch:
    """Ends a connection whose request has used up its time: a silence limit alone never ends one that drips."""

    _sockets: list[socket.socket] = field(default_factory=list)

    def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """Note the socket of a connection once it is open."""
        if event in _OPENED:
            found = info["return_value"].get_extra_info("socket")
            if isinstance(found, socket.socket):
                self._sockets[:] = [found]

    def over(self, seconds: float) -> "_Guard":
        """Watch over one request."""
        return _Guard(self._sockets, seconds)


class _Guard:
    def __init__(self, sockets: list[socket.socket], seconds: float) -> None:
        self._sockets = sockets
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        self._timer.join()

    def _end(self) -> None:
        for one in list(self._sockets):
            with suppress(OSError):
                # Of the plain class: that of TLS would take away what the reading thread stands on.
                socket.socket.shutdown(one, socket.SHUT_RDWR)


def _joined(address: str, told: str) -> str:
    """The address that a server sends its reader on to.

    Raises:
        UnreadableError: It is none.
    """
    try:
        return str(httpx.URL(urljoin(address, told)))
    except (ValueError, httpx.InvalidURL):
        raise UnreadableError("goes on at an address that is none") from None


def _kind_of(error: httpx.TransportError) -> str:
    """An error of the library in words; its own text can hold addresses."""
    if isinstance(error, httpx.TimeoutException):
        return "no answer in time"
    if isinstance(error, httpx.ConnectError):
        return "no connection"
    if isinstance(error, httpx.UnsupportedProtocol | httpx.ProxyError):
        return "the proxy of this machine"
    return "the connection ended early"
