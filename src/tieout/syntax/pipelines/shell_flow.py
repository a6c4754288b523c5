"""What a shell text certainly does: results that never change, traps that hide a failure, words that a call puts in."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Final

from tieout.syntax.pipelines.shell_tree import Chain, Group, Pipeline, Simple

_RESULTS: Final[Mapping[str, bool]] = {"true": True, ":": True, "false": False}
_HIDING: Final = frozenset({"EXIT", "ERR", "0"})
_NAMES = re.compile(r"[\w.:-]+")
_READING_ONLY: Final = "noexec"
_TESTS: Final = {"[": "]", "[[": "]]", "test": ""}
#: In a word of a test these stand for something else, or may.
_NOT_PLAIN = re.compile(r"[$`*?{}~\\()\[\]]")
_FIGURE = re.compile(r"0|[1-9][0-9]{0,8}")
_EQUAL: Final[Mapping[str, bool]] = {"=": True, "==": True, "-eq": True, "!=": False, "-ne": False}
_COMPARED: Final = 3
_ASKED: Final = 2


def constant(chains: Sequence[Chain]) -> bool | None:
    """The result of `true`, `:` and `false` as they stand; None for whatever has to be run to be known."""
    if len(chains) != 1 or len(chains[0].pipelines) != 1 or chains[0].background:
        return None
    return result(chains[0].pipelines[0])


def result(pipeline: Pipeline) -> bool | None:
    """The same of one pipeline."""
    part = pipeline.parts[0]
    if len(pipeline.parts) > 1 or not isinstance(part, Simple) or not part.words:
        return None
    found = _RESULTS.get(part.words[0], _compared(part.words))
    return found if found is None else found is not pipeline.negated


def _compared(words: Sequence[str]) -> bool | None:
    """The result of a test whose words are all plain (`[ 1 = 2 ]`, `test -n ""`); None of every other."""
    end = _TESTS.get(words[0])
    asked = list(words[1:-1] if end else words[1:])
    if end is None or (end and words[-1] != end) or any(_NOT_PLAIN.search(word) for word in asked):
        return None
    if len(asked) == _ASKED and asked[0] in {"-n", "-z"}:
        return bool(asked[1]) is (asked[0] == "-n")
    sign = asked[1] if len(asked) == _COMPARED else ""
    if sign in {"-eq", "-ne"} and not all(_FIGURE.fullmatch(one) for one in asked[::2]):
        return None
    return (asked[0] == asked[2]) is _EQUAL[sign] if sign in _EQUAL else None


def is_never_gone_round(loop: Group) -> bool:
    """Whether the body of a loop is certainly never run: `while false`, `until true`, `for x in; do`."""
    wanted = {"while": False, "until": True}.get(loop.name)
    return loop.name == "nothing" or (wanted is not None and constant(loop.tests) is wanted)


def ends_well(chains: Sequence[Chain]) -> bool:
    """Whether commands certainly come to `exit 0`, whatever was before."""
    for chain in chains:
        part = chain.pipelines[0].parts[0]
        alone = len(chain.pipelines) == len(chain.pipelines[0].parts) == 1
        if alone and isinstance(part, Simple) and part.words[:1] == ["exit"]:
            return part.words[1:2] == ["0"]
    return False


def trap_of(words: Sequence[str]) -> str | None:
    """What a `trap` does at the end of the shell or at a failure; None where it says nothing of these."""
    given = [word for word in words[1:] if word != "--"]
    signals = {word.upper().removeprefix("SIG") for word in given[1:]}
    return given[0] if signals & _HIDING else None


def is_reading_only(options: Iterable[str]) -> bool:
    """Whether options of a shell or of `set` let it read commands without running them (`-n`, `-o noexec`)."""
    given = list(takewhile(lambda option: option != "--", options))
    short = (word[1:] for word in given if re.fullmatch(r"-[a-zA-Z]+", word))
    return any("n" in word for word in short) or _READING_ONLY in given


def names_in(words: Iterable[str]) -> set[str]:
    """Everything in words that may be the name of a function, also within quotes and substitutions."""
    return {name for word in words for name in _NAMES.findall(word)}


def filled(words: Iterable[str], arguments: Sequence[str]) -> Iterator[str]:
    """The words of a function's command with the arguments of its call put in."""
    for word in words:
        if word in {"$@", "$*", "${@}", "${*}"}:
            yield from arguments
        elif re.fullmatch(r"\$[1-9]", word) and int(word[1]) <= len(arguments):
            yield arguments[int(word[1]) - 1]
        else:
            yield word


def simples(group: Group) -> Iterator[Simple]:
    """Every simple command of a group, however deep."""
    for chain in (*group.tests, *group.body):
        for pipeline in chain.pipelines:
            for part in pipeline.parts:
                if isinstance(part, Simple):
                    yield part
                else:
                    yield from simples(part)
