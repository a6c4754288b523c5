"""History up to the assessed commit: counts, a window of twelve months, pseudonyms, tags."""

from tieout.collectors.base import Commit
from tieout.collectors.gathering import Gathering
from tieout.domain.artefacts.repository import GitHistory, TagFact
from tieout.domain.evidence import Effective
from tieout.domain.pseudonyms import pseudonym
from tieout.kernel.clock import rfc3339, subtract_duration
from tieout.kernel.git.history import History
from tieout.kernel.reading.text import display_path

WINDOW = "P12M"
#: How a whole repository is named as the path of an item.
WHOLE = "."
_MOST_NOTES = 20


def gather_history(gathering: Gathering, commit: Commit) -> None:
    """Add the history that the assessed commit reaches.

    The window ends at that commit's date and not today, so that the facts stay the same; tags count where
    they name a commit of this history.

    Raises:
        UnreadableError: A commit is missing or damaged.
    """
    history = commit.quarantine.history(commit.id)
    start = subtract_duration(commit.committed_at, WINDOW)
    window = [record for record in history.commits if start < record.committed_at <= commit.committed_at]
    # Where there is no address the name stands in for it.
    who = {record.author_email.strip() or record.author_name for record in window}
    authors = {pseudonym(gathering.request.system_id, name) for name in who}
    reached = {record.id for record in history.commits}
    tags = [
        TagFact(
            name=display_path(tag.name),
            commit=tag.target_commit,
            annotated=tag.annotated,
            signature=tag.signature,
        )
        for tag in commit.quarantine.tags()
        if tag.target_commit in reached
    ]
    for problem in history.problems[:_MOST_NOTES]:
        gathering.problem("not-counted", WHOLE, problem, types=("git_history",))
    _tell_backwards(gathering, history)
    facts = GitHistory(
        commit=commit.id,
        committed_at=commit.committed_at,
        complete=history.complete and not commit.quarantine.shallow and not commit.quarantine.partial,
        commits=len(history.commits),
        merges=sum(len(record.parents) > 1 for record in history.commits),
        window_start=start,
        window_commits=len(window),
        window_authors=len(authors),
        authors=tuple(sorted(authors)),
        signed_commits=sum(record.signature != "none" for record in history.commits),
        tags=tuple(tags),
    )
    gathering.add(
        "git_history",
        facts,
        path=WHOLE,
        digest=f"gitcommit:{commit.id}",
        effective=Effective(start=start, end=commit.committed_at, basis="date of the assessed commit"),
        title=f"repository history: {_signed(facts)}",
    )


def _signed(history: GitHistory) -> str:
    """How many commits carry a signature; whose it is, is not looked into."""
    if not history.signed_commits:
        return "no commit carries a signature"
    return f"{history.signed_commits:,} of {history.commits:,} commits carry a signature, none verified here"


def _tell_backwards(gathering: Gathering, history: History) -> None:
    """Note where dates run backwards: a commit's date is what its committer says, and proves no order by itself."""
    found = [record for record in history.commits if history.dating(record.id).runs_backwards]
    if not found:
        return
    dating = history.dating(found[0].id)
    those = "1 commit is" if len(found) == 1 else f"{len(found):,} commits are"
    reason = (
        f"{those} dated more than a day before an earlier commit: the newest, {found[0].id[:12]}, says "
        f"{rfc3339(dating.stated)} after {dating.latest[:12]} of {rfc3339(dating.at)}; the later date is taken"
    )
    gathering.problem("not-counted", WHOLE, reason, types=("git_history",))
