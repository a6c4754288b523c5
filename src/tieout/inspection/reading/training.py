"""Whether programs of a repository train a model."""

import re
from itertools import islice
from typing import Final

from tieout.domain.inspection import InspectedPlace
from tieout.inspection.reading.source_code import programs, searched
from tieout.inspection.remembered import once
from tieout.inspection.repository import Repository
from tieout.kernel.reading.patterns import compile_bytes

#: Files that are named for training: `train.py`, `solver.py`, `finetune/run.py`.
_NAMED = re.compile(
    r"(?:^|[/_.-])(?:pre-?|fine-?_?)?(?:train|training|trainer|tun(?:e|ing)|solver)(?:[/_.-])", re.IGNORECASE
)
#: What only a program that trains does: it steps an optimiser, or hands data to what fits a model.
_TRAINS = compile_bytes(
    r"\.backward\(|\boptimi[sz]er\.step\(|\b\w*Trainer\(|\.fit\(|\.compile\([^)\n]{0,80}\bloss\b|\.train_on_batch\("
)
_MOST: Final = 5


@once
def trains(repository: Repository) -> tuple[InspectedPlace, ...]:
    """Places of live programs that train a model; a few of them."""
    named = [file for file in programs(repository) if _NAMED.search(file.path)]
    found = (
        source.text.place(hit.line, "a program that trains")
        for source in searched(repository, named, _TRAINS)
        if (hit := next(source.hits(_TRAINS), None)) is not None
    )
    return tuple(islice(found, _MOST))
