"""View-models of the cover, of document control and of the lines to sign."""

from pydantic import Field

from tieout.domain.base import Model
from tieout.domain.verdicts import Verdict
from tieout.render.text import Code, Href, Line, Passage


class Fact(Model):
    """A name and its value, as on the cover."""

    name: Line
    value: Passage
    code: bool = Field(default=False, description="set in the monospaced face")


class RetentionRow(Model):
    """What one rule of the schedule says of the record."""

    rule: Code
    authority: Passage
    trigger: Line
    period: Line
    says: Passage


class VerdictCount(Model):
    """How many controls have a verdict, and what it means."""

    verdict: Verdict
    count: int
    meaning: Line


class Edition(Model):
    """One line of the version history."""

    packet: Line
    of: Passage
    as_of: Line
    made_with: Line
    state: Passage


class DocumentControl(Model):
    """Which edition of the packet this is, what it stands on, and who stands for it."""

    editions: tuple[Edition, ...]
    supersedes: Passage
    basis: tuple[Fact, ...] = Field(description="what was fixed when it was made, with the digest of each")
    people: tuple[Fact, ...] = Field(description="who prepared it and who reviewed it, as far as is recorded")


class MachineFile(Model):
    """A file of the packet that a machine reads."""

    name: Code
    href: Href


class SignOff(Model):
    """One printed line of the sign-off block."""

    role: Line
    text: Passage
