"""Rows of security settings, each with what it is set for, whether it protects, and its place."""

from typing import Final

from tieout.collectors.config.interface import Found
from tieout.collectors.config.rows import Fact, Rows
from tieout.domain.artefacts.safeguards import SecurityTopic
from tieout.kernel.reading.text import excerpt
from tieout.syntax.cursor import Cursor

_LONGEST: Final = 200


class SecurityRows:
    """Security settings of one file, as they are found.

    Args:
        product: Language or product.
        part: Tells several of one file apart.
    """

    def __init__(self, product: str, part: str = "") -> None:
        self.rows = Rows("security_config", "settings", product, part)

    def add(
        self,
        subject: str,
        topic: SecurityTopic,
        setting: str,
        at: Cursor,
        *,
        holds: bool | None,
        value: str | None = None,
        decided: Cursor | None = None,
        path: str = "",
    ) -> None:
        """Add a setting.

        Args:
            subject: What it is set for.
            topic: What it is about.
            setting: The setting in a few words.
            at: Where it is set, or where it would stand.
            holds: Whether it protects; None where the file does not tell.
            value: What is written there, where that is no secret.
            decided: Where another object decides; left out, `at` does.
            path: File of that object, where it is not the one that is read.
        """
        decides = decided or at
        facts = {
            "subject": Fact(excerpt(subject, _LONGEST)),
            "topic": Fact(topic),
            "setting": Fact(excerpt(setting, _LONGEST)),
            "holds": Fact(holds, decides, path),
            "value": Fact(excerpt(value, _LONGEST) if value else None, decides, path),
        }
        self.rows.add(at, facts)

    def found(self) -> list[Found]:
        """What was found."""
        return self.rows.found()
