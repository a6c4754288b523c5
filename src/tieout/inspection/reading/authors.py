"""Who wrote commits: names and addresses joined into people, automated accounts set apart, nobody named."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from tieout.inspection.repository import Repository
from tieout.kernel.git.commits import CommitRecord

_ACCOUNT = re.compile(r"(?:\d+[+-])?([^@+]+)@users\.noreply\.[a-z0-9.-]+", re.IGNORECASE)
_MACHINE = re.compile(
    r"\[bot\]$|(?:^|[-_. ])(?:bot|robot|machine|automation|agent)$|[-_](?:ci|cd|svc|runner|builder|releaser|deployer)$",
    re.IGNORECASE,
)
#: Whole names of accounts that write commits on many forges, without one of those forms.
_KNOWN: Final = frozenset(
    {"dependabot", "renovate", "greenkeeper", "mergify", "weblate", "jenkins", "github", "githubaction"}
    | {"githubactions", "gitlabci", "travisci", "webflow", "copilot", "openhands"}
)
_MACHINE_ADDRESS = re.compile(r"^(?:no-?reply|do-?not-?reply|actions?|bot|ci|automation)@", re.IGNORECASE)
_NOBODY: Final = frozenset({"", "root", "unknown", "user", "yourname", "noauthor", "none", "admin", "ubuntu"})
_LONGEST_LINE: Final = 1_000
_MAILMAP_PART = re.compile(r"([^<>]{0,200})<([^<>]{0,320})>")


@dataclass(frozen=True, slots=True)
class Identity:
    """A name and an address as a commit carries them."""

    name: str
    address: str

    @property
    def account(self) -> str:
        """The account of the forge that its address stands for; "" where it is another address."""
        found = _ACCOUNT.fullmatch(self.address)
        return found[1].casefold() if found is not None else ""

    @property
    def is_automated(self) -> bool:
        """Whether the name, or the account, has a form that automated accounts have."""
        if any(_MACHINE.search(name) or _key(name) in _KNOWN for name in (self.name, self.account)):
            return True
        local, _, domain = self.address.partition("@")
        return bool(_MACHINE_ADDRESS.search(self.address) or (domain and _MACHINE.search(local) and not self.account))

    @property
    def is_unnamed(self) -> bool:
        """Whether it tells nobody: no letter in the name, or the name that a machine gives its only user."""
        key = _key(self.name)
        return key in _NOBODY and not self.account


@dataclass(frozen=True, slots=True)
class Authors:
    """Who wrote some commits, in figures.

    Attributes:
        lower: People at least: whoever shares a name, an address or an account of the forge is one.
        upper: People at most: one for each name, and one for each unnamed identity.
        unnamed: Identities that tell nobody.
        unnamed_commits: Their commits.
        machines: Automated accounts.
        machine_commits: Their commits.
        names: Names of people.
        addresses: Addresses of people.
        most: Commits of the person with the most.
    """

    lower: int
    upper: int
    unnamed: int
    unnamed_commits: int
    machines: int
    machine_commits: int
    names: int
    addresses: int
    most: int


def authors_of(commits: Iterable[CommitRecord], mailmap: "Mailmap") -> Authors:
    """Count the people who wrote commits."""
    written = Counter(
        mailmap.of(Identity(record.author_name.strip(), record.author_email.strip())) for record in commits
    )
    machines = automated(written)
    unnamed = [one for one in written if one not in machines and one.is_unnamed]
    people = {one: count for one, count in written.items() if one not in machines and not one.is_unnamed}
    groups = _joined(people)
    names = {one.name.casefold() or one.address.casefold() for one in people}
    return Authors(
        lower=len(groups),
        upper=len(names) + len(unnamed),
        unnamed=len(unnamed),
        unnamed_commits=sum(written[one] for one in unnamed),
        machines=len(_joined(one for one in written if one in machines)),
        machine_commits=sum(written[one] for one in machines),
        names=len(names),
        addresses=len({one.address.casefold() for one in people}),
        most=max((sum(people[one] for one in group) for group in groups), default=0),
    )


def automated(identities: Iterable[Identity]) -> set[Identity]:
    """Those of automated accounts: by their form, or by an address that is written under such a name, too."""
    every = list(identities)
    addresses = {one.address.casefold() for one in every if one.is_automated and one.address}
    return {one for one in every if one.is_automated or one.address.casefold() in addresses}


def _joined(people: Iterable[Identity]) -> list[list[Identity]]:
    """Identities that share a name, an address or an account, as groups."""
    above: dict[str, str] = {}

    def top(key: str) -> str:
        while above[key] != key:
            above[key] = above[above[key]]
            key = above[key]
        return key

    groups: dict[str, list[Identity]] = {}
    keyed = [(one, _keys(one)) for one in people]
    for _, keys in keyed:
        for key in keys:
            above.setdefault(key, key)
            above[top(key)] = top(keys[0])
    for one, keys in keyed:
        groups.setdefault(top(keys[0]), []).append(one)
    return list(groups.values())


def _keys(one: Identity) -> list[str]:
    """By what an identity is known again."""
    keys = [f"is {key}" for key in (_key(one.name), _key(one.account)) if key]
    keys += [f"at {one.address.casefold()}"] if "@" in one.address else []
    return keys or [f"as {one.name} {one.address}"]


def _key(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())


class Mailmap:
    """What a .mailmap says of names and addresses (gitmailmap(5)).

    Args:
        lines: Of the file.
    """

    def __init__(self, lines: Iterable[str] = ()) -> None:
        self._by_address: dict[str, Identity] = {}
        self._by_both: dict[tuple[str, str], Identity] = {}
        for line in lines:
            parts = _MAILMAP_PART.findall(line[:_LONGEST_LINE].partition("#")[0])
            if len(parts) == 1:
                name, address = parts[0]
                self._by_address[address.strip().casefold()] = Identity(name.strip(), "")
            elif len(parts) > 1:
                proper = Identity(parts[0][0].strip(), parts[0][1].strip())
                name, address = parts[1][0].strip().casefold(), parts[1][1].strip().casefold()
                if name:
                    self._by_both[name, address] = proper
                else:
                    self._by_address[address] = proper

    def __len__(self) -> int:
        return len(self._by_address) + len(self._by_both)

    def of(self, identity: Identity) -> Identity:
        """The identity that is meant."""
        address = identity.address.casefold()
        proper = self._by_both.get((identity.name.casefold(), address)) or self._by_address.get(address)
        if proper is None:
            return identity
        return replace(identity, name=proper.name or identity.name, address=proper.address or identity.address)


def mailmap_of(repository: Repository) -> Mailmap:
    """The .mailmap at the root of the tree, as git reads it; an empty one where there is none."""
    text = repository.text(".mailmap")
    return Mailmap(text.lines() if text is not None else ())
