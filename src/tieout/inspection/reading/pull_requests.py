"""Commits that say which change request they came from, in the forms that forges and merge bots write."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from tieout.kernel.git.commits import CommitRecord

#: Forms by which a subject names its pull or merge request, and what each is called.
_FORMS: Final[tuple[tuple[str, "re.Pattern[str]"], ...]] = (
    ("Merge pull request #…", re.compile(r"^Merge pull request #\d+")),
    ("(#…) at the end", re.compile(r"\((?:#|PR ?#?|GH-)\d+\)\s*$")),
    ("(!…) at the end", re.compile(r"\(!\d+\)\s*$")),
    ("Merged in … (pull request #…)", re.compile(r"^Merged in \S.* \(pull request #\d+\)")),
    ("Pull request #…:", re.compile(r"^Pull request #\d+\b")),
    ("Merged PR …:", re.compile(r"^Merged PR \d+:")),
    ("Merge #…", re.compile(r"^(?:Auto merge of|Merge|Rollup merge of) #\d+\b")),
    # GitLab puts the target into quotation marks, which git itself does not, and the number into the body.
    ("Merge branch '…' into '…'", re.compile(r"^Merge branch '[^']+' into '[^']+'")),
)
#: Trailers by which review tools link to the change under review.
_LINKS: Final = frozenset({"reviewed-on", "differential revision", "pr-url", "pull-request", "merge-request"})
#: Trailers that say that somebody has looked at the change.
REVIEWS: Final = ("reviewed-by", "approved-by", "acked-by")
SIGNED_OFF: Final = "signed-off-by"


@dataclass(frozen=True, slots=True)
class Share:
    """How many commits name a change request.

    Attributes:
        naming: Those that do.
        commits: All.
        forms: Form to number of commits.
        without: Those that name none, in their order.
    """

    naming: int
    commits: int
    forms: dict[str, int]
    without: tuple[CommitRecord, ...]

    @property
    def percent(self) -> int:
        """In whole percent; 0 and 100 mean none and all."""
        if self.naming in {0, self.commits}:
            return 100 if self.naming else 0
        return min(max(round(100 * self.naming / self.commits), 1), 99)


def share_of(commits: Iterable[CommitRecord]) -> Share:
    """Count the commits whose subject or trailers name a pull or merge request.

    A revert is counted by its own number alone: the one in its quotation is that of what it takes back.
    """
    naming, every = 0, 0
    forms: dict[str, int] = {}
    without = []
    for record in commits:
        every += 1
        form = _form(record)
        if form:
            naming += 1
            forms[form] = forms.get(form, 0) + 1
        else:
            without.append(record)
    return Share(naming, every, dict(sorted(forms.items())), tuple(without))


def trailers_of(commits: Iterable[CommitRecord], keys: Iterable[str]) -> dict[str, int]:
    """Number of commits that carry each trailer, by its name in small letters."""
    found = dict.fromkeys(keys, 0)
    for record in commits:
        for key in {name.lower() for name, value in record.trailers if value} & found.keys():
            found[key] += 1
    return found


def _form(record: CommitRecord) -> str:
    form = next((name for name, pattern in _FORMS if pattern.search(record.subject)), "")
    if form:
        return form
    linked = any(key.lower() in _LINKS and value for key, value in record.trailers)
    return "a trailer that links to it" if linked else ""
