"""Signing in: what an attacker may try, and what a person who forgot something can do."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import Delivery, Person, User
from accounts.services import deliveries, people
from tests.factories import NOW, PASSWORD, make_person, make_user

OLGA, IVAN = "olga.ortiz@example.com", "ivan.ilic@example.com"
NEW_PASSWORD = "another long one 42"


@pytest.fixture(autouse=True)
def _clean_slate():
    cache.clear()
    yield
    cache.clear()


def sign_in_as(
    email: str, password: str = PASSWORD, *, client: Client | None = None, where: str = "198.51.100.7", **more
):
    """What the sign-in form answers, and the client that has it."""
    client = client or Client()
    response = client.post(
        reverse("account_login"), {"login": email, "password": password, **more}, REMOTE_ADDR=where
    )
    return response, client


def is_in(client: Client) -> bool:
    return client.get(reverse("people")).status_code == 200


# --- Guessing ---------------------------------------------------------------------------------------


def test_ten_wrong_passwords_close_the_door_for_this_account_from_this_address(cast):
    codes = [sign_in_as(OLGA, f"wrong {n}")[0].status_code for n in range(10)]

    locked, client = sign_in_as(OLGA)

    assert codes == [200] * 9 + [429]
    assert locked.status_code == 429
    assert "Too many attempts" in locked.content.decode()
    assert not is_in(client)


def test_the_victim_of_guessing_still_signs_in_from_elsewhere(cast):
    for n in range(12):
        sign_in_as(OLGA, f"wrong {n}")

    assert is_in(sign_in_as(OLGA, where="203.0.113.9")[1])
    assert is_in(sign_in_as(IVAN)[1])


def test_writing_the_address_differently_gives_no_more_guesses(cast):
    for n in range(10):
        sign_in_as(
            ("olga.ortiz@example.com", "OLGA.Ortiz@example.COM", " olga.ortiz@example.com ")[n % 3], "wrong"
        )

    assert sign_in_as(OLGA)[0].status_code == 429


def test_the_door_opens_again_after_an_hour(cast):
    with time_machine.travel(NOW, tick=False) as clock:
        for n in range(10):
            sign_in_as(OLGA, f"wrong {n}")
        clock.shift(timedelta(minutes=59))
        assert sign_in_as(OLGA)[0].status_code == 429

        clock.shift(timedelta(minutes=62))
        assert is_in(sign_in_as(OLGA)[1])


def test_one_address_guesses_at_most_fifty_times_an_hour_on_whichever_accounts(cast):
    with time_machine.travel(NOW, tick=False) as clock:
        for n in range(50):
            sign_in_as(f"person{n}@example.com", "Spring2027!")
            clock.shift(timedelta(seconds=30))

        assert not is_in(sign_in_as(IVAN)[1])
        assert is_in(sign_in_as(IVAN, where="203.0.113.9")[1])
        clock.shift(timedelta(hours=1))
        assert is_in(sign_in_as(IVAN)[1])


def test_an_address_that_nobody_vouches_for_is_not_believed(cast):
    """Without a trusted proxy, X-Forwarded-For is the attacker's own word."""
    for n in range(10):
        Client().post(
            reverse("account_login"),
            {"login": OLGA, "password": "wrong"},
            REMOTE_ADDR="198.51.100.7",
            headers={"x-forwarded-for": f"203.0.113.{n}"},
        )

    assert sign_in_as(OLGA)[0].status_code == 429


@pytest.mark.parametrize(
    "forwarded", ["203.0.113.9", "10.0.0.1, 203.0.113.9", "[2001:db8::1]:443", "2001:db8::1"]
)
def test_behind_a_trusted_proxy_its_word_counts(cast, settings, forwarded):
    settings.TRUSTED_PROXIES = 1
    for n in range(10):
        sign_in_as(OLGA, f"wrong {n}", where="10.1.1.1")

    answer = Client().post(
        reverse("account_login"),
        {"login": OLGA, "password": PASSWORD},
        REMOTE_ADDR="10.1.1.1",
        headers={"x-forwarded-for": forwarded},
    )

    assert answer.status_code == 302


@pytest.mark.parametrize("forwarded", ["", "nonsense", "999.1.1.1", "<script>", "," * 50])
def test_a_broken_forwarding_header_breaks_nothing(cast, settings, forwarded):
    settings.TRUSTED_PROXIES = 2

    answer = Client().post(
        reverse("account_login"),
        {"login": OLGA, "password": PASSWORD},
        REMOTE_ADDR="",
        headers={"x-forwarded-for": forwarded},
    )

    assert answer.status_code == 302


# --- Telling who has an account ---------------------------------------------------------------------


def plain(response, email: str) -> str:
    """The page without what differs by itself: the token of the form and the typed address."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
    return text.replace(email, "EMAIL")


@pytest.fixture
def hashed(settings) -> list[str]:
    """Every password that is hashed: what takes time."""
    seen: list[str] = []

    class Counting(MD5PasswordHasher):
        def encode(self, password, salt):
            seen.append(password)
            return super().encode(password, salt)

    settings.PASSWORD_HASHERS = [f"{__name__}.Counting"]
    globals()["Counting"] = Counting
    return seen


def test_a_wrong_password_and_an_unknown_account_get_the_same_answer_at_the_same_cost(cast, hashed):
    known, _client = sign_in_as(OLGA, "wrong")
    for_known = len(hashed)
    unknown, _client = sign_in_as("nobody.here@example.com", "wrong")
    for_unknown = len(hashed) - for_known

    assert plain(known, OLGA) == plain(unknown, "nobody.here@example.com")
    assert (known.status_code, for_known) == (unknown.status_code, for_unknown)
    assert for_known > 0


def test_a_reset_answers_the_same_for_everybody_and_writes_only_to_people_who_sign_in(cast):
    answers = {}
    for email in (OLGA, "nobody.here@example.com"):
        client = Client()
        response = client.post(reverse("account_reset_password"), {"email": email}, follow=True)
        answers[email] = (response.redirect_chain, plain(response, email))

    assert len({str(answer) for answer in answers.values()}) == 1
    assert list(Delivery.objects.values_list("address", flat=True)) == [OLGA]


def test_somebody_archived_is_told_so_only_with_the_right_password(cast):
    people.archive(person=cast.olga, version=1, by=cast.ada, now=NOW)

    wrong, _client = sign_in_as(OLGA, "wrong")
    right, client = sign_in_as(OLGA)

    assert plain(wrong, OLGA) == plain(
        sign_in_as("nobody.here@example.com", "wrong")[0], "nobody.here@example.com"
    )
    assert right.url == reverse("account_inactive")
    assert "ended by an administrator" in client.get(right.url).content.decode()
    assert not is_in(client)


# --- Redirects and doors that are shut --------------------------------------------------------------


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "https:///evil.example",
        "\thttps://evil.example",
        "/%0d%0aLocation:https://evil.example",
    ],
)
def test_next_never_leads_elsewhere(cast, target):
    response, client = sign_in_as(OLGA, next=target)
    already_in = client.get(reverse("account_login"), {"next": target})
    out = client.post(reverse("account_logout"), {"next": target})

    for answer in (response, already_in, out):
        assert answer.status_code == 302
        assert "evil.example" not in answer.url or answer.url.startswith("/%")


def test_next_leads_back_to_a_page_of_ours(cast):
    assert sign_in_as(OLGA, next=reverse("teams"))[0].url == reverse("teams")


def test_nobody_signs_themselves_up(cast):
    client = Client()
    before = User.objects.count(), Person.objects.count()

    looked = client.get(reverse("account_signup"))
    sent = client.post(reverse("account_signup"), {"email": "me@example.com", "password1": NEW_PASSWORD})

    assert "By invitation only" in looked.content.decode()
    assert "By invitation only" in sent.content.decode()
    assert (User.objects.count(), Person.objects.count()) == before


@pytest.mark.parametrize(
    "address", ["account_email", "socialaccount_connections", "account_email_verification_sent"]
)
def test_nobody_changes_their_own_sign_in_address(cast, sign_in, address):
    client = sign_in("olga")

    assert client.get(reverse(address)).status_code == 404
    assert client.post(reverse(address), {"email": "mine@example.com", "action_add": ""}).status_code == 404
    assert User.objects.get(person=cast.olga).email == OLGA


def test_signing_in_needs_the_token_of_the_form(cast):
    client = Client(enforce_csrf_checks=True)

    assert sign_in_as(OLGA, client=client)[0].status_code == 403


# --- Sessions ---------------------------------------------------------------------------------------


def test_the_session_key_changes_at_sign_in(cast):
    client = Client()
    client.post(reverse("account_reset_password"), {"email": "x@example.com"})
    session = client.session
    session["planted"] = "yes"
    session.save()
    client.cookies["session"] = session.session_key
    before = session.session_key

    sign_in_as(OLGA, client=client)

    assert is_in(client)
    assert client.session.session_key != before


def test_a_new_password_ends_every_other_session_and_is_told(cast):
    _answer, mine = sign_in_as(OLGA)
    _answer, stolen = sign_in_as(OLGA, where="203.0.113.9")

    changed = mine.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
    )

    assert changed.status_code == 302
    assert is_in(mine)
    assert not is_in(stolen)
    assert "Your password has been changed." in Delivery.objects.get(kind="sign-in").text


def test_signing_out_elsewhere(cast):
    _answer, mine = sign_in_as(OLGA)
    _answer, other = sign_in_as(OLGA, where="203.0.113.9")

    page = mine.get(reverse("usersessions_list"))
    mine.post(reverse("usersessions_list"))

    assert "203.0.113.9" in page.content.decode()
    assert is_in(mine)
    assert not is_in(other)


# --- A forgotten password ---------------------------------------------------------------------------


def reset_link(email: str = OLGA) -> str:
    Client().post(reverse("account_reset_password"), {"email": email})
    letter = deliveries.letter_of(Delivery.objects.order_by("-pk").first())
    return re.search(r"http://localhost:8000(/sign-in/password/reset/key/\S+)", letter.text).group(1)


def use(link: str, password: str = NEW_PASSWORD):
    client = Client()
    form = client.get(link, follow=True)
    action = form.context.get("action_url") if not form.context.get("token_fail") else None
    if action is None:
        return None
    return client.post(action, {"password1": password, "password2": password}, follow=True)


def test_a_reset_link_sets_a_new_password_once(cast):
    link = reset_link()

    used = use(link)

    assert "The password is changed" in used.content.decode()
    assert is_in(sign_in_as(OLGA, NEW_PASSWORD)[1])
    assert use(link, "yet another one 42") is None


def test_the_link_is_stored_nowhere(cast):
    link = reset_link()
    row = Delivery.objects.get()

    token = link.rstrip("/").rpartition(".")[2]
    assert len(token) == 43
    assert token not in f"{row.text}{row.html}{row.secrets}{row.key}{row.headers}"


def test_a_reset_link_has_the_address_of_the_installation(cast):
    Client().post(reverse("account_reset_password"), {"email": OLGA}, headers={"host": "127.0.0.1"})

    letter = deliveries.letter_of(Delivery.objects.get())
    assert "http://localhost:8000/sign-in/password/reset/key/" in letter.text
    assert "http://localhost:8000/sign-in/password/reset/key/" in letter.html
    assert "127.0.0.1" not in letter.text


def test_a_request_for_a_strange_host_is_refused(cast):
    assert Client().get(reverse("account_login"), headers={"host": "evil.example"}).status_code == 400


@pytest.mark.parametrize(
    "spoil", ["token", "time", "person", "nothing at all", "sign-in", "archived", "address"]
)
def test_a_reset_link_opens_nothing_when(cast, spoil):
    link = reset_link()
    with time_machine.travel(NOW, tick=False) as clock:
        link = reset_link()
        if spoil == "token":
            link = link[:-3] + ("A" if link[-3] != "A" else "B") + link[-2:]
        elif spoil == "time":
            clock.shift(timedelta(days=1, seconds=1))
        elif spoil == "person":
            link = re.sub(r"/key/\w+-", f"/key/{cast.users['ivan'].pk}-", link)
        elif spoil == "nothing at all":
            link = re.sub(r"-.*/$", "-../", link)
        elif spoil == "sign-in":
            sign_in_as(OLGA)
        elif spoil == "archived":
            people.archive(person=cast.olga, version=1, by=cast.ada, now=NOW)
        else:
            people.edit(person=cast.olga, version=1, details={"email": "o@example.com"}, by=cast.ada, now=NOW)

        assert use(link) is None


def test_the_mail_speaks_its_readers_language_and_names_them(cast):
    person = make_person("Renée <b>SS</b>", email="renee@example.com", language="en")
    make_user(person)

    Client().post(reverse("account_reset_password"), {"email": "renee@example.com"})

    row = Delivery.objects.get()
    assert row.subject == "A new password for Northwind Care"
    assert "Hello Renée <b>SS</b>," in row.text
    assert "<b>SS</b>" not in row.html


# --- A second factor --------------------------------------------------------------------------------


@pytest.fixture
def half_minute():
    """A code is good for half a minute of the clock: the test must not see it turn."""
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def secret(cast, half_minute) -> str:
    secret = generate_totp_secret()
    TOTP.activate(cast.users["olga"], secret)
    return secret


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def test_the_password_alone_does_not_open_a_door_with_a_second_factor(cast, secret):
    response, client = sign_in_as(OLGA)

    assert response.url == reverse("mfa_authenticate")
    assert not is_in(client)
    client.post(response.url, {"code": code_of(secret)})
    assert is_in(client)


def test_a_code_works_once(cast, secret):
    code = code_of(secret)
    _answer, first = sign_in_as(OLGA)
    first.post(reverse("mfa_authenticate"), {"code": code})
    _answer, second = sign_in_as(OLGA)

    second.post(reverse("mfa_authenticate"), {"code": code})

    assert is_in(first)
    assert not is_in(second)


def test_codes_cannot_be_tried_for_ever(cast, secret):
    _answer, client = sign_in_as(OLGA)
    for n in range(20):
        client.post(reverse("mfa_authenticate"), {"code": f"{n:06d}"})

    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})

    assert not is_in(client)


@pytest.mark.parametrize("address", ["mfa_index", "usersessions_list", "account_change_password"])
def test_pages_of_ones_own_safety_open(cast, address):
    _answer, client = sign_in_as(OLGA)

    assert client.get(reverse(address)).status_code == 200


def test_setting_up_a_second_factor_asks_for_the_password_once_more(
    cast, half_minute, django_capture_on_commit_callbacks
):
    _answer, client = sign_in_as(OLGA)
    asked = client.get(reverse("mfa_activate_totp"))
    assert asked.url.startswith(reverse("account_reauthenticate"))
    wrong = client.post(asked.url, {"password": "wrong"})
    assert wrong.status_code == 200

    client.post(asked.url, {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret

    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})

    assert Authenticator.objects.filter(user=cast.users["olga"], type=Authenticator.Type.TOTP).exists()
    codes = client.get(reverse("mfa_view_recovery_codes"))
    assert len(codes.context["unused_codes"]) == 10
    assert Delivery.objects.filter(kind="sign-in").exists()
    for name in (
        "mfa_index",
        "mfa_deactivate_totp",
        "mfa_generate_recovery_codes",
        "mfa_download_recovery_codes",
    ):
        assert client.get(reverse(name)).status_code == 200
