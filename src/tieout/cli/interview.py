"""What `tieout init` asks: the questions in their order, and how each answer becomes a part of the configuration."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import typer

from tieout import api
from tieout.cli.questions import HELP, KEYS, WentBack, ask
from tieout.kernel.clock import in_words

#: Facts that only the person knows, and the words that answer them.
PHASES = ("pilot", "production")
TIERS = ("low", "moderate", "high")
_NAMES = "a name, or a name and a deputy, such as Ann Ode/Bo Lee"
_WHOSE = " Who answers for it by name, and who stands in; an open one is a gap that the packet names."
_TIER = " By your organisation's own classes; the AI inventory must give the system the same one."
_LIMIT_MEANS = " /LEAST N says how many answers or records a measurement must have to be judged by it."
_Put = Callable[[api.Answers, str], api.Answers]


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    Attributes:
        key: The option that answers it; a question whose option was given is not asked.
        text: What is asked.
        put: The answers with this one in them; raises ConfigError or UsageError where it does not fit.
        fits: What fits, with an example.
        more: What `?` tells beside it.
        proposal: What Enter takes.
        empty: Whether it may stay open.
        applies: Whether it is asked after the answers before it.
        said: What is told of an answer that fits, before the next question.
    """

    key: str
    text: str
    put: _Put
    fits: str = ""
    more: str = ""
    proposal: Callable[[api.Answers], str] = lambda _: ""
    empty: bool = True
    applies: Callable[[api.Answers], bool] = lambda _: True
    said: Callable[[str], str] = lambda _: ""


def interviewed(answers: api.Answers, *, given: Collection[str], folder: Path) -> api.Answers:
    """The answers with what a person says to each open question.

    Every answer is checked at once, as the configuration that it makes would be read.

    Args:
        answers: What the options said.
        given: Keys of the questions that they answered.
        folder: Where the configuration will lie.

    Raises:
        typer.Abort: Ctrl-C or the end of the input.
    """
    questions = [question for question in _questions(answers, folder) if question.key not in given]
    typer.echo(KEYS, err=True)
    before: list[tuple[int, api.Answers]] = []
    index = 0
    while index < len(questions):
        question = questions[index]
        if not question.applies(answers):
            index += 1
            continue
        try:
            answer = _answer(question, answers)
        except WentBack:
            index, answers = before.pop() if before else (index, answers)
            continue
        before.append((index, answers))
        answers = question.put(answers, answer) if answer else answers
        if answer and (remark := question.said(answer)):
            typer.echo(f"  {remark}", err=True)
        index += 1
    return answers


def _answer(question: Question, answers: api.Answers) -> str:
    def fault(text: str) -> str:
        try:
            api.render_config(question.put(answers, text))
        except api.UsageError as error:
            # The field's name in the file means nothing to someone who was asked in words.
            return error.message.partition(": ")[2] or error.message
        return ""

    return ask(
        question.text,
        question.proposal(answers),
        fault=fault,
        fits=question.fits,
        more=question.more,
        empty=question.empty,
    )


def _questions(answers: api.Answers, folder: Path) -> Iterator[Question]:
    yield from _of_the_system(answers)
    for area, what in api.AREAS.items():
        text = f"Owner/deputy of {area.replace('_', ' ')} ({what})"
        yield Question(f"--owns {area}", text, _owns(area), _NAMES, more=_WHOSE, said=_deputy_open)
    for part, what in api.PARTS.items():
        # What is rarely kept in files is asked for where some was found.
        if part in answers.found or part in api.ALWAYS_ASKED:
            yield _where(part, what, answers, folder)
    for card in answers.found_cards:
        text = f"A {card.replace('_', ' ')} was found; does it count"
        yield _choice("card", text, ("yes", "no"), _counts(card))
    for area, usual in api.LIMIT_AREAS.items():
        yield Question(
            f"--{area}",
            f"{area.capitalize()}: {usual.asks}, such as {usual.example}",
            _limits(area),
            f"{usual.example}; the form is {api.LIMIT_FORM}",
            more=_LIMIT_MEANS,
        )
        yield Question(
            f"--{area} by",
            "  who answers for it",
            _limit_owner(area),
            "a name, such as Ann Ode",
            proposal=_usual_owner(usual.owner),
            applies=_has_no_owner(area),
        )
    text = f"How long the packet is kept: retention rules by id, with blanks between ({HELP} lists them)"
    yield Question("--retain", text, _retained, "ids of the schedule, such as eu-aia-18", more=_schedule())


def _of_the_system(answers: api.Answers) -> Iterator[Question]:
    yield Question(
        "--id",
        "Short name (a-z, 0-9, -)",
        lambda so_far, text: replace(so_far, system_id=text),
        "small letters, digits and hyphens, such as claims-triage",
        proposal=_always(answers.system_id),
        empty=False,
    )
    yield Question(
        "--name",
        "Name of the system",
        lambda so_far, text: replace(so_far, name=text),
        "a name on one line, such as Claims triage",
        proposal=_always(answers.name),
        empty=False,
    )
    yield Question(
        "--purpose",
        "What is it for, in a sentence",
        lambda so_far, text: replace(so_far, purpose=text),
        "a sentence, such as Suggests a queue for each claim",
    )
    yield Question(
        "--owner",
        "Person accountable for it, and a deputy (Name/Name)",
        lambda so_far, text: replace(so_far, owner=pair(text)),
        _NAMES,
        said=_deputy_open,
    )
    text = "Is it a pilot or in production"
    yield _choice("--phase", text, PHASES, lambda so_far, word: replace(so_far, phase=word))
    text = "Risk tier: how much harm can it do"
    yield _choice("--risk-tier", text, TIERS, lambda so_far, word: replace(so_far, risk_tier=word), more=_TIER)
    yield _choice(
        "--generative",
        "Does it produce text, pictures or code",
        ("yes", "no"),
        lambda so_far, word: replace(so_far, generative=word == "yes"),
    )
    yield _choice(
        "--third-party",
        "Does it use models, data or services of others",
        ("yes", "no"),
        lambda so_far, word: replace(so_far, third_party=word == "yes"),
    )


def _choice(key: str, text: str, of: Sequence[str], put: _Put, *, more: str = "") -> Question:
    """One of a few words; there is no default, because only the person knows."""
    words = ", ".join(of)

    def chosen(so_far: api.Answers, word: str) -> api.Answers:
        meant = [one for one in of if word and one.startswith(word.lower())]
        if len(meant) != 1:
            message = f"'{word}' is none of these words"
            raise api.UsageError(message)
        return put(so_far, meant[0])

    return Question(key, f"{text} ({words})", chosen, f"one of {words}", more, empty=False)


def _where(part: str, what: str, answers: api.Answers, folder: Path) -> Question:
    found, *others = [place.path for place in answers.found.get(part, ())] or [""]

    def put(so_far: api.Answers, place: str) -> api.Answers:
        return replace(so_far, places={**so_far.places, part: place})

    def said(place: str) -> str:
        return "" if (folder / place).exists() else "Nothing is there yet; it is written down all the same."

    text = f"Where is it: {what}{'' if found else '; Enter: none'}"
    fits = "a path from the folder of tieout.yaml, such as config/gateway.yaml or ../logs"
    more = f" Also found: {', '.join(others)}." if others else ""
    if part == "gateway" and answers.unread:
        more += "".join(f" {line}." for line in api.unread_told(answers.unread))
    return Question(f"--source {part}", text, put, fits, more, proposal=_always(found), said=said)


def _owns(area: str) -> _Put:
    return lambda so_far, text: replace(so_far, owners={**so_far.owners, area: pair(text)})


def _counts(card: str) -> _Put:
    return lambda so_far, word: replace(so_far, cards=(*so_far.cards, card)) if word == "yes" else so_far


def _limits(area: str) -> _Put:
    return lambda so_far, line: with_limit(so_far, area, line)


def with_limit(answers: api.Answers, area: str, line: str) -> api.Answers:
    """The answers with a limit, in a line such as `triage >= 0.90 share /400`.

    Raises:
        UsageError: It is no limit, or one that could judge nothing.
    """
    criterion = api.parse_limit(area, line)
    _people(criterion.owner or "", option=f"--{area}")
    if wrong := api.limit_fault(criterion):
        raise api.UsageError(wrong, hint=f"such as: {api.LIMIT_AREAS[area].example}")
    return replace(answers, criteria=(*_others(answers, area), criterion))


def _limit_owner(area: str) -> _Put:
    def put(so_far: api.Answers, name: str) -> api.Answers:
        (own,) = (one for one in so_far.criteria if one.area == area)
        _people(name)
        return replace(so_far, criteria=(*_others(so_far, area), own.model_copy(update={"owner": name})))

    return put


def _usual_owner(post: str) -> Callable[[api.Answers], str]:
    return lambda answers: answers.owners.get(post, ("", ""))[0]


def _has_no_owner(area: str) -> Callable[[api.Answers], bool]:
    return lambda answers: any(one.area == area and one.owner is None for one in answers.criteria)


def _others(answers: api.Answers, area: str) -> tuple[api.Criterion, ...]:
    return tuple(one for one in answers.criteria if one.area != area)


def _retained(so_far: api.Answers, text: str) -> api.Answers:
    wanted = tuple(text.replace(",", " ").split())
    api.retention_schedule().select(wanted)
    return replace(so_far, retention=wanted)


def _schedule() -> str:
    def kept(rule: api.RetentionRule) -> str:
        return "permanent" if rule.permanent else in_words(rule.period) if rule.period else "no period of its own"

    rules = api.retention_schedule().rules
    return "".join(f"\n    {rule.id}: {rule.applies}; {rule.what}; {kept(rule)}" for rule in rules)


def _always(text: str) -> Callable[[api.Answers], str]:
    return lambda _: text


def pair(names: str, option: str = "") -> tuple[str, str]:
    """A person and a deputy from `Name/Name`, as an option gave them.

    Raises:
        UsageError: One is no person's name, or both may be one person.
    """
    person, _, deputy = names.partition("/")
    return _people(person.strip(), deputy.strip(), option)


def _people(person: str, deputy: str = "", option: str = "") -> tuple[str, str]:
    if wrong := api.name_fault(person, deputy):
        raise api.UsageError(wrong, hint=_NAMES, where=option)
    return person, deputy


def _deputy_open(names: str) -> str:
    return "" if pair(names)[1] else "No deputy is named; that stays open."
