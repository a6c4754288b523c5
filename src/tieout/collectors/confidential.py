"""What must not reach a packet: secrets, and by which people are reached; masked in texts, facts and sources."""

from functools import partial
from typing import Any, Final

from tieout.domain.pseudonyms import pseudonym
from tieout.kernel.reading.documents import kind_of
from tieout.kernel.reading.folders import without_folder
from tieout.kernel.reading.masking import addresses, masked, said
from tieout.kernel.reading.redaction import Hit, Redaction, Taken
from tieout.kernel.reading.redaction_data import STRUCTURED, redact_data, source_spans
from tieout.kernel.reading.redaction_rules import ADDRESS_RULE, FOLDER_RULE
from tieout.kernel.reading.text import controls_shown

__all__ = ["ADDRESS_RULE", "CONTROL_RULE", "masked", "masked_fact", "masked_facts", "masked_source"]

CONTROL_RULE = "control-character"
"""The rule that made a character visible which would act on a terminal or turn the direction of writing."""

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


def masked_facts(tree: Any, system_id: str, *, declared_people: bool = False) -> Any:
    """All that goes into an artefact from a parsed document: by what it looks like, and by what it is called.

    Args:
        tree: JSON values.
        system_id: People are pseudonyms within a system.
        declared_people: Addresses and numbers stay: the owners of the system declare whom to reach.

    Returns:
        The tree itself where there is nothing to mask.
    """

    def mask(text: str) -> str:
        return said(text) if declared_people else masked_fact(text, system_id)

    named = _without_folders(tree, system_id)
    texts: set[str] = set()
    _collect_texts(named, texts)
    joined = "\n".join(sorted(texts))
    # One look at all texts together spares one at each; what is packed within a text is none of them.
    clean = texts if mask(joined) == joined else set()
    kept = redact_data(named, lambda text: text if text in clean else mask(text), phones=not declared_people)
    return tree if kept == tree else kept


def masked_source(text: str, path: str, *, declared_people: bool = False) -> Redaction:
    """The copy of a source that is kept: values masked by their names too, and nothing in it that acts on a terminal.

    Args:
        text: The source.
        path: Its name says which kind of document it is.
        declared_people: As `masked_facts`.

    Raises:
        UnreadableError: It is no document of its kind, so that its values cannot be told from its names.
    """
    mask = partial(masked, reachable=declared_people)
    kind = kind_of(path)
    taken: tuple[Taken, ...] = ()
    if kind is not None and kind in STRUCTURED:
        taken = source_spans(
            text,
            kind,
            where=path,
            # Of a path that is masked where it stands, the last part stays.
            hides=lambda value: next((hit.rule for hit in mask(value).hits if hit.rule != FOLDER_RULE), None),
            phones=not declared_people,
        )
    kept = mask(text, taken)
    shown, lines = controls_shown(kept.text)
    if not lines:
        return kept
    hits = (*kept.hits, *(Hit(CONTROL_RULE, line) for line in lines))
    return Redaction(shown, tuple(sorted(hits, key=lambda hit: hit.line)))


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
