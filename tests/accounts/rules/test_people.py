import pytest

from accounts.rules.people import browser_of, suggested_role


@pytest.mark.parametrize(
    ("leads", "is_rep", "role"),
    [
        (True, True, "leader"),
        (True, False, "leader"),
        (False, True, "account_manager"),
        (False, False, "colleague"),
    ],
)
def test_the_role_that_fits_what_somebody_does(leads, is_rep, role):
    assert suggested_role(leads=leads, is_rep=is_rep) == role


@pytest.mark.parametrize(
    ("user_agent", "named"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:142.0) Gecko/20100101 Firefox/142.0",
            ("Firefox", "Windows"),
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            ("Edge", "Windows"),
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1",
            ("Safari", "iPhone"),
        ),
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
            ("Chrome", "Android"),
        ),
        ("something else", ("", "")),
        ("", ("", "")),
    ],
)
def test_a_browser_is_called_by_its_name(user_agent, named):
    assert browser_of(user_agent) == named
