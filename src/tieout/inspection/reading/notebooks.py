"""Jupyter notebooks line by line: what their cells printed when they were saved, and what their authors wrote of it."""

import re
from collections.abc import Iterator
from enum import Enum
from itertools import islice
from typing import Final

from tieout.domain.inspection import PlaceClass
from tieout.inspection.repository import Repository
from tieout.inspection.text import Text
from tieout.kernel.reading.patterns import compile_bytes


class Cell(Enum):
    """What a line of a notebook belongs to."""

    PRINTED = "printed"
    WRITTEN = "written"


_KIND: Final = re.compile(r'^\s*"cell_type"\s*:\s*"(\w+)"')
_OUTPUTS: Final = re.compile(r'^\s*"outputs"\s*:\s*\[')
_SOURCE: Final = re.compile(r'^\s*"source"\s*:\s*\[')
_QUOTED: Final = re.compile(r'^\s*"(?P<said>[^"].{0,1990}?)(?:\\n)?",?\s*$')
_KEYED: Final = re.compile(r'^\s*"[\w/+.-]{1,60}"\s*:')
#: A measured figure as a program prints it: a name of what is measured, and a share of one or of a hundred.
_FIGURE: Final = compile_bytes(
    r"\b(?:(?:balanced |validation |test |val_|test_|mean )?accuracy|f1(?:[-_ ](?:score|macro|micro))?|precision|recall"
    r"|auc(?:[-_ ]roc)?|roc[-_ ]auc|wer|cer|bleu|rouge[-_ ]?[l12]|rmse|mae|map@\d+|ndcg(?:@\d+)?)\b"
    r"(?: score| of the model)?(?:\\?[\"'])?(?:[ \t]*[:=]+[ \t]*|[ \t]+(?:is|was|of)[ \t]+|[ \t]{2,})"
    r"(?:0?\.\d+|1\.0+|\d{1,3}(?:\.\d+)?[ \t]?%|\d{1,2}\.\d+)(?:[^\w.]|\z)",
    folded=True,
)
#: Of a run of training, every few seconds: no result.
_STEP: Final = re.compile(r"\b(?:epoch|step|batch|loss|ETA|it/s|ms/step)\b", re.IGNORECASE)
_OWN: Final = frozenset({PlaceClass.LIVE, PlaceClass.DOCUMENTATION, PlaceClass.NON_PRODUCTION})
_MOST_FILES: Final = 100
_MOST_LINES: Final = 100_000
_MOST_FIGURES: Final = 6
_A_REPORT: Final = 3


def own_notebooks(repository: Repository) -> Iterator[Text]:
    """The project's own notebooks; examples, tests and what was copied in are left out."""
    files = [file for file in repository.files if file.name.endswith(".ipynb") and file.path_class in _OWN]
    yield from repository.texts(files[:_MOST_FILES])


def said_in(text: Text, wanted: Cell) -> Iterator[tuple[int, str]]:
    """(line, words) of what the cells of a notebook printed, or of what is written in those of text."""
    kind = ""
    inside: Cell | None = None
    for number, line in enumerate(text.lines()[:_MOST_LINES], start=1):
        if (found := _KIND.match(line[:200])) is not None:
            kind, inside = found[1], None
        elif _OUTPUTS.match(line[:200]):
            inside = Cell.PRINTED
        elif _SOURCE.match(line[:200]):
            inside = Cell.WRITTEN if kind == "markdown" else None
        elif inside is wanted and not _KEYED.match(line[:200]):
            said = _QUOTED.match(line[:2_000])
            if said is not None:
                yield number, said["said"]


def printed_figures(text: Text) -> list[int]:
    """Lines on which saved outputs of a notebook give measured figures, a few; none where fewer than three do.

    One number is what a demonstration prints of a sample; who measures writes several down.
    """
    if not _FIGURE.search(text.data):
        return []
    found = (
        number
        for number, said in said_in(text, Cell.PRINTED)
        if _FIGURE.search(said.encode()) and not _STEP.search(said)
    )
    lines = list(islice(found, _MOST_FIGURES))
    return lines if len(lines) >= _A_REPORT else []
