import re

from accounts.rules.tokens import hash_of, placeholder, token_for


def test_the_token_of_a_link_in_a_message_is_always_the_same():
    asked = {"key": "secret", "link": "7", "delivery": "invitation:7"}

    assert token_for(**asked) == token_for(**asked)
    assert re.fullmatch(r"[\w-]{43}", token_for(**asked))


def test_another_key_link_or_message_has_another_token():
    tokens = {
        token_for(key="secret", link="7", delivery="invitation:7"),
        token_for(key="secrets", link="7", delivery="invitation:7"),
        token_for(key="secret", link="8", delivery="invitation:7"),
        token_for(key="secret", link="7", delivery="invitation:8"),
        token_for(key="secret", link="7:invitation", delivery="7"),
        token_for(key="secret", link="7", delivery="invitation:7:"),
    }

    assert len(tokens) == 6


def test_the_hash_tells_nothing_of_the_token():
    token = token_for(key="secret", link="7", delivery="invitation:7")

    assert re.fullmatch(r"[0-9a-f]{64}", hash_of(token))
    assert hash_of("\ud800 whatever a visitor typed") != hash_of(token)


def test_a_placeholder_survives_html_and_addresses():
    assert re.fullmatch(r"\w+", placeholder("link"))
