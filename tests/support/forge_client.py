"""What tests of the client share: a reader that does not wait, and what a server on loopback plays."""

from dataclasses import replace

from support.forges import Answered, Asked, Play
from tieout.collectors.asking.limits import Limits
from tieout.collectors.asking.reach import Reach

ROOT = "/repos/acme/triage"
REPOSITORY = {"full_name": "acme/triage", "default_branch": "main", "owner": {"login": "acme"}}
RELEASES = ("forge_releases",)


def release(number: int) -> dict[str, object]:
    """A release of GitHub."""
    return {"tag_name": f"v{number}", "draft": False, "assets": [], "published_at": "2026-10-01T00:00:00Z"}


class Pauses:
    """Notes how long was waited, without waiting."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


def reach(pauses: Pauses | None = None, **limits: object) -> Reach:
    """What a source may use, with these limits."""
    return Reach(pause=pauses or Pauses(), limits=replace(Limits(), **limits))


def always(*answers: Answered) -> Play:
    """Gives the answers in turn, the last one for ever."""
    left = list(answers)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


def paged(pages: int, *, header: str = "link") -> Play:
    """A list of releases in this many pages, one on each."""

    def play(asked: Asked) -> Answered:
        page = int(asked.path.rpartition("&page=")[2]) if "&page=" in asked.path else 1
        following = {}
        if page < pages and header == "link":
            address = f"http://{asked.headers['host']}{ROOT}/releases?per_page=100&page={page + 1}"
            following = {"Link": f'<{address}>; rel="next", <{address}>; rel="last"'}
        elif page < pages:
            following = {"X-Next-Page": str(page + 1)}
        return Answered([release(page)], headers=following)

    return play
