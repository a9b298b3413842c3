import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.rules.text import clean_line, tame


@pytest.mark.parametrize(
    ("hostile", "expected"),
    [
        ("Acme\r\nBcc: everyone@example.com", "Acme Bcc: everyone@example.com"),
        ("Acme\vInc\x00", "Acme Inc"),
        ("a\u2028b\u202ec\ud800", "a b c"),
        ("x" * 1000, "x" * 9 + "…"),
        ("  plain  ", "plain"),
        ("e" + "\u0301" * 50, "é" + "\u0301" * 8),
    ],
)
def test_tame_cleans_what_nobody_can_be_asked_to_correct(hostile, expected):
    assert tame(hostile, most=10 if len(hostile) == 1000 else 100) == expected


@given(st.text(max_size=300))
def test_what_tame_returns_is_always_one_clean_line(anything):
    line = tame(anything, most=100)

    assert clean_line(line, most=100) == line
