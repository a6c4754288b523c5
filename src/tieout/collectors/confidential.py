"""What must not reach a packet: secrets, and by which people are reached; masked in texts, facts and sources."""

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from tieout.collectors.hcl_sources import hcl_leaves, is_hcl
from tieout.domain.pseudonyms import pseudonym
from tieout.kernel.reading.documents import kind_of
from tieout.kernel.reading.folders import without_folder
from tieout.kernel.reading.masking import addresses, masked, said
from tieout.kernel.reading.redaction import Hit, Redaction, Taken, marker, redact
from tieout.kernel.reading.redaction_data import (
    STRUCTURED,
    assigned_in,
    assigned_in_code,
    redact_data,
    source_spans,
    spans_of,
)
from tieout.kernel.reading.redaction_judges import is_chosen
from tieout.kernel.reading.redaction_rules import ADDRESS_RULE, FOLDER_RULE, KNOWN_RULE
from tieout.kernel.reading.text import controls_shown
from tieout.syntax.container_files import is_dockerfile

#: First characters of secrets -> the secrets that begin so.
Known = Mapping[str, Sequence[str]]

__all__ = [
    "ADDRESS_RULE",
    "CONTROL_RULE",
    "Known",
    "known_secrets",
    "masked",
    "masked_fact",
    "masked_facts",
    "masked_reason",
    "masked_source",
    "without_known",
]

CONTROL_RULE = "control-character"
"""The rule that made a character visible which would act on a terminal or turn the direction of writing."""

#: Files without a structure that assign as a shell or a settings file does.
_SCRIPT: Final = re.compile(
    r"(?:^|/)(?:jenkinsfile[^/]*|makefile|gnumakefile|justfile|procfile|caddyfile|\.netrc|_netrc|\.npmrc|\.pypirc|crontab)$"
    r"|(?:docker|container)file(?:[._-][^/]*)?$"
    r"|\.(?:bash|bat|cmd|cnf|conf|config|groovy|ksh|mk|netrc|properties|ps1|service|sh|xml|zsh)$",
    re.IGNORECASE,
)
_CODE: Final = re.compile(r"\.(?:[cm]?[jt]sx?|cs|go|java|kts?|php|py|rb|rs|scala|swift)$", re.IGNORECASE)
_SHORTEST: Final = 8
_MOST_KNOWN: Final = 20_000
"""Secrets of one source that are looked for elsewhere; a source that holds more of them is no honest one."""
_MOST_ALIKE: Final = 50
"""Those of them that begin alike: more would take time at each place of a text."""
#: Kinds whose values may be sentences, in which `password=…` is as telling as in the facts that are taken of them.
_WITH_TEXTS: Final = frozenset({"csv", "front-matter"})
#: A run of characters in which secrets are written, and days, times, versions and names of models are not.
_RUN: Final = re.compile(r"[A-Za-z0-9+/=!@#$%^*?~]{8,}")
#: What has the look of a secret and may be a commit or the SHA-256 of a file.
_DIGEST: Final = re.compile(r"[0-9]+|[0-9a-f]{7,128}|[0-9A-F]{7,128}")
#: Facts that name models, or routes to them, which are named alike wherever they stand.
_MODELS: Final = frozenset({"base_model", "fallbacks", "model", "models", "models_used", "route"})


def masked_fact(text: str, system_id: str) -> str:
    """The same for one fact: an address that stands alone names somebody, and becomes that person's pseudonym.

    So two people stay two, and one stays the same in all evidence of a system, without saying who it is.
    """
    data = text.strip().encode("utf-8", "surrogatepass")
    found = list(addresses(data)) if b"@" in data else []
    if found == [(0, len(data))]:
        return pseudonym(system_id, text)
    return controls_shown(masked(text).text)[0]


def masked_facts(tree: Any, system_id: str, *, declared_people: bool = False, known: Known | None = None) -> Any:
    """All that goes into an artefact from a parsed document: by what it looks like, and by what it is called.

    Args:
        tree: JSON values.
        system_id: People are pseudonyms within a system.
        declared_people: Addresses and numbers stay: the owners of the system declare whom to reach.
        known: Secrets that the source holds, as `known_secrets` gives them.

    Returns:
        The tree itself where there is nothing to mask.
    """
    secrets: Known = known or {}

    def mask(text: str) -> str:
        text = without_known(text, secrets)
        return said(text) if declared_people else masked_fact(text, system_id)

    named = _without_folders(tree, system_id)
    texts: set[str] = set()
    _collect_texts(named, texts)
    joined = "\n".join(sorted(texts))
    # One look at all texts together spares one at each; what is packed within a text is none of them.
    clean = texts if mask(joined) == joined else set()
    if not clean:
        secrets = known_secrets(redact(joined), secrets)
    kept = redact_data(named, lambda text: text if text in clean else mask(text), phones=not declared_people)
    return tree if kept == tree else kept


def masked_source(
    text: str, path: str, *, declared_people: bool = False, sensitive: frozenset[str] = frozenset()
) -> Redaction:
    """The copy of a source that is kept: values masked by their names too, and nothing in it that acts on a terminal.

    Args:
        text: The source.
        path: Its name says which kind of document it is.
        declared_people: As `masked_facts`.
        sensitive: Variables of Terraform that are declared sensitive elsewhere.

    Raises:
        UnreadableError: It is no document of its kind, so that its values cannot be told from its names.
    """
    mask = partial(masked, reachable=declared_people)
    kind = kind_of(path)
    taken: tuple[Taken, ...] = ()

    def hides(value: str) -> str | None:
        """Of a path that is masked where it stands, the last part stays."""
        return next((hit.rule for hit in mask(value).hits if hit.rule != FOLDER_RULE), None)

    if kind is not None and kind in STRUCTURED:
        taken = source_spans(text, kind, where=path, hides=hides, phones=not declared_people)
    elif is_hcl(path):
        taken = tuple(
            spans_of(text, hcl_leaves(text, where=path, sensitive=sensitive), hides=hides, phones=not declared_people)
        )
    if kind in _WITH_TEXTS or (kind is None and _SCRIPT.search(path) is not None):
        taken = (*taken, *assigned_in(text, dockerfile=is_dockerfile(path)))
    if _CODE.search(path):
        taken = (*taken, *assigned_in_code(text))
    kept = mask(text, taken)
    shown, lines = controls_shown(kept.text)
    if not lines:
        return kept
    hits = (*kept.hits, *(Hit(CONTROL_RULE, line) for line in lines))
    return Redaction(shown, tuple(sorted(hits, key=lambda hit: hit.line)), kept.removed)


def known_secrets(kept: Redaction, known: Known | None = None) -> Known:
    """Words that were taken out of a text and look like no other word: wherever they stand, they are secrets.

    A fact may hold one without what told it: a list of the words of an expression, or a value without its name.

    Args:
        kept: The text as it was masked.
        known: Those that are known already.

    Returns:
        All of them, by how they begin.
    """
    known = known or {}
    words = {word for text in kept.removed for word in _RUN.findall(text)}
    found = {word for word in words if not _DIGEST.fullmatch(word) and is_chosen(word.encode())}
    new = sorted(word for word in found if word not in known.get(word[:_SHORTEST], ()))
    if not new:
        return known
    by_begin: dict[str, Sequence[str]] = {**known}
    for word in new[: max(0, _MOST_KNOWN - sum(map(len, known.values())))]:
        alike = by_begin.get(word[:_SHORTEST], ())
        if len(alike) < _MOST_ALIKE:
            by_begin[word[:_SHORTEST]] = (*alike, word)
    return by_begin


def masked_reason(text: str, known: Known) -> str:
    """A sentence of ours without the secrets that it quotes, those included that only the source shows to be some."""
    assigned = assigned_in(text)
    return without_known(redact(text, assigned).text if assigned else text, known)


def without_known(text: str, known: Known) -> str:
    """A text with a mark for each secret that is known from elsewhere; linear in the text."""
    if not known:
        return text
    found = {
        word
        for run in _RUN.findall(text)
        for at in range(len(run) - _SHORTEST + 1)
        for word in known.get(run[at : at + _SHORTEST], ())
        if run.startswith(word, at)
    }
    for word in sorted(found, key=lambda word: (-len(word), word)):  # one may hold another
        text = text.replace(word, marker(KNOWN_RULE))
    return text


def _without_folders(tree: Any, system_id: str, *, is_model: bool = False) -> Any:
    """The facts with a mark for the folder of each path that stands alone and is one of a machine."""
    if isinstance(tree, str):
        return without_folder(tree, system_id, is_model=is_model)
    if isinstance(tree, list):
        return [_without_folders(element, system_id, is_model=is_model) for element in tree]
    if isinstance(tree, dict):
        models = _MODELS | {"name"} if "model" in tree else _MODELS
        return {key: _without_folders(member, system_id, is_model=key in models) for key, member in tree.items()}
    return tree


def _collect_texts(value: Any, texts: set[str]) -> None:
    if isinstance(value, str):
        texts.add(value)
    elif isinstance(value, dict):
        texts.update(value)
        for member in value.values():
            _collect_texts(member, texts)
    elif isinstance(value, list):
        for element in value:
            _collect_texts(element, texts)
