"""What a copy of a source must not hold any more, and what must stay in it."""

from tieout.collectors.confidential import masked_source


def assert_nothing_is_left(name: str, text: str, secret: str) -> None:
    """No word of a secret stands in the copy, which has as many lines as the source.

    Args:
        name: Of the file.
        text: Its content, with the secret in it.
        secret: What must be gone; several apart by a blank.
    """
    kept = masked_source(text, name)
    assert kept.text.count("\n") == text.count("\n")
    for word in secret.split():
        assert word in text
        assert word not in kept.text, kept.text
    assert kept.hits


def assert_stays(name: str, text: str) -> None:
    """A text in which there is no secret is kept as it is.

    Args:
        name: Of the file.
        text: Its content.
    """
    assert masked_source(text, name).text == text
