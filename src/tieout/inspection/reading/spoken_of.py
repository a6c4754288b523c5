"""Whether programs and settings speak of a thing at all: where no word of it stands in them, its absence is certain.

What topics recognise are usual forms. Where they recognise none and the word stands somewhere all the same, whether
the thing is there cannot be told.
"""

import re
from typing import Any, Final

from tieout.domain.inspection import InspectedPlace
from tieout.inspection.reading.source_code import programs, settings
from tieout.inspection.repository import File, Repository
from tieout.kernel.reading.patterns import compile_bytes

#: Words without which no program serves callers, as commands, frameworks and protocols spell them.
SERVING: Final = compile_bytes(
    r"\b(?:\w+_)?serv(?:e|es|ed|ers?|ing)(?:_\w+)?\b|\blisten|\bendpoint|\brout(?:e|ers?|es|ing)\b"
    r"|\b(?:web)?sockets?\b|\bwebhook|\b[wa]sgi\b|\bgrpc\b",
    folded=True,
)
#: Words without which no program uses a model that learns.
MODELS: Final = compile_bytes(r"model|\bweights\b|checkpoint|\bllms?\b|embedding", folded=True)
#: The word without which nothing is administered apart from its use.
ADMINISTRATORS: Final = compile_bytes(r"admin|superuser|\bstaff\b|\broot_user\b", folded=True)


#: JSON that sets something; most of it is data.
_SET_IN_JSON: Final = re.compile(r"^package\.json$|config|settings|manifest|options", re.IGNORECASE)
#: What builds and tests run with.
_CI: Final = (".github/", ".gitlab", ".circleci/")


def spoken_of(repository: Repository, words: Any) -> InspectedPlace | None:
    """The first line of programs and settings in use that speaks of a thing; None where none does.

    Args:
        repository: The commit.
        words: One of this module's patterns.

    Returns:
        The place, as one that does not count: a word is no answer.
    """
    own = (file for file in settings(repository) if _says_how_to_run(file))
    for text in repository.texts((*programs(repository), *own)):
        hit = text.first(words)
        if hit is not None:
            return text.place(hit.line, "speaks of it, in no form that is recognised", counts=False)
    return None


def _says_how_to_run(file: File) -> bool:
    return not file.path.startswith(_CI) and (not file.name.endswith(".json") or bool(_SET_IN_JSON.search(file.name)))
