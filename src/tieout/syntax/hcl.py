"""Reads HCL (Terraform's and OpenTofu's language) into blocks, attributes and expressions with their lines.

Follows the HCL native syntax specification (hashicorp/hcl, hclsyntax/spec.md). Every character is looked at a bounded
number of times and nothing is deeper than the cap, so hostile text costs no more than its length.
"""

import re
from typing import Final

from tieout.kernel.errors import UnreadableError
from tieout.kernel.reading.text import display_path, excerpt
from tieout.syntax.hcl_model import (
    ANY,
    Attribute,
    Block,
    Body,
    Call,
    Choice,
    Expression,
    Items,
    Literal,
    Members,
    Operation,
    Other,
    Reference,
    Template,
)
from tieout.syntax.hcl_operators import RANKS, joined, number_of
from tieout.syntax.hcl_scanning import Scanner

MAX_CHARACTERS: Final = 2_000_000
"""Longest file that is read, characters."""

_NAME = re.compile(r"[^\W\d][\w-]*")
_FUNCTION = re.compile(r"[^\W\d][\w-]*(?:::[^\W\d][\w-]*)*")
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_OPERATOR = re.compile(r"==|!=|<=|>=|&&|\|\||[<>*/%+-]")
_HEREDOC = re.compile(r"<<-?([^\W\d][\w-]*)[ \t]*\r?\n")
_FOR = re.compile(r"for[ \t\r\n]+[^\W\d]")
_QUOTED_TEXT = re.compile(r'[^"\\$%\n]+')
_PLAIN_TEXT = re.compile(r"[^$%]+")
_SKIPPED = re.compile(r'[^\s"(){}\[\]#/<]+|[#/<]')
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_HEX = {"u": re.compile(r"[0-9A-Fa-f]{4}"), "U": re.compile(r"[0-9A-Fa-f]{8}")}
_WORDS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None}
_CLOSING: Final = {"(": ")", "[": "]", "{": "}"}
_LARGEST_CHARACTER: Final = 0x10FFFF


def parse_hcl(text: str, *, where: str) -> Body:
    """The attributes and blocks of a file.

    Args:
        text: Decoded, without a byte order mark.
        where: How errors name the file.

    Raises:
        UnreadableError: It is no HCL, nested deeper than the cap, too long, or of too many parts; `where` is path:line.
    """
    if len(text) > MAX_CHARACTERS:
        message = f"has {len(text):,} characters; HCL files are read up to {MAX_CHARACTERS:,}"
        raise UnreadableError(message, where=display_path(where))
    reader = _Reader(text, where)
    body = reader.body()
    if reader.at < len(text):
        reader.refuse("a closing brace stands without its opening one")
    return body


def parse_template(text: str, line: int) -> Expression:
    """A text of Terraform's JSON form: a literal, or a template where it holds `${…}`; never an error."""
    try:
        return _Reader(text, "", first_line=line).whole_template()
    except UnreadableError:
        return Other("an expression that cannot be read", line)


class _Reader(Scanner):
    def body(self) -> Body:
        attributes: dict[str, Attribute] = {}
        blocks: list[Block] = []
        while True:
            self.skip(lines=True)
            name = _NAME.match(self.text, self.at)
            if name is None:
                if self.at < len(self.text) and self.next() != "}":
                    self.refuse("neither an attribute nor a block")
                return Body(attributes, tuple(blocks))
            line, self.at = self.line(), name.end()
            self.skip()
            if self.next() == "=" and not self.text.startswith("==", self.at):
                if name[0] in attributes:
                    self.refuse(f"'{excerpt(name[0])}' is set twice", name.start())
                self.at += 1
                attributes[name[0]] = Attribute(name[0], self._expression(), line)
                self._end_of_attribute()
            else:
                blocks.append(self._block(name[0], line))

    def whole_template(self) -> Expression:
        return self._template(len(self.text), 0, quoted=False)

    def _block(self, type_: str, line: int) -> Block:
        labels: list[str] = []
        self.spend()
        while self.next() != "{":
            name = _NAME.match(self.text, self.at)
            if name is not None:
                labels.append(name[0])
                self.at = name.end()
            elif self.next() == '"' and isinstance(label := self._string(), Literal):
                labels.append(str(label.value))
            else:
                self.refuse("neither an attribute nor a block")
            self.skip()
        self.open()
        body = self.body()
        self.close("}")
        return Block(type_, tuple(labels), body, line)

    def _end_of_attribute(self) -> None:
        self.skip()
        if self.next() not in {"", "\n", "}"}:
            self.refuse("an attribute does not end with its line")

    def _expression(self) -> Expression:
        """A condition, or operands and operators; chains are loops, so that only nesting is deep."""
        start = self.at
        first = self._operations()
        if self.peek() != "?":
            return first
        line = self.line(start)
        self.deeper()
        self.at += 1
        self.skip(lines=True)
        yes = self._expression()
        self.skip(lines=True)
        self.expect(":")
        self.skip(lines=True)
        no = self._expression()
        self.depth -= 1
        return Choice(first, yes, no, line)

    def _operations(self) -> Expression:
        operands, operators = [self._signed()], []
        while self.peek():
            found = _OPERATOR.match(self.text, self.at)
            if found is None:
                break
            operators.append(found[0])
            self.at = found.end()
            operands.append(self._signed())
        for rank in RANKS if operators else ():
            operands, operators = joined(operands, operators, rank)
        return operands[0]

    def _signed(self) -> Expression:
        self.spend()
        self.skip(lines=self.loose)
        line, signs = self.line(), ""
        while self.next() in {"!", "-"}:
            signs += self.next()
            self.at += 1
            self.skip(lines=self.loose)
        operand = self._with_steps(self._operand())
        return Operation((signs,), (operand,), line) if signs else operand

    def _operand(self) -> Expression:
        enclosed = {'"': self._string, "(": self._in_parentheses, "[": self._list, "{": self._object}
        if self.next() in enclosed:
            return enclosed[self.next()]()
        heredoc = _HEREDOC.match(self.text, self.at)
        return self._heredoc(heredoc) if heredoc is not None else self._word()

    def _in_parentheses(self) -> Expression:
        self.open(loose=True)
        inside = self._expression()
        self.skip(lines=True)
        self.close(")")
        return inside

    def _word(self) -> Expression:
        """A number, a name, a call, or one of the words with a value of their own."""
        start, line, character = self.at, self.line(), self.next()
        number = _NUMBER.match(self.text, start)
        if number is not None:
            self.at = number.end()
            return Literal(number_of(number[0]), line, start, self.at)
        name = _FUNCTION.match(self.text, start)
        if name is None:
            self.refuse("a value is missing" if character in {"", "\n"} else "a value cannot be read")
        self.at = name.end()
        if self.next() == "(":
            return Call(name[0], self._arguments(), line)
        if name[0] in _WORDS and self.next() != ".":
            return Literal(_WORDS[name[0]], line, start, self.at)
        return Reference((name[0],), line)

    def _with_steps(self, base: Expression) -> Expression:
        """What follows a value: `.name`, `[0]`, `[*]`; of anything but a name it is not taken apart."""
        line = base.line
        path: list[str] = list(base.path) if isinstance(base, Reference) else []
        stepped = False
        while self.next() in {".", "["}:
            if self.text.startswith("...", self.at):
                break
            stepped = True
            path.append(self._step())
        if not stepped:
            return base
        return Reference(tuple(path), line) if isinstance(base, Reference) else Other("a part of a value", line)

    def _step(self) -> str:
        if self.next() == ".":
            self.at += 1
            self.skip()
            found = _NAME.match(self.text, self.at) or _NUMBER.match(self.text, self.at)
            if found is None and self.next() != ANY:
                self.refuse("a name is missing behind a dot")
            self.at = found.end() if found is not None else self.at + 1
            return found[0] if found is not None else ANY
        self.open(loose=True)
        self.skip(lines=True)
        if self.next() == ANY:
            self.at += 1
            key: Expression = Other("each", self.line())
        else:
            key = self._expression()
        self.skip(lines=True)
        self.close("]")
        return str(key.value) if isinstance(key, Literal) else ANY

    def _arguments(self) -> tuple[Expression, ...]:
        self.open(loose=True)
        found = self._until(")")
        self.close(")")
        return found

    def _list(self) -> Expression:
        line = self.line()
        self.open(loose=True)
        self.skip(lines=True)
        if _FOR.match(self.text, self.at):
            return self._skipped_for("]", line)
        found = self._until("]")
        self.close("]")
        return Items(found, line)

    def _until(self, closing: str) -> tuple[Expression, ...]:
        found: list[Expression] = []
        self.skip(lines=True)
        while self.next() != closing:
            found.append(self._expression())
            self.skip(lines=True)
            if self.text.startswith("...", self.at):
                self.at += 3
                found[-1] = Other("several arguments in one", found[-1].line)
                self.skip(lines=True)
            if self.next() != closing:
                self.expect(",")
                self.skip(lines=True)
        return tuple(found)

    def _object(self) -> Expression:
        line = self.line()
        self.open()
        self.skip(lines=True)
        if _FOR.match(self.text, self.at):
            return self._skipped_for("}", line)
        members: list[tuple[Expression, Expression]] = []
        while self.next() != "}":
            key = self._operations()
            if isinstance(key, Reference) and len(key.path) == 1:
                key = Literal(key.path[0], key.line)
            self.skip()
            if self.next() not in {"=", ":"}:
                self.refuse("a member of an object has no value")
            self.at += 1
            members.append((key, self._expression()))
            self.skip()
            if self.next() not in {",", "\n", "}"}:
                self.refuse("a member of an object does not end")
            self.at += self.next() == ","
            self.skip(lines=True)
        self.close("}")
        return Members(tuple(members), line)

    def _skipped_for(self, closing: str, line: int) -> Expression:
        self._pass_over(closing)
        self.close(closing)
        return Other("a for expression", line)

    def _pass_over(self, closing: str) -> None:
        """Everything up to the bracket that closes what is open."""
        stack = [closing]
        while stack:
            self.skip(lines=True)
            character = self.next()
            if character == '"':
                self._string()
            elif character in _CLOSING:
                stack.append(_CLOSING[character])
                self.at += 1
            elif character == stack[-1]:
                stack.pop()
                if stack:
                    self.at += 1
            elif heredoc := _HEREDOC.match(self.text, self.at):
                self._heredoc(heredoc)
            elif found := _SKIPPED.match(self.text, self.at):
                self.at = found.end()
            else:
                self.refuse("an expression does not end")

    def _string(self) -> Expression:
        self.at += 1
        found = self._template(len(self.text), self.at, quoted=True)
        self.at += 1  # the closing mark, at which the template stopped
        return found

    def _heredoc(self, opening: re.Match[str]) -> Expression:
        closing = re.compile(rf"^[ \t]*{re.escape(opening[1])}[ \t]*\r?$", re.MULTILINE).search(
            self.text, opening.end()
        )
        if closing is None:
            self.refuse(f"the text that '{excerpt(opening[1])}' should end does not end")
        self.at = opening.end()
        found = self._template(closing.start(), self.at, quoted=False)
        self.at = closing.end()
        return found

    def _template(self, end: int, start: int, *, quoted: bool) -> Expression:
        """The text up to its end, or to the quotation mark that closes it."""
        line = self.line(start)
        parts: list[str | Expression] = []
        pattern = _QUOTED_TEXT if quoted else _PLAIN_TEXT
        while self.at < end and not (quoted and self.next() == '"'):
            text = pattern.match(self.text, self.at, end)
            if text is not None:
                parts.append(text[0])
                self.at = text.end()
            elif self.text.startswith(("$${", "%%{"), self.at):
                parts.append(self.text[self.at + 1 : self.at + 3])
                self.at += 3
            elif self.text.startswith(("${", "%{"), self.at):
                parts.append(self._within(end))
            elif self.next() == "\\":
                parts.append(self._escaped())
            elif self.next() == "\n":
                self.refuse("a text does not end with its line")
            else:
                parts.append(self.next())
                self.at += 1
        if quoted and self.at >= end:
            self.refuse("a text does not end", start)
        if all(isinstance(part, str) for part in parts):
            return Literal("".join(map(str, parts)), line, start, self.at)
        return Template(tuple(parts), line, start, self.at)

    def _within(self, end: int) -> Expression:
        """An expression within a text, or a directive, which is not taken apart."""
        line, directive = self.line(), self.next() == "%"
        self.at += 1
        self.open(loose=True)
        self.at += self.next() == "~"
        if directive:
            self._pass_over("}")
            found: Expression = Other("a condition or loop within a text", line)
        else:
            found = self._expression()
            self.skip(lines=True)
            self.at += self.next() == "~"
        self.close("}")
        if self.at > end:
            self.refuse("an expression within a text does not end")
        return found

    def _escaped(self) -> str:
        kind = self.text[self.at + 1 : self.at + 2]
        self.at += 2
        if kind in _ESCAPES:
            return _ESCAPES[kind]
        digits = _HEX[kind].match(self.text, self.at) if kind in _HEX else None
        if digits is None or int(digits[0], 16) > _LARGEST_CHARACTER:
            self.refuse("a backslash is followed by nothing that it may stand before")
        self.at = digits.end()
        return chr(int(digits[0], 16))
