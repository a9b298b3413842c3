import pytest

from accounts.rules.countries import NAMES, code_of, similar


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("United States", "US"),
        ("U.S.A.", "US"),
        ("us", "US"),
        ("Côte d’Ivoire", "CI"),
        ("cote d'ivoire", "CI"),
        ("The Netherlands", "NL"),
        ("  Germany ", "DE"),
        ("Korea", None),
        ("Philipines", None),
        ("", None),
    ],
)
def test_a_name_is_known_exactly_or_not_at_all(name, code):
    assert code_of(name) == code


def test_every_country_is_known_by_its_own_name():
    assert {code: code_of(name) for code, name in NAMES.items()} == {code: code for code in NAMES}


@pytest.mark.parametrize(
    ("name", "codes"),
    [("Philipines", ("PH",)), ("Korea", ("KP", "KR")), ("Germny", ("DE",)), ("Atlantis", ()), ("", ())],
)
def test_an_unknown_name_gets_its_nearest_neighbours_as_suggestions(name, codes):
    assert similar(name) == codes
