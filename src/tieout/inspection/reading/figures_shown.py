"""Figures in a block of code of a document: what a program wrote when its author ran it, and shows to readers."""

from typing import Final

from tieout.inspection.reading.prose import Prose
from tieout.kernel.reading.patterns import compile_bytes

#: A measure and its value as a program writes it: nobody makes up ten digits.
_MEASURED: Final = compile_bytes(
    r"[\"'](?:[a-z]+[_ ])?(?:accuracy|precision|recall|f1(?:[-_ ]?score)?|auc|roc_auc|wer|cer|bleu|rmse|mae|map|ndcg)"
    r"[\"'][ \t]*:[ \t]*[01]?\.\d{4,}",
    folded=True,
)
_ENOUGH: Final = 2
_MOST: Final = 6


def figures_shown(prose: Prose) -> list[int]:
    """Lines with measured values, where two or more stand near each other; else none."""
    lines = [line.number for line in prose.code if _MEASURED.search(line.text.encode())][:_MOST]
    return lines if len(lines) >= _ENOUGH else []
