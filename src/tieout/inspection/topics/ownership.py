"""Who owns and maintains the project: code owners, maintainers, a person to turn to, and who wrote what is there."""

from collections.abc import Iterator
from typing import Final

from tieout.domain.inspection import Answer, Confidence, Fact, InspectedPlace, Value
from tieout.inspection.reading.authors import authors_of, mailmap_of
from tieout.inspection.reading.code_owners import CodeOwners, code_owners_of, copies
from tieout.inspection.reading.contacts import Contact, Standing, contacts_of
from tieout.inspection.reading.maintainers import Roll, rolls, unread
from tieout.inspection.reading.notices import conduct, unkept
from tieout.inspection.reading.package_metadata import packages
from tieout.inspection.reading.unread import places as unread_places
from tieout.inspection.reading.unread import told as told_unread
from tieout.inspection.reading.year import year_of
from tieout.inspection.repository import Repository
from tieout.inspection.topic import Question, Topic
from tieout.inspection.wording import counted
from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.text import display_path

_MEMBERS: Final = "Who is in a team, and who may merge, stands at the forge."
TOPIC: Final = Topic(
    key="ownership",
    title="Owners and maintainers",
    questions=(
        Question("code-owners", "Is there a code owners file in force, and whom does it name?", _MEMBERS),
        Question("maintainers", "Does a file of maintainers, owners or governance name people?", _MEMBERS),
        Question(
            "named-contact",
            "Is a named person given as contact?",
            "Whether the person still holds the role, and answers, is not recorded in a tree.",
        ),
        Question(
            "human-authors",
            "How many people wrote commits in the 12 months to the commit?",
            "Names and addresses of commits are what their authors' machines say; accounts stand at the forge.",
        ),
    ),
)

#: Share of the project's own files below which the owners of a few paths are a part of an answer.
_MOST_OF_IT: Final = 0.5
_MOST_TEMPTING: Final = 3
_RULE: Final = (
    "Whoever shares a name, an address or an account of the forge is counted once for the lower figure, each name once "
    "for the upper; automated accounts are left out by the form of their names, with all names of the same address, "
    "and .mailmap is honoured."
)


def inspect(repository: Repository) -> Iterator[Fact]:
    """Answer the questions of the topic."""
    yield _code_owners(repository)
    named = rolls(repository)
    yield _maintainers(repository, named)
    yield _contact(repository, named)
    yield _authors(repository)


def _code_owners(repository: Repository) -> Fact:
    try:
        found = code_owners_of(repository)
    except UnreadableError as error:
        return TOPIC.unknown("code-owners", f"The code owners file cannot be read: {error.message}.")
    elsewhere = [
        repository.place(path, shows="a code owners file where no forge reads it", counts=False)
        for path in copies(repository, found.path if found is not None else "")
    ]
    if found is None:
        told = f" {counted(len(elsewhere), 'file')} of that name stands where no forge reads it." if elsewhere else ""
        statement = f"No code owners file stands in a place that GitHub or GitLab reads.{told}"
        return TOPIC.fact("code-owners", Answer.NO, statement, places=elsewhere)
    inactive = _inactive(repository, found)
    if not found.rules:
        statement = f"{found.path} is in force and holds no rule that names an owner."
        places = [repository.place(found.path, shows="no rule names an owner", counts=False), *inactive, *elsewhere]
        return TOPIC.fact("code-owners", Answer.NO, statement, places=places)
    return _in_force(repository, found, [*inactive, *elsewhere])


def _in_force(repository: Repository, found: CodeOwners, tempting: list[InspectedPlace]) -> Fact:
    first = [found.catch_all] if found.catch_all is not None else []
    rules = [*first, *(rule for rule in found.rules if rule not in first)]
    is_quoted = not found.accounts and not found.addresses
    places = [
        repository.place(found.path, rule.line, _shows(rule.pattern, rule.owners), quoted=is_quoted) for rule in rules
    ]
    owned = found.owned
    with_owner = sum(1 for owners, _ in owned.values() if owners) if owned is not None else None
    share = with_owner / len(found.own) if with_owner is not None and found.own else None
    governed = found.governed
    governed_owned = sum(1 for path in governed if owned[path][0]) if owned is not None else None
    kinds = [
        counted(len(found.teams), "team"),
        counted(len(found.accounts), "account"),
        counted(len(found.addresses), "address", "addresses"),
    ]
    told = " and ".join(kind for kind in kinds if not kind.startswith("0 "))
    statement = f"{found.path} is in force: {counted(len(found.rules), 'rule')} naming {told}."
    if found.catch_all is not None:
        statement += " One rule gives every path an owner."
    if with_owner is not None:
        statement += f" {with_owner:,} of {counted(len(found.own), 'own file')} have an owner."
    if governed and governed_owned is not None:
        statement += f" Of {counted(len(governed), 'model, prompt or evaluation file')}, {governed_owned:,} have one."
    if not found.accounts and not found.addresses:
        statement += " No person is named."
    return TOPIC.fact(
        "code-owners",
        Answer.PARTIAL if share is not None and share < _MOST_OF_IT else Answer.YES,
        statement,
        places=[*places, *tempting],
        values={
            "path": found.path,
            "forge": found.forge.value,
            "rules": len(found.rules),
            "teams": tuple(found.teams),
            "accounts": len(found.accounts),
            "addresses": len(found.addresses),
            "catch_all": found.catch_all is not None,
            "own_files": len(found.own),
            "owned_files": with_owner,
            "governed_files": len(governed),
            "governed_owned": governed_owned,
        },
    )


def _shows(pattern: str, owners: tuple[str, ...]) -> str:
    teams = [owner for owner in owners if "/" in owner]
    others = len(owners) - len(teams)
    told = [
        *teams,
        *(
            [f"{others} more" if teams else counted(others, "account or address", "accounts or addresses")]
            if others
            else []
        ),
    ]
    return f"{pattern} is given to {', '.join(told)}"


def _inactive(repository: Repository, found: CodeOwners) -> list[InspectedPlace]:
    """Rules that are commented out, and those that the forge does not take."""
    text = repository.text(found.path)
    if text is None:
        return []
    commented = [
        text.place(number, "a rule that is commented out", commented=True, quoted=False)
        for number, line in enumerate(text.lines(), start=1)
        if (words := line.lstrip("# \t").split())
        and line.lstrip().startswith("#")
        and len(words) > 1
        and words[0][0] in "*/."
        and all(word.startswith("@") for word in words[1:])
    ]
    not_taken = [text.place(line, note, counts=False, quoted=False) for line, note in found.reading.notes]
    return [*commented[:5], *not_taken[:5]]


def _maintainers(repository: Repository, found: list[Roll]) -> Fact:
    files = [roll for roll in found if roll.is_file]
    naming = [roll for roll in files if roll.people]
    of_teams = [roll for roll in files if roll.named and not roll.people]
    sections = [roll for roll in found if not roll.is_file]
    left = unkept(repository)
    empty = [repository.place(roll.path, shows="names nobody", counts=False) for roll in files if not roll.named]
    empty += left
    teams = [
        repository.place(roll.path, roll.line, "names a team, and no person", counts=False, quoted=False)
        for roll in of_teams
    ]
    empty += teams
    also = f" {display_path(left[0].path)} says that the project is not maintained any more." if left else ""
    places = [
        repository.place(roll.path, roll.line, f"names {_people(roll.people)}", quoted=False)
        for roll in (naming or sections)
    ]
    people = len({one.key for roll in (naming or sections) for one in roll.named if not one.is_team})
    values: dict[str, Value] = {"files": len(files), "people": people}
    if naming:
        told = " and ".join([naming[0].path, *([counted(len(naming) - 1, "more file")] if naming[1:] else [])])
        verb = "name" if naming[1:] else "names"
        statement = f"{told} {verb} {_people(people)}.{also}"
        return TOPIC.fact("maintainers", Answer.YES, statement, places=[*places, *empty], values=values)
    if sections:
        statement = (
            f"No file of maintainers or owners names people; a section of {sections[0].path} names {_people(people)}."
            f"{also}"
        )
        return TOPIC.fact(
            "maintainers",
            Answer.PARTIAL,
            statement,
            places=[*places, *empty],
            values=values,
            confidence=Confidence.MODERATE,
        )
    lost = unread(repository)
    if lost:
        return TOPIC.unknown("maintainers", told_unread(lost), places=[*unread_places(repository, lost), *empty])
    told = f"{files[0].path} is there and names nobody." if files else "There is no such file."
    if of_teams:
        told = f"{of_teams[0].path} names a team; who is in it is not recorded here."
    authors = [
        repository.place(one.path, one.line, f"names an {one.role} of a package", counts=False, quoted=False)
        for package in packages(repository)
        for one in package.people
        if one.role == "author"
    ]
    return TOPIC.fact(
        "maintainers", Answer.NO, f"{told}{also}", places=[*empty, *authors[:_MOST_TEMPTING]], values=values
    )


def _people(count: int) -> str:
    return counted(count, "person", "people")


def _contact(repository: Repository, found: list[Roll]) -> Fact:
    contacts = contacts_of(repository, found)
    by_standing = {standing: [one for one in contacts if one.standing is standing] for standing in Standing}
    holders, people = by_standing[Standing.ROLE], by_standing[Standing.PERSON]
    functions = by_standing[Standing.FUNCTION]
    places = [
        repository.place(one.path, line, one.shows, quoted=False, counts=one.standing is not Standing.NOBODY)
        for one in contacts
        for line in (one.line, one.address_line)
        if line is not None or line == one.line
    ]
    places += [*unkept(repository), *conduct(repository)]
    values: dict[str, Value] = {
        "with_role": len(holders),
        "without_role": len(people),
        "functions": len(functions),
        "sources": tuple(dict.fromkeys(one.source for one in [*holders, *people])),
    }
    if holders:
        statement = f"{holders[0].told} with a role{_and_more(holders)}."
        return TOPIC.fact(
            "named-contact", Answer.YES, statement, places=places, values=values, confidence=Confidence.MODERATE
        )
    if people:
        statement = f"{people[0].told}{_and_more(people)}; no role, such as owner of the model or of data, is stated."
        return TOPIC.fact(
            "named-contact", Answer.PARTIAL, statement, places=places, values=values, confidence=Confidence.MODERATE
        )
    told = "No person is named as contact"
    if functions:
        told += f"; {functions[0].source} {functions[0].shows}"
    return TOPIC.fact("named-contact", Answer.NO, f"{told}.", places=places, values=values)


def _and_more(contacts: list[Contact]) -> str:
    rest = len({one.source for one in contacts}) - 1
    return f", and so {'does' if rest == 1 else 'do'} {counted(rest, 'more place')}" if rest else ""


def _authors(repository: Repository) -> Fact:
    year = year_of(repository)
    if year is None:
        return TOPIC.unknown("human-authors", "The history cannot be read.")
    mailmap = mailmap_of(repository)
    found = authors_of(year.reached, mailmap)
    people = f"{found.lower:,}" if found.lower == found.upper else f"{found.lower:,} to {found.upper:,}"
    by_people = counted(len(year.reached) - found.machine_commits, "commit")
    statement = (
        f"{people} {'person' if found.upper == 1 else 'people'} wrote {by_people} {year.told}, of "
        f"{len(year.reached):,} that the commit reaches by committer date. "
    )
    if found.unnamed:
        statement += f"{counted(found.unnamed_commits, 'commit')} of these tell no name. "
    if found.most:
        statement += f"One person made {found.most:,} of them. "
    if found.machines:
        automated = counted(found.machines, "automated account")
        statement += f"{counted(found.machine_commits, 'commit')} of {automated} do not count. "
    if not year.whole:
        statement += "The clone is shallow, so these are lower bounds. "
    return TOPIC.fact(
        "human-authors",
        Answer.VALUE,
        statement + _RULE,
        values={
            "lower": found.lower,
            "upper": found.upper,
            "names": found.names,
            "addresses": found.addresses,
            "unnamed": found.unnamed,
            "automated_accounts": found.machines,
            "commits": len(year.reached),
            "automated_commits": found.machine_commits,
            "most_by_one": found.most,
            "window_start": f"{year.start:%Y-%m-%d}",
            "window_end": f"{year.end:%Y-%m-%d}",
            "mailmap_entries": len(mailmap),
        },
        confidence=Confidence.HIGH if found.lower == found.upper else Confidence.MODERATE,
    )
