"""Answers of forges as tests write them, and a server on loopback that plays one, or any other."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from support.collecting import AS_OF, checked, source, write
from tieout.collectors import forge
from tieout.collectors.asking.reach import Reach
from tieout.collectors.base import Gathered, Request
from tieout.collectors.forge.fetching import fetch
from tieout.config.kinds import KINDS, ForgeOptions
from tieout.domain.collection import Period
from tieout.domain.evidence import EvidenceItem
from tieout.kernel.reading.files import FolderView

ALL = KINDS["forge"].provides
START = datetime(2026, 8, 24, tzinfo=UTC)
FETCHED = "2026-11-22T11:00:00Z"
DATE = "Sun, 22 Nov 2026 11:00:00 GMT"
TOKEN = "ghp_" + "A1b2C3d4E5" * 4
REPO = "https://api.github.com/repos/acme/triage"


def request(
    root: Path, *, provides: tuple[str, ...] = ALL, start: datetime = START, as_of: datetime = AS_OF, **fields: Any
) -> Request:
    """A request for the folder `sources` below a root, for a period of three months."""
    return Request(
        system_id="claims-triage",
        source=source("forge", provides=provides, **fields),
        view=FolderView(root, "answers-of-the-test"),
        prefix="sources",
        period=Period(start=start, end=as_of),
        as_of=as_of,
    )


def read(root: Path, files: Mapping[str, Any], **fields: Any) -> Gathered:
    """Collect files below `sources`: texts and bytes as they are, anything else as JSON with a line for each value."""
    texts = {
        f"sources/{name}": content if isinstance(content, str | bytes) else json.dumps(content, indent=1)
        for name, content in files.items()
    }
    return checked(forge.collect(request(write(root, texts), **fields)))


def wrapped(endpoint: str, body: Any, *, fetched_at: str = FETCHED, **more: Any) -> dict[str, Any]:
    """An answer in the wrapper that keeps its endpoint and time."""
    return {"endpoint": endpoint, "fetched_at": fetched_at, "body": body, **more}


def facts(gathered: Gathered, type_: str) -> dict[str, Any]:
    """Facts of the only item of a type."""
    return item(gathered, type_).facts


def item(gathered: Gathered, type_: str) -> EvidenceItem:
    """The only item of a type."""
    [found] = [one for one in gathered.result.items if one.type == type_]
    return found


def told(gathered: Gathered, type_: str, status: str | None = None) -> list[str]:
    """Reasons of the problems that name a type."""
    return [
        problem.reason
        for problem in gathered.result.problems
        if type_ in problem.types and status in {None, problem.status}
    ]


# --- a server


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes = b""


@dataclass(slots=True)
class Answered:
    """What is answered: status, body (JSON unless bytes), headers; `drip` seconds go by between single bytes."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    drip: float = 0.0
    cut: bool = False


@dataclass(slots=True)
class Server:
    """A forge on loopback.

    Attributes:
        base: Its address.
        asked: Every request so far.
    """

    base: str
    asked: list[Asked]


Play = Callable[[Asked], Answered]


@contextmanager
def serving(play: Play) -> Iterator[Server]:
    """A server that answers as it is told, on a free port of loopback."""
    asked: list[Asked] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            here = Asked(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
            asked.append(here)
            _answer(self, play(here))

        do_POST = do_GET  # noqa: N815 - the name that http.server looks for

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def date_time_string(self, timestamp: float | None = None) -> str:  # noqa: ARG002 - http.server's signature
            return DATE

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield Server(f"http://127.0.0.1:{server.server_port}", asked)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _answer(handler: BaseHTTPRequestHandler, answered: Answered) -> None:
    data = answered.body if isinstance(answered.body, bytes) else json.dumps(answered.body).encode()
    handler.send_response(answered.status)
    headers = {"Content-Type": "application/json", "Content-Length": str(len(data)), **answered.headers}
    for name, value in headers.items():
        handler.send_header(name, value)
    try:
        handler.end_headers()
        if answered.cut:
            handler.wfile.write(data[: len(data) // 2])
            handler.wfile.flush()
            handler.close_connection = True
        elif answered.drip:
            for byte in data:
                handler.wfile.write(bytes([byte]))
                handler.wfile.flush()
                time.sleep(answered.drip)
        elif answered.status != 304:
            handler.wfile.write(data)
    except OSError:  # the reader went away, as some tests want
        handler.close_connection = True


def fetched(
    tmp_path: Path,
    base: str,
    *,
    provides: tuple[str, ...] = ALL,
    reach: Reach | None = None,
    start: datetime = START,
    as_of: datetime = AS_OF,
    environment: Mapping[str, str] | None = None,
    **options: Any,
) -> Gathered:
    """Ask a server as a source of kind forge does; the environment vouches for loopback and holds a token."""
    options = {"api": base, "repository": "acme/triage", **options}
    format_ = options.pop("format", "github")
    root = write(tmp_path, {"sources/x": ""})
    asking = request(root, provides=provides, start=start, as_of=as_of, format=format_, options=options)
    usual = {"GITHUB_API_URL": base, "GITHUB_TOKEN": TOKEN, "CI_API_V4_URL": base, "GITLAB_TOKEN": TOKEN}
    reach = replace(reach or Reach(pause=lambda _: None), environment=usual if environment is None else environment)
    return checked(fetch(asking, ForgeOptions.model_validate(options), reach))


# --- GitHub's objects, with the members that count


def user(login: str, *, type_: str = "User") -> dict[str, Any]:
    """A user."""
    return {"login": login, "id": len(login), "type": type_, "url": f"https://api.github.com/users/{login}"}


def protection(**changes: Any) -> dict[str, Any]:
    """Classic protection of `main`: two reviews, one check, binding administrators."""
    return {
        "url": f"{REPO}/branches/main/protection",
        "required_status_checks": {"strict": True, "contexts": ["evals"], "checks": [{"context": "evals"}]},
        "required_pull_request_reviews": {
            "required_approving_review_count": 2,
            "dismiss_stale_reviews": True,
            "require_code_owner_reviews": True,
        },
        "enforce_admins": {"url": f"{REPO}/branches/main/protection/enforce_admins", "enabled": True},
        "allow_force_pushes": {"enabled": False},
        "allow_deletions": {"enabled": False},
        **changes,
    }


def ruleset(number: int = 7, **changes: Any) -> dict[str, Any]:
    """An active ruleset of the default branch."""
    return {
        "id": number,
        "name": "main stays green",
        "target": "branch",
        "source_type": "Repository",
        "source": "acme/triage",
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-02-01T00:00:00Z",
        "enforcement": "active",
        "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}},
        "bypass_actors": [{"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}],
        "rules": [
            {"type": "deletion"},
            {"type": "pull_request", "parameters": {"required_approving_review_count": 1}},
            {
                "type": "required_status_checks",
                "parameters": {
                    "strict_required_status_checks_policy": True,
                    "required_status_checks": [{"context": "evals", "integration_id": 1}],
                },
            },
        ],
        **changes,
    }


def pull(number: int, merged_at: str | None, *, author: str = "ann", **changes: Any) -> dict[str, Any]:
    """A pull request."""
    return {
        "number": number,
        "url": f"{REPO}/pulls/{number}",
        "user": user(author),
        "base": {"ref": "main"},
        "head": {"ref": "work", "sha": f"head{number}"},
        "merged_at": merged_at,
        "updated_at": merged_at or "2026-11-01T00:00:00Z",
        "merge_commit_sha": f"merge{number}",
        **changes,
    }


def review(number: int, who: str, state: str, at: str, **changes: Any) -> dict[str, Any]:
    """A review of a pull request."""
    return {
        "id": 1,
        "user": user(who),
        "state": state,
        "submitted_at": at,
        "author_association": "MEMBER",
        "commit_id": f"head{number}",
        "pull_request_url": f"{REPO}/pulls/{number}",
        **changes,
    }


def commit(sha: str, at: str, *parents: str, **changes: Any) -> dict[str, Any]:
    """A commit as GitHub lists it; its author says an earlier time than its committer."""
    return {
        "sha": sha,
        "url": f"{REPO}/commits/{sha}",
        "commit": {"author": {"date": "2026-01-01T00:00:00Z"}, "committer": {"date": at}, "message": "m"},
        "parents": [{"sha": parent, "url": f"{REPO}/commits/{parent}"} for parent in parents],
        **changes,
    }
