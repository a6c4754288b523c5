"""Canonical JSON has one form, whichever encoder is the quicker one for the value."""

import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from tieout.kernel.canonical import canonical_bytes

TEXTS = st.text() | st.text(alphabet='\x00\x1f\x7f\\"/\u2028\ufeff\U0001f600\uffff\b\t\n')
LEAVES = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False) | TEXTS
VALUES = st.recursive(
    LEAVES.filter(lambda leaf: leaf not in {float("inf"), float("-inf")}),
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
)


@given(VALUES)
def test_the_bytes_are_those_of_rfc_8785(value):
    assert canonical_bytes(value) == rfc8785.dumps(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        # RFC 8785, 3.2.3: keys in the order of their UTF-16 code units, where U+1F600 comes before U+FB33
        ({"\ufb33": 1, "\U0001f600": 2, "1": 3}, '{"1":3,"\U0001f600":2,"\ufb33":1}'),
        ([1e21, 1e-7, 4.50, -0.0, 333333333.33333329], "[1e+21,1e-7,4.5,0,333333333.3333333]"),
        ({"b": [1, True, None], "a": "\x0f\n\x7f"}, '{"a":"\\u000f\\n\x7f","b":[1,true,null]}'),
    ],
)
def test_the_examples_of_the_standard(value, expected):
    assert canonical_bytes(value) == expected.encode()
    assert json.loads(expected) == value


@pytest.mark.parametrize("value", [2**53, float("nan"), float("inf"), "\ud800", {1: 2}, object()])
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises(rfc8785.CanonicalizationError):
        canonical_bytes([value])
