"""LLM Guard's scanners.yml -> guardrail_config: the scanners that its API runs on prompts and on answers.

Scanners and their settings: https://protectai.github.io/llm-guard/. The API says whether a text is valid; what is done
about one that is not is up to whoever asks it, so that only scanners that change the text have an action.
"""

from collections.abc import Sequence
from typing import Final

from tieout.collectors.config.documents_of import documents_of
from tieout.collectors.config.guarding import against
from tieout.collectors.config.guardrail_parts.checks import Checks
from tieout.collectors.config.interface import ConfigFile, Found, Reader
from tieout.collectors.config.said_off import said_off
from tieout.kernel.reading.documents import kind_of
from tieout.kernel.reading.text import excerpt
from tieout.syntax.cursor import Cursor

_SIDES: Final = {"input_scanners": "input", "output_scanners": "output"}
_AGAINST: Final = {
    "Anonymize": "personal-data",
    "BanCode": "unsafe-code",
    "BanCompetitors": "off-topic",
    "BanTopics": "off-topic",
    "Bias": "harmful-content",
    "Code": "unsafe-code",
    "FactualConsistency": "ungrounded-answers",
    "Gibberish": "malformed-output",
    "InvisibleText": "prompt-injection",
    "JSON": "malformed-output",
    "Language": "off-topic",
    "LanguageSame": "off-topic",
    "MaliciousURLs": "harmful-content",
    "PromptInjection": "prompt-injection",
    "Relevance": "off-topic",
    "Secrets": "secrets",
    "Sensitive": "personal-data",
    "Sentiment": "harmful-content",
    "Toxicity": "harmful-content",
}
#: They put something else in the place of what they find; others where `redact` is true.
_MASKING: Final = frozenset({"Anonymize", "Secrets"})
_HIGHEST_SCORE: Final = 1.0
#: They find only what scores more than their threshold; others find what reaches it, or what lies below it.
_ABOVE: Final = frozenset(
    {"BanCode", "BanTopics", "Bias", "EmotionDetection", "Gibberish", "Language", "MaliciousURLs", "NoRefusal"}
    | {"PromptInjection", "Toxicity"}
)
#: They undo or measure, and look for nothing.
_NO_CHECKS: Final = frozenset({"Deanonymize", "ReadingTime"})


def _suits(path: str) -> bool:
    return kind_of(path) in {"yaml", "json"}


def _recognises(file: ConfigFile) -> bool:
    return any(_is_one(Cursor.top(document)) for document in documents_of(file, b"_scanners"))


def _is_one(top: Cursor) -> bool:
    return any("type" in row.value for side in _SIDES for row in top.down(side).rows())


def _read(file: ConfigFile, _beside: Sequence[ConfigFile]) -> list[Found]:
    checks = Checks("LLM Guard")
    for document in documents_of(file, b"_scanners"):
        top = Cursor.top(document)
        for side, stage in _SIDES.items() if _is_one(top) else ():
            for scanner in top.down(side).elements():
                _take(scanner, stage, checks)
    return checks.rows.found()


def _take(scanner: Cursor, stage: str, checks: Checks) -> None:
    name = scanner.down("type").text
    if name is None:
        checks.rows.drop(scanner, "a scanner cannot be judged: it has no 'type'")
    elif name in _NO_CHECKS:
        checks.rows.note(scanner, f"'{name}' undoes or measures, and looks for nothing")
    else:
        settings = scanner.down("params")
        if off := said_off(scanner, settings):
            checks.rows.drop(off[0], f"the scanner '{excerpt(name)}' cannot be judged: {off[1]}")
            return
        masks = name in _MASKING or settings.down("redact").truth is True
        score = (
            settings.down("threshold")
            if settings.down("threshold").value is not None
            else settings.down("minimum_score")
        )
        if score.number is not None and score.number > _HIGHEST_SCORE:
            told = f"the '{score.key}' of '{excerpt(name)}' lies above every score there is (1), so it does not count"
            checks.rows.note(score, told)
            return
        if name in _ABOVE and score.number == _HIGHEST_SCORE:
            told = f"no score lies above the '{score.key}' of '{excerpt(name)}' (1), so it does not count"
            checks.rows.note(score, told)
            return
        kind = _AGAINST.get(name) or against(name)
        checks.add(scanner, name, kind, (stage,), action="mask" if masks else None, threshold=score.number)


READERS = (Reader("llm-guard", "LLM Guard", ("guardrail_config",), _suits, _recognises, _read),)
