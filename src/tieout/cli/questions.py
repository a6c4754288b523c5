"""Questions on a terminal: one at a time, on stderr, asked again until the answer fits."""

from collections.abc import Callable, Sequence

import typer


def ask(question: str, proposal: str = "", *, good: Callable[[str], bool] = lambda _: True, empty: bool = True) -> str:
    """The answer to a question; an empty one takes the proposal.

    Args:
        question: What is asked.
        proposal: What an empty answer means; it is shown.
        good: Whether an answer fits.
        empty: Whether there may be no answer.

    Raises:
        typer.Abort: Ctrl-C or the end of the input.
    """
    while True:
        answer: str = typer.prompt(question, default=proposal, err=True, show_default=bool(proposal)).strip()
        if (answer or empty) and (not answer or good(answer)):
            return answer
        typer.echo("That does not fit; once more, please.", err=True)


def choose(question: str, of: Sequence[str]) -> str:
    """One of a few words; there is no default, because only the person knows."""
    return ask(f"{question} ({', '.join(of)})", good=lambda answer: answer in of, empty=False)


def confirm(question: str) -> bool:
    """Yes or no, without a default."""
    return choose(question, ("yes", "no")) == "yes"


def is_number(text: str) -> bool:
    """Whether a text is a number as people write a limit: digits, perhaps with a point."""
    return text.replace(".", "", 1).isdecimal()
