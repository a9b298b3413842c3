from datetime import date

import pytest

from accounts.rules import free_days
from accounts.rules.text import BadText


def test_days_are_written_one_to_a_line_and_kept_by_day():
    kept = free_days.parsed("2027-12-31\n\n 2027-05-03  Company day \n2027-05-03 Works outing")

    assert kept == [["2027-05-03", "Works outing"], ["2027-12-31", ""]]
    assert free_days.written(kept) == "2027-05-03 Works outing\n2027-12-31"
    assert free_days.parsed(free_days.written(kept)) == kept
    assert free_days.dates(kept) == {date(2027, 5, 3), date(2027, 12, 31)}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2027-05-03\nMay 4th", "Line 2: begin with the day"),
        ("2027-02-30", "Line 1: begin with the day"),
        ("1027-05-03", "Line 1: this year is too far away"),
        ("2027-05-03 a\x07b", ""),
        ("\n".join(f"{year}-01-01" for year in range(2000, 2199)) + "\n2027-01-02\n2027-01-03", "200 days"),
    ],
)
def test_what_is_no_day_is_refused_with_its_line(text, sentence):
    with pytest.raises(BadText) as caught:
        free_days.parsed(text)

    assert sentence in str(caught.value.message)
