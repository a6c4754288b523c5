"""`tieout init --owns`: an area that there is none of is told as such, with those that there are."""

import pytest

from tieout.cli.commands.init import _pairs, init
from tieout.config.template import AREAS
from tieout.kernel.errors import UsageError


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("risk=Ann Ode", "'risk' is none of its names"),
        ("budget=", "nothing stands behind ="),
        ("budget", "this is not NAME=VALUE"),
    ],
)
def test_what_is_wrong_is_said_with_the_names_that_there_are(text: str, words: str) -> None:
    with pytest.raises(UsageError) as error:
        _pairs("--owns", [text], AREAS)
    assert words in error.value.message
    assert all(area in error.value.hint for area in AREAS)
    assert _pairs("--owns", ["budget=Ann Ode/Bo Lee"], AREAS) == {"budget": "Ann Ode/Bo Lee"}


def test_the_help_names_every_area() -> None:
    (option,) = (one for one in init.__annotations__["owns"].__metadata__ if one.default == "--owns")
    assert all(area in option.help for area in AREAS)
