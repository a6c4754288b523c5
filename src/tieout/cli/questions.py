"""Questions on a terminal: one at a time, on stderr, each answer checked as it is given, with a way back."""

from collections.abc import Callable

import typer

#: What may be typed at any question, and what it means.
BACK, HELP, NONE = "<", "?", "-"
KEYS = f"Enter takes what stands in brackets, {NONE} leaves a question open, {HELP} says what fits, {BACK} goes back."


class WentBack(Exception):  # noqa: N818 - no error: the person wants the question before this one
    """The question before is wanted again."""


def ask(
    question: str,
    proposal: str = "",
    *,
    fault: Callable[[str], str] = lambda _: "",
    fits: str = "",
    more: str = "",
    empty: bool = True,
) -> str:
    """The answer to a question; an empty one takes the proposal, and `-` means none.

    Args:
        question: What is asked.
        proposal: What an empty answer means; it is shown.
        fault: Why an answer does not fit, as a sentence without an end; empty where it does.
        fits: What fits, with an example; it is told with each fault and at `?`.
        more: What is told at `?` beside it.
        empty: Whether there may be no answer.

    Raises:
        WentBack: `<` was typed.
        typer.Abort: Ctrl-C or the end of the input.
    """
    while True:
        answer: str = typer.prompt(question, default=proposal, err=True, show_default=bool(proposal)).strip()
        if answer == BACK:
            raise WentBack
        if answer == HELP:
            _tell(f"What fits: {fits or 'any text'}.{more}")
            continue
        answer = "" if answer == NONE else answer
        wrong = fault(answer) if answer else "" if empty else "only you know this: it cannot stay open"
        if not wrong:
            return answer
        _tell(f"That does not fit: {wrong}.{f' What fits: {fits}.' if fits else ''}")


def _tell(text: str) -> None:
    typer.echo(f"  {text}", err=True)
