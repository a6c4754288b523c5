"""Shell text as words and operators with their lines; what is odd becomes a plain word, never an error."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

#: Longer texts are cut: nobody writes that much into a step.
_MOST_CHARACTERS: Final = 200_000

_OPERATOR = re.compile(r"\|\||&&|;;&?|;&|\|&|[;|&()\n]")
_REDIRECT = re.compile(r"(?:\d+|&)?(?:<<<|<<-?|>>|>&|<&|>\||<>|>|<)")
_PLAIN = re.compile(r"[^\s\\'\"`$;|&()<>#{]+|[#{]")
_BLANK = re.compile(r"[ \t\r]+")
_EXPRESSION = re.compile(r"\$\{\{[^\n]{0,2000}?\}\}")
_FUNCTION_END = re.compile(r"\(\s*\)")


@dataclass(frozen=True, slots=True)
class Token:
    r"""A word or an operator.

    Attributes:
        text: Unquoted word, or the operator; a newline is `\n`.
        line: Index of its first line.
        operator: Whether it is an operator.
        quoted: Whether a part of the word was quoted, so that it is no keyword.
    """

    text: str
    line: int
    operator: bool = False
    quoted: bool = False


def tokens_of(lines: Sequence[str]) -> list[Token]:
    """The words and operators of a shell text, comments and documents in it left out."""
    return _Scanner("\n".join(lines)[:_MOST_CHARACTERS]).scan()


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line = 0
        self._found: list[Token] = []
        self._word: list[str] | None = None
        self._word_line = 0
        self._quoted = False
        self._awaited: list[str] = []  # ends of documents that begin on the next line
        self._skip = ""  # what the next word is, if it is no argument: "target" or "end"

    def scan(self) -> list[Token]:
        while self._at < len(self._text):
            self._next()
        self._end_word()
        return self._found

    def _next(self) -> None:
        char = self._text[self._at]
        if char in " \t\r":
            self._end_word()
            self._at = _BLANK.match(self._text, self._at).end()  # type: ignore[union-attr]  # it begins with one
        elif char == "\\":
            self._escape()
        elif char in "'\"":
            self._quote(char)
        elif char in "$`":
            self._expansion()
        elif char == "#" and self._word is None:
            self._at = self._end_of_line()
        elif (redirect := _REDIRECT.match(self._text, self._at)) and (self._word is None or not char.isdigit()):
            self._redirect(redirect[0])
        elif operator := _OPERATOR.match(self._text, self._at):
            self._operator(operator[0])
        else:
            plain = _PLAIN.match(self._text, self._at)
            self._add(plain[0] if plain else char)

    def _add(self, text: str, *, quoted: bool = False, width: int | None = None) -> None:
        if self._word is None:
            self._word, self._word_line = [], self._line
        self._word.append(text)
        self._quoted |= quoted
        self._at += len(text) if width is None else width

    def _end_word(self) -> None:
        if self._word is None:
            return
        text = "".join(self._word)
        if self._skip == "end":
            self._awaited.append(text)
        elif not self._skip:
            self._found.append(Token(text, self._word_line, quoted=self._quoted))
        self._word, self._quoted, self._skip = None, False, ""

    def _operator(self, text: str) -> None:
        call = _FUNCTION_END.match(self._text, self._at) if text == "(" and self._word is not None else None
        if call:
            self._add("()", width=call.end() - self._at)
            return
        self._end_word()
        self._found.append(Token(text, self._line, operator=True))
        self._at += len(text)
        if text == "\n":
            self._line += 1
            self._pass_documents()

    def _redirect(self, text: str) -> None:
        self._end_word()
        self._at += len(text)
        bare = text.lstrip("0123456789&")
        self._skip = "end" if bare in {"<<", "<<-"} else "target"
        if self._text[self._at : self._at + 1] == "(":  # <(command): what it gives is a file
            self._at = self._past_brackets(self._at)
            self._skip = ""
            self._add("-", width=0)
            self._skip = "target"
            self._end_word()

    def _escape(self) -> None:
        if self._text[self._at + 1 : self._at + 2] == "\n":
            self._end_word()
            self._at += 2
            self._line += 1
        else:
            self._add(self._text[self._at + 1 : self._at + 2], quoted=True, width=2)

    def _quote(self, mark: str) -> None:
        end = self._at + 1
        while end < len(self._text) and self._text[end] != mark:
            end += 2 if mark == '"' and self._text[end] == "\\" else 1
        inner = self._text[self._at + 1 : end]
        self._add(inner, quoted=True, width=min(end + 1, len(self._text)) - self._at)
        self._line += inner.count("\n")

    def _expansion(self) -> None:
        """`$name`, `${...}`, `$(...)`, `${{ ... }}` and backticks stand in a word as they are written."""
        start = self._at
        if found := _EXPRESSION.match(self._text, start):
            end = found.end()
        elif self._text.startswith(("$(", "${"), start):
            end = self._past_brackets(start + 1)
        elif self._text[start] == "`":
            end = self._text.find("`", start + 1) + 1 or len(self._text)
        else:
            end = start + 1
        inner = self._text[start:end]
        self._add(inner, quoted=True)
        self._line += inner.count("\n")

    def _past_brackets(self, start: int) -> int:
        opening = self._text[start]
        closing = ")" if opening == "(" else "}"
        depth, at = 0, start
        while at < len(self._text):
            depth += {opening: 1, closing: -1}.get(self._text[at], 0)
            at += 1
            if depth == 0:
                return at
        return at

    def _pass_documents(self) -> None:
        for end in self._awaited:
            while self._at < len(self._text):
                stop = self._end_of_line()
                line = self._text[self._at : stop]
                self._at = min(stop + 1, len(self._text))
                self._line += 1
                if line.strip() == end:
                    break
        self._awaited = []

    def _end_of_line(self) -> int:
        end = self._text.find("\n", self._at)
        return len(self._text) if end < 0 else end
