"""The pages of chats: one's own, and those of teams for administrators."""

import re

import pytest
from django.test import Client

from accounts.models import ChatEndpoint, Delivery
from accounts.services import chat
from tests.factories import NOW

URL = "https://hooks.slack.com/services/T0001/B0001/abcdefghijklmnop"


def typed(**fields) -> dict[str, object]:
    return {"kind": "slack", "name": "My channel", "url": URL, **fields}


@pytest.fixture
def own(cast):
    return chat.add(kind="slack", name="My channel", url=URL, person=cast.olga, by=cast.olga, now=NOW)


@pytest.fixture
def of_team(cast):
    return chat.add(kind="json", name="East channel", url=URL, team=cast.east, by=cast.ada, now=NOW)


def test_a_page_without_chats_says_what_to_do_first(cast, sign_in):
    page = sign_in("olga").get("/preferences/chats/").content.decode()

    assert "No chat yet" in page
    assert "/preferences/chats/add/" in page


def test_a_person_enters_a_chat_and_its_address_is_never_shown_again(cast, sign_in):
    client = sign_in("olga")

    answer = client.post("/preferences/chats/add/", typed(), follow=True)

    row = ChatEndpoint.objects.get()
    assert (row.person, row.team, row.kind) == (cast.olga, None, "slack")
    pages = [answer, client.get("/preferences/chats/"), client.get(f"/chats/{row.uuid}/edit/")]
    for page in pages:
        assert "abcdefghijklmnop" not in page.content.decode()
    assert "hooks.slack.com/…mnop" in answer.content.decode()


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"url": "http://hooks.slack.com/x"}, "url"),
        ({"url": "https://127.0.0.1/x"}, "url"),
        ({"url": "https://localhost/x"}, "url"),
        ({"url": "https://hooks.slack.com:22/x"}, "url"),
        ({"url": ""}, "url"),
        ({"url": "x" * 3000}, "url"),
        ({"url": "https://hooks.slack.com/\x00"}, "url"),
        ({"kind": "irc"}, "kind"),
        ({"name": ""}, "name"),
        ({"name": "a\u202eb"}, "name"),
        ({"name": "x" * 101}, "name"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_nothing_typed_is_lost(cast, sign_in, fields, wrong):
    answer = sign_in("olga").post("/preferences/chats/add/", typed(**fields))

    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [wrong]
    assert not ChatEndpoint.objects.exists()
    if wrong != "name":
        assert "My channel" in answer.content.decode()


def test_an_empty_address_keeps_the_one_that_stands(own, sign_in):
    answer = sign_in("olga").post(f"/chats/{own.uuid}/edit/", typed(url="", name="Another"))

    assert answer.status_code == 302
    kept = ChatEndpoint.objects.get()
    assert (kept.name, kept.sealed_url) == ("Another", own.sealed_url)


def test_a_test_message_is_queued_and_what_became_of_it_stands_beside_the_chat(own, sign_in):
    client = sign_in("olga")

    client.post(f"/chats/{own.uuid}/test/")
    waiting = client.get("/preferences/chats/").content.decode()
    Delivery.objects.update(state="dead", reason="404 no_service")
    done = client.get(f"/chats/{own.uuid}/state/").content.decode()

    assert Delivery.objects.get().kind == "chat_test"
    assert 'hx-trigger="every 2s"' in waiting
    assert "404 no_service" in done
    assert "hx-trigger" not in done


def test_a_chat_is_switched_off_and_on_and_removed(own, sign_in):
    client = sign_in("olga")

    client.post(f"/chats/{own.uuid}/switch/", {"on": "no"})
    assert ChatEndpoint.objects.get().paused_at is not None
    client.post(f"/chats/{own.uuid}/switch/", {"on": "yes"})
    assert ChatEndpoint.objects.get().paused_at is None
    assert client.get(f"/chats/{own.uuid}/remove/").status_code == 405
    assert client.post(f"/chats/{own.uuid}/remove/").status_code == 302
    assert not ChatEndpoint.objects.exists()


def test_the_page_says_when_a_chat_fails_and_when_it_was_given_up(own, sign_in):
    client = sign_in("olga")
    ChatEndpoint.objects.update(failing_at=NOW, reason="There was no answer in time.")
    failing = client.get("/preferences/chats/").content.decode()
    ChatEndpoint.objects.update(disabled_at=NOW)
    given_up = client.get("/preferences/chats/").content.decode()

    assert "we try again for three days" in failing
    assert "There was no answer in time." in failing
    assert "Given up" in given_up


def test_an_administrator_enters_the_chat_of_a_team_and_nobody_else_may(cast, sign_in):
    answer = sign_in("ada").post("/settings/chats/add/", typed(team=cast.east.uuid))

    assert answer.status_code == 302
    row = ChatEndpoint.objects.get()
    assert (row.team, row.person, row.created_by) == (cast.east, None, cast.ada)
    for name in ("olga", "vera", "stella"):
        assert sign_in(name).get("/settings/chats/").status_code == 403
        assert sign_in(name).post("/settings/chats/add/", typed(team=cast.east.uuid)).status_code == 403
    assert "East" in sign_in("ada").get("/settings/chats/").content.decode()


@pytest.mark.parametrize("deed", ["edit", "test", "switch", "remove", "state"])
def test_nobody_touches_a_chat_of_somebody_else(own, of_team, sign_in, deed):
    for name, row in (("ivan", own), ("vera", own), ("ada", own), ("olga", of_team), ("vera", of_team)):
        client = sign_in(name)
        for method in (client.get, client.post):
            assert method(f"/chats/{row.uuid}/{deed}/").status_code in (404, 405)
    assert Client().get(f"/chats/{own.uuid}/edit/").status_code == 302
    assert ChatEndpoint.objects.count() == 2


def test_the_secret_for_the_signature_is_shown_to_the_owner_of_a_receiver_of_json_only(own, of_team, sign_in):
    secret = re.compile(r"whsec_[A-Za-z0-9+/=]{40,}")

    assert secret.search(sign_in("ada").get("/settings/chats/").content.decode())
    assert not secret.search(sign_in("olga").get("/preferences/chats/").content.decode())


def test_a_hostile_name_is_text(cast, sign_in):
    client = sign_in("olga")

    client.post("/preferences/chats/add/", typed(name="<script>alert(1)</script>"))

    page = client.get("/preferences/chats/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_the_outbox_shows_that_a_message_went_by_chat_and_not_what_it_says(of_team, sign_in, cast):
    client = sign_in("ada")
    chat.send_test(endpoint=of_team, by=cast.ada, now=NOW)
    Delivery.objects.update(person=None)
    row = Delivery.objects.get()

    assert "hooks.slack.com/…mnop" in client.get("/outbox/?channel=chat").content.decode()
    assert "hooks.slack.com/…mnop" not in client.get("/outbox/?channel=mail").content.decode()
    assert "asked for it" in row.text
    assert "asked for it" not in client.get(f"/mail/{row.uuid}/").content.decode()
