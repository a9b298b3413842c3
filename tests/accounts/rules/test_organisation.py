import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.rules.organisation import READABLE, contrast, palette

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_contrast_of_black_and_white_is_the_largest_there_is():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@given(COLOURS, st.booleans())
def test_text_in_the_palette_can_be_read_whatever_the_colour(colour, dark):
    found = palette(colour, dark=dark)

    assert contrast(found.text, found.wash) >= READABLE
    assert contrast(found.ink, found.ground) >= READABLE


def test_palette_keeps_a_colour_that_is_readable_already():
    assert palette("#1f5c5a", dark=False).text == "#1f5c5a"
