"""How much of the internet ranges of addresses hold."""

import pytest

from tieout.collectors.config.addresses import reach, reach_between


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        (["0.0.0.0/0"], "every"),
        (["::/0"], "every"),
        (["0::0/0"], "every"),
        (["0:0:0:0:0:0:0:0/0"], "every"),
        (["10.1.2.3/0"], "every"),
        (["0.0.0.0/1", "128.0.0.0/1"], "every"),
        (["0.0.0.0/2", "64.0.0.0/2", "128.0.0.0/1"], "every"),
        (["::/1", "8000::/1"], "every"),
        (["10.0.0.0/8", " 0.0.0.0/0 "], "every"),
        (["0.0.0.0/1"], "much"),
        (["0.0.0.0/1", "8000::/1"], "much"),
        (["16.0.0.0/7"], "much"),
        (["2000::/3"], "much"),
        (["10.0.0.0/8"], None),
        (["17.0.0.0/8"], None),
        (["fc00::/7"], None),
        (["fe80::/10"], None),
        (["2001:db8::/32"], None),
        (["192.0.2.1"], None),
        (["sg-1", "", None, 7, ["0.0.0.0/0"], {}, "0.0.0.0/33", "/0"], None),
        ([], None),
    ],
)
def test_reach(blocks: list[object], expected: str | None) -> None:
    assert reach(blocks) == expected


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("0.0.0.0", "255.255.255.255", "every"),  # noqa: S104 - addresses of a file, nothing is bound to them
        ("0.0.0.1", "255.255.255.255", "much"),
        ("10.0.0.0", "10.255.255.255", None),
        ("10.0.0.9", "10.0.0.1", None),
        ("10.0.0.9", "::1", None),
        ("x", "10.0.0.1", None),
    ],
)
def test_reach_between(first: str, last: str, expected: str | None) -> None:
    assert reach_between(first, last) == expected
