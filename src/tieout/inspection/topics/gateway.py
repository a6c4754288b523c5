"""What happens when a model fails, is asked too often or costs too much: as configured, not as offered."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from tieout.domain.inspection import Answer, Confidence, Fact, InspectedPlace, PlaceClass
from tieout.inspection.reading.gateway_words import words_of
from tieout.inspection.reading.gateways import Feature, Setting, gateway_settings
from tieout.inspection.reading.model_calls import (
    answers_without_model,
    budgets_in_code,
    caches_in_code,
    fallback_words,
    fallbacks_in_code,
    gateways_elsewhere,
    models_named,
    patience_in_code,
    rate_limits_in_code,
    rates_stated,
    suppliers_limits,
)
from tieout.inspection.reading.model_limits import limits_in_settings, named_limits
from tieout.inspection.reading.model_patience import endless_requests, patience_around_calls
from tieout.inspection.reading.models_given import models_given
from tieout.inspection.reading.own_gateways import balances, removals
from tieout.inspection.reading.own_routes import own_routes
from tieout.inspection.reading.rates_unset import rates_unset
from tieout.inspection.repository import Repository
from tieout.inspection.topic import Question, Topic
from tieout.inspection.wording import counted
from tieout.kernel.reading.patterns import compile_bytes

_ELSEWHERE = "What a gateway outside of this repository does."
TOPIC = Topic(
    key="gateway",
    title="Gateway and calls to models",
    questions=(
        Question("fallback", "Is a fallback configured for a model that fails?", beyond=_ELSEWHERE),
        Question("routing", "Is the load spread or routed over several models?", beyond=_ELSEWHERE),
        Question("cache", "Is a cache of answers on?", beyond=_ELSEWHERE),
        Question("budgets", "Is a budget configured?", beyond=_ELSEWHERE),
        Question("rate-limits", "Are rate limits configured?", beyond=_ELSEWHERE),
        Question("timeouts-and-retries", "Are timeouts or retries of calls to models configured?", beyond=_ELSEWHERE),
        Question("models-pinned", "Do the names of models that are called pin a version?"),
    ),
)
_README = compile_bytes(r"\b(?:fallbacks?|fall back)\b", folded=True)
_MOST_WORDS: Final = 6
#: The rank of a line that only has the word.
_PLAIN_WORD: Final = 2
_OF_A_FILE: Final = 3
_MOST: Final = 10


def inspect(repository: Repository) -> Iterator[Fact]:
    """Answer the questions of the topic, each once."""
    found = list(gateway_settings(repository))
    yield _fallback(repository, found)
    for key, feature, missing, in_code in (
        ("routing", Feature.ROUTING, "No routing over several models is configured.", _routed(repository)),
        ("cache", Feature.CACHE, "No cache of answers is on.", caches_in_code(repository)),
        ("budgets", Feature.BUDGET, "No budget is configured.", budgets_in_code(repository)),
    ):
        yield _configured(repository, key, found, feature, missing=missing, in_code=in_code)
    yield _rates(repository, found)
    yield _patience(repository, found)
    yield _pinned(repository, found)


def _fallback(repository: Repository, found: list[Setting]) -> Fact:
    on = _live(found, Feature.FALLBACK)
    own = own_routes(repository)
    tempting = [*own.empty, *_tempting(found, Feature.FALLBACK), *_words(repository)]
    if on:
        return TOPIC.fact(
            "fallback",
            Answer.YES,
            f"A fallback is configured in {_products(on)}, at {_places(len(on))}.",
            places=[*(setting.place for setting in on), *tempting],
            values={"settings": len(on)},
        )
    code = list(fallbacks_in_code(repository))
    without = list(answers_without_model(repository))
    following = [*own.following, *own.chosen]
    if following:
        statement = (
            f"By settings that the program itself reads, another model takes over, at {_places(len(following))}; "
            "when it does is the program's own doing."
        )
        places = [*following, *own.first, *code[:_MOST], *tempting]
        return TOPIC.fact("fallback", Answer.PARTIAL, statement, places=places, confidence=Confidence.MODERATE)
    if code or without:
        places = [
            *code[:_MOST],
            *(place for place, _ in without[:_MOST]),
            *_said(repository, [say for _, say in without]),
        ]
        told = []
        if code:
            told.append(f"another model takes over in {_places(len(code))}")
        if without:
            told.append(f"without the model an answer is given all the same in {_places(len(without))}")
        statement = f"In code, not in configuration: {', and '.join(told)}."
        return TOPIC.fact(
            "fallback", Answer.PARTIAL, statement, places=[*places, *tempting], confidence=Confidence.MODERATE
        )
    removed = removals(repository)
    if removed:
        statement = (
            "A provider that fails is taken out of those that are asked, by the program's own code; no request that "
            "failed goes to another model by it."
        )
        places = [*removed, *balances(repository), *tempting, *words_of(repository, Feature.FALLBACK)]
        return TOPIC.fact("fallback", Answer.PARTIAL, statement, places=places, confidence=Confidence.MODERATE)
    elsewhere = list(islice(gateways_elsewhere(repository), 3)) if not _any_live(found) else []
    holds = [setting.place for setting in found if setting.live and setting.feature is Feature.HOLDS]
    off = [setting.place for setting in found if setting.live and setting.feature is Feature.FALLBACK]
    statement = "No fallback to another model is configured here."
    if elsewhere:
        statement += " Models are called through a gateway whose configuration is elsewhere."
    elif tempting:
        statement += " The word stands for something else, or for what users may ask for."
    return TOPIC.fact(
        "fallback",
        Answer.NO,
        statement,
        places=[*off, *holds, *elsewhere, *tempting, *words_of(repository, Feature.FALLBACK)],
        confidence=Confidence.MODERATE if elsewhere else Confidence.HIGH,
    )


def _routed(repository: Repository) -> list[InspectedPlace]:
    """Load that is spread in code, and routes in files that the program reads."""
    own = own_routes(repository)
    return [*own.first, *(own.chosen if own.first else ()), *balances(repository)]


def _words(repository: Repository) -> list[InspectedPlace]:
    """A few lines with the word that configure nothing: in programs, and in the README."""
    ranked = sorted(fallback_words(repository), key=lambda entry: (entry[0], entry[1].path, entry[1].line or 0))
    chosen: list[InspectedPlace] = []
    of_file: dict[str, int] = {}
    for rank, place in ranked:
        of_file[place.path] = of_file.get(place.path, 0) + 1
        most = _MOST_WORDS if rank < _PLAIN_WORD else _OF_A_FILE
        if of_file[place.path] <= _OF_A_FILE and len(chosen) < most:
            chosen.append(place)
    for text in repository.texts(f for f in repository.files if f.folder == "" and f.name.startswith("readme")):
        hit = text.first(_README)
        if hit is not None:
            chosen.append(text.place(hit.line, "the word in the README", counts=False))
    return chosen


def _said(repository: Repository, literals: list[str]) -> Iterator[InspectedPlace]:
    """Where the README says what is answered without the model."""
    for text in repository.texts(f for f in repository.files if f.folder == "" and f.name.startswith("readme")):
        for number, line in enumerate(text.lines(), start=1):
            if any(literal in line for literal in literals):
                yield text.place(number, "says so")
                break


def _configured(
    repository: Repository,
    key: str,
    found: list[Setting],
    feature: Feature,
    *,
    missing: str,
    in_code: Iterable[InspectedPlace],
) -> Fact:
    on = _live(found, feature)
    tempting = _tempting(found, feature)
    off = [setting.place for setting in found if setting.live and setting.feature is feature and not setting.on]
    if on:
        statement = f"Configured in {_products(on)}, at {_places(len(on))}."
        places = [*(setting.place for setting in on), *off, *tempting]
        return TOPIC.fact(key, Answer.YES, statement, places=places, values={"settings": len(on)})
    code = list(in_code)
    if code:
        statement = f"In the program's own code or settings, not in a known gateway's: {_places(len(code))}."
        return TOPIC.fact(
            key, Answer.PARTIAL, statement, places=[*code, *off, *tempting], confidence=Confidence.MODERATE
        )
    if off:
        missing += " A setting is there, and it is off."
    elif tempting:
        missing += " It is set in examples or templates only."
    words = words_of(repository, feature) if feature is not Feature.TIMEOUT else []
    return TOPIC.fact(key, Answer.NO, missing, places=[*off, *tempting, *words])


def _rates(repository: Repository, found: list[Setting]) -> Fact:
    on = _live(found, Feature.RATE)
    limiting = list(rate_limits_in_code(repository))
    code = [place for place, _ in limiting]
    tempting = _tempting(found, Feature.RATE)
    limited = {(place.path, place.line) for place in code}
    stated = (place for place in rates_stated(repository) if (place.path, place.line) not in limited)
    if not on and code and all(is_own for _, is_own in limiting) and (unset := rates_unset(repository)):
        statement = (
            f"The program can limit requests, at {_places(len(code))}; the settings in use leave the limit empty, so "
            "that none is in force by them."
        )
        return TOPIC.fact(
            "rate-limits",
            Answer.PARTIAL,
            statement,
            places=[*unset, *code, *tempting],
            values={"settings": 0, "in_code": len(code)},
            confidence=Confidence.MODERATE,
        )
    if not on and not code:
        fact = _configured(
            repository, "rate-limits", found, Feature.RATE, missing="No rate limit is configured.", in_code=()
        )
        met = tuple(islice(suppliers_limits(repository), 2))
        return fact.model_copy(update={"places": (*fact.places, *met)}) if met else fact
    told = []
    if on:
        told.append(f"{_products(on)} sets {_places(len(on), 'limit')}")
    if code:
        told.append(f"the service limits requests in {_places(len(code))} of its own code or infrastructure")
    return TOPIC.fact(
        "rate-limits",
        Answer.YES,
        f"Rate limits are configured: {', and '.join(told)}.",
        places=[*(setting.place for setting in on), *code, *islice(stated, _MOST), *tempting],
        values={"settings": len(on), "in_code": len(code)},
        confidence=Confidence.HIGH if on else Confidence.MODERATE,
    )


def _patience(repository: Repository, found: list[Setting]) -> Fact:
    on = _live(found, Feature.TIMEOUT)
    if on:
        return _configured(repository, "timeouts-and-retries", found, Feature.TIMEOUT, missing="", in_code=())
    clients = list(patience_in_code(repository))
    seen = [*patience_around_calls(repository), *((place, True) for place in limits_in_settings(repository))]
    around, idle = [place for place, _ in seen if place.counts], [place for place, _ in seen if not place.counts]
    patient = [place for place, sets in clients if sets]
    endless = list(endless_requests(repository))
    if patient or around:
        tried = {place.path for place in around}  # what is tried again there is made by a client of the same file
        bare = [place for place, sets in clients if not sets and place.path not in tried]
        answer = Answer.PARTIAL if bare or endless else Answer.YES
        told = []
        limits = [place for place, is_limit in seen if is_limit]
        if limits:
            told.append(f"Calls of models are tried again or limited in time at {_places(len(limits))} in code.")
        if clients:
            told.append(
                f"Of {_places(len(clients), 'client')} of models in code, {len(patient)} set a timeout or retries."
            )
        if endless:
            told.append(f"Requests are told to wait without an end at {_places(len(endless))}.")
        places = [*around, *patient, *endless, *named_limits(repository), *idle]
        places += [place for place, sets in clients if not sets]
        return TOPIC.fact(
            "timeouts-and-retries",
            answer,
            " ".join(told),
            places=places,
            values={"around_calls": len(limits), "clients": len(clients), "clients_that_set_it": len(patient)},
            confidence=Confidence.MODERATE,
        )
    missing = "No timeout or retry of calls to models is configured."
    if clients:
        missing += f" {_places(len(clients), 'client')} of models in code set none of their own."
    if endless:
        missing += f" Requests are told to wait without an end at {_places(len(endless))}."
    if idle:
        missing += f" At {_places(len(idle))} a function is to be tried again, and catches all that fails itself."
    fact = _configured(repository, "timeouts-and-retries", found, Feature.TIMEOUT, missing=missing, in_code=())
    if not clients and not endless and not idle:
        return fact
    tempting = (*endless[:_MOST], *idle[:_MOST], *(place for place, _ in clients[:_MOST]), *fact.places)
    return fact.model_copy(update={"places": tempting, "confidence": Confidence.MODERATE})


def _pinned(repository: Repository, found: list[Setting]) -> Fact:
    routes = [setting for setting in found if setting.live and setting.feature is Feature.MODEL]
    named = list(models_named(repository))
    known = {(one.place.path, one.place.line) for one in named}
    named += [one for one in models_given(repository) if (one.place.path, one.place.line) not in known]
    total = len(routes) + len(named)
    if not total:
        return TOPIC.fact(
            "models-pinned",
            Answer.NOT_APPLICABLE,
            "No program or setting was found that names a supplier's model.",
            confidence=Confidence.MODERATE,
        )
    pinned = sum(setting.says == "pinned" for setting in routes) + sum(name.pinned for name in named)
    loose = [setting.place for setting in routes if setting.says != "pinned"]
    loose += [name.place for name in named if not name.pinned]
    kept = [setting.place for setting in routes if setting.says == "pinned"]
    kept += [name.place for name in named if name.pinned]
    answer = Answer.YES if pinned == total else Answer.NO if pinned == 0 else Answer.PARTIAL
    return TOPIC.fact(
        "models-pinned",
        answer,
        f"Of {_places(total)} that name a supplier's model, {pinned} pin a version by date, number or digest.",
        places=[*loose, *kept],
        values={"named": total, "pinned": pinned},
        confidence=Confidence.MODERATE,
    )


def _live(found: list[Setting], feature: Feature) -> list[Setting]:
    return [setting for setting in found if setting.feature is feature and setting.live and setting.on]


def _any_live(found: list[Setting]) -> bool:
    return any(setting.live for setting in found)


def _tempting(found: list[Setting], feature: Feature) -> list[InspectedPlace]:
    """Settings of examples and templates: what a user may configure."""
    wanted = [s for s in found if s.feature is feature and not s.live and s.place.path_class is not PlaceClass.LIVE]
    return [setting.place for setting in wanted[:_OF_A_FILE]]


def _products(on: list[Setting]) -> str:
    return " and ".join(sorted({setting.product for setting in on}))


def _places(count: int, noun: str = "place") -> str:
    return counted(count, noun)
