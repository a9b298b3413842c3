"""Chats and the outbox: a message goes out once, is tried as long as it should, and its owner is told."""

from datetime import timedelta

import pytest

from accounts.documents.deliveries import Outgoing
from accounts.models import AuditEvent, ChatEndpoint, Delivery
from accounts.rendering.chat import TEAMS_FAILED
from accounts.rules.chat import WAITS
from accounts.rules.deliveries import Answer, Outcome
from accounts.services import chat, deliveries, endpoints
from accounts.services.smtp import BackendPost
from tests.factories import NOW
from tests.hooks import DROP, answer, ok, receiver

URL = "https://hooks.slack.com/services/T0001/B0001/abcdefghijklmnop"


@pytest.fixture
def hooks(tmp_path, monkeypatch, cast):
    with receiver(tmp_path, monkeypatch) as running:
        yield running


def entered(cast, url: str = URL, *, kind: str = "slack", **owner) -> ChatEndpoint:
    owner = owner or {"person": cast.olga}
    return chat.add(kind=kind, name="My channel", url=url, by=cast.olga, now=NOW, **owner)


@pytest.fixture
def endpoint(cast, hooks):
    row = entered(cast)
    ChatEndpoint.objects.filter(pk=row.pk).update(sealed_url=endpoints.sealed_url(hooks.url))
    return ChatEndpoint.objects.get(pk=row.pk)


def queue(endpoint: ChatEndpoint, key: str = "chat:1", **fields) -> Delivery:
    outgoing = Outgoing(
        key=key,
        kind="note",
        person_id=endpoint.person_id,
        address=endpoint.shown_url,
        subject="Hello",
        text='{"text":"Hello"}',
        endpoint_id=endpoint.pk,
        **fields,
    )
    deliveries.queue(outgoing, now=NOW)
    return Delivery.objects.get(key=key)


def send(now=NOW) -> list[str]:
    answers = []
    with BackendPost() as post:
        while (answer := deliveries.send_next(post=post, clock=lambda: now)) is not None:
            answers.append(str(answer))
    return answers


def state(row: Delivery) -> str:
    return Delivery.objects.get(pk=row.pk).state


@pytest.mark.parametrize("again", [URL, URL.replace("hooks.slack.com", "Hooks.Slack.com.")])
def test_an_address_that_stands_already_is_refused_so_that_nothing_is_told_twice(cast, again):
    row = entered(cast)
    other = entered(cast, URL + "z")

    with pytest.raises(chat.ChatRefused) as refused:
        entered(cast, again, kind="json")
    assert refused.value.field == "url"
    with pytest.raises(chat.ChatRefused):
        chat.edit(endpoint=other, kind="slack", name="Other", url=again, by=cast.olga, now=NOW)

    chat.edit(endpoint=row, kind="slack", name="The same", url=again, by=cast.olga, now=NOW)
    entered(cast, person=cast.ivan)  # his digest is another
    entered(cast, team=cast.east)
    assert ChatEndpoint.objects.count() == 4


def test_an_address_that_cannot_be_read_any_more_stands_in_nobodys_way(cast):
    row = entered(cast)
    ChatEndpoint.objects.filter(pk=row.pk).update(sealed_url="rubbish")

    assert entered(cast).pk != row.pk


# --- Once, and only once ----------------------------------------------------------------------------


def test_a_message_goes_to_the_chat_and_not_by_mail(endpoint, hooks, mailoutbox):
    row = queue(endpoint)

    assert send() == ["sent"]
    assert send() == []

    assert (state(row), mailoutbox) == ("sent", [])
    assert [one.said for one in hooks.posted] == [{"text": "Hello"}]


def test_the_id_stays_the_same_over_retries_and_differs_between_messages(endpoint, hooks):
    hooks.answers = [answer(500), DROP, ok(), ok()]
    queue(endpoint, "chat:1")
    send(NOW)
    send(NOW + timedelta(seconds=5))
    send(NOW + timedelta(seconds=5, minutes=5))
    queue(endpoint, "chat:2")
    send(NOW + timedelta(minutes=10))

    ids = [one.headers["webhook-id"] for one in hooks.posted]
    assert len(ids) == 4
    assert ids[0] == ids[1] == ids[2] != ids[3]
    assert len({one.body for one in hooks.posted[:3]}) == 1


def test_the_same_key_again_is_the_same_message(endpoint, hooks):
    queue(endpoint)
    queue(endpoint)

    assert send() == ["sent"]
    assert len(hooks.posted) == 1


def test_a_sender_that_lost_its_lease_posts_nothing(endpoint, hooks, monkeypatch):
    row = queue(endpoint)
    monkeypatch.setattr(deliveries, "point_of_no_return", lambda row: False)

    with BackendPost() as post:
        assert deliveries.send_next(post=post, clock=lambda: NOW) == "overtaken"

    assert hooks.posted == []
    assert state(row) == "leased"


def test_a_sender_that_was_overtaken_while_it_waited_notes_nothing(endpoint):
    row = queue(endpoint)
    leased = deliveries.claim(now=NOW)
    Delivery.objects.filter(pk=row.pk).update(token=None)

    assert not deliveries.settle(leased, Outcome(Answer.LATER, "500"), now=NOW)
    endpoint.refresh_from_db()
    assert endpoint.failing_at is None


# --- How long it is tried ---------------------------------------------------------------------------


def tries(endpoint: ChatEndpoint, hooks, row: Delivery, *, until=NOW + timedelta(days=4)) -> list[timedelta]:
    """After how long each try was made."""
    made, now = [], NOW
    while state(row) == "queued" and now < until:
        before = hooks.connections
        send(now)
        if hooks.connections > before:
            made.append(now - NOW)
        due = Delivery.objects.filter(pk=row.pk, state="queued").values_list("due_at", flat=True).first()
        now = max(due or now, now)
    return made


def test_it_is_tried_at_once_then_ever_more_seldom_for_three_days(endpoint, hooks):
    hooks.answers = [answer(500)]
    row = queue(endpoint)

    made = tries(endpoint, hooks, row)

    waits = [later - earlier for earlier, later in zip(made, made[1:], strict=False)]
    assert waits == list(WAITS)
    assert made[0] == timedelta(0)
    assert state(row) == "dead"


def test_a_receiver_that_asks_us_to_wait_is_not_asked_sooner(endpoint, hooks):
    hooks.answers = [answer(429, Retry_After="600"), ok()]
    row = queue(endpoint)

    send(NOW)
    send(NOW + timedelta(seconds=599))
    assert (hooks.connections, state(row)) == (1, "queued")

    send(NOW + timedelta(seconds=600))
    assert state(row) == "sent"


def test_a_message_that_is_out_of_date_is_not_sent(endpoint, hooks):
    hooks.answers = [answer(500), ok()]
    row = queue(endpoint, expires_at=NOW + timedelta(minutes=4))
    send(NOW)
    send(NOW + timedelta(seconds=5))

    send(NOW + timedelta(minutes=6))

    assert (state(row), len(hooks.posted)) == ("sent", 2)
    late = queue(endpoint, "chat:2", expires_at=NOW)
    send(NOW + timedelta(minutes=6))
    assert state(late) == "cancelled"


def test_a_chat_that_fails_does_not_hold_up_others_nor_mail(endpoint, hooks, cast, mailoutbox):
    hooks.answers = [answer(500), ok()]
    first, second = queue(endpoint, "chat:1"), queue(endpoint, "chat:2")
    deliveries.queue(
        Outgoing(
            key="mail:1", kind="note", person_id=None, address="a@example.com", subject="Hello", text="Hello"
        ),
        now=NOW,
    )

    send()

    assert (state(first), state(second), len(mailoutbox)) == ("queued", "sent", 1)


# --- Given up, and told -----------------------------------------------------------------------------


def failed_mails() -> list[tuple[str, str]]:
    return list(Delivery.objects.filter(kind="chat_failed").values_list("address", "subject"))


def test_after_three_days_the_chat_is_given_up_and_its_owner_told_once(endpoint, hooks, cast, mailoutbox):
    hooks.answers = [answer(500, "broken")]
    row = queue(endpoint)
    other = queue(endpoint, "chat:2")

    tries(endpoint, hooks, row)
    tries(endpoint, hooks, other)
    send(NOW + timedelta(days=5))

    endpoint.refresh_from_db()
    assert endpoint.disabled_at is not None
    assert endpoint.reason == "500 broken"
    assert failed_mails() == [(cast.olga.email, "The digest does not reach the chat “My channel”")]
    [mail] = mailoutbox
    assert "hooks.slack.com/…mnop" in mail.body
    assert "500 broken" in mail.body
    assert hooks.url not in mail.body
    assert "/preferences/chats/" in mail.body


def test_digests_that_expire_each_day_add_up_to_three_days_of_failure(endpoint, hooks):
    """None of them is tried for three days; the chat is, and is given up all the same."""
    hooks.answers = [answer(500)]
    for day in range(5):
        now = NOW + timedelta(days=day)
        queue(endpoint, f"chat:{day}", expires_at=now + timedelta(hours=1))
        send(now + timedelta(minutes=1))

    endpoint.refresh_from_db()
    assert endpoint.disabled_at is not None
    assert len(failed_mails()) == 1


def test_a_chat_that_works_again_in_between_is_not_given_up(endpoint, hooks):
    """Negative control: it is the failing that counts, not the days."""
    hooks.answers = [answer(500), answer(500), ok(), answer(500), answer(500)]
    for day in range(5):
        now = NOW + timedelta(days=day)
        queue(endpoint, f"chat:{day}", expires_at=now + timedelta(hours=1))
        send(now + timedelta(minutes=1))

    endpoint.refresh_from_db()
    assert endpoint.disabled_at is None
    assert failed_mails() == []


def test_a_chat_that_says_it_is_gone_is_given_up_at_once(endpoint, hooks):
    hooks.answers = [answer(410, "channel_is_archived")]
    row = queue(endpoint)

    send()

    endpoint.refresh_from_db()
    assert (state(row), endpoint.disabled_at) == ("dead", NOW)
    assert len(failed_mails()) == 1


def test_nothing_is_sent_to_a_chat_that_was_given_up_but_a_test_opens_it_again(endpoint, hooks, cast):
    ChatEndpoint.objects.filter(pk=endpoint.pk).update(disabled_at=NOW, failing_at=NOW, reason="500")
    row = queue(ChatEndpoint.objects.get(pk=endpoint.pk))
    send()
    assert (state(row), hooks.posted) == ("cancelled", [])

    chat.send_test(endpoint=endpoint, by=cast.olga, now=NOW)
    send()

    endpoint.refresh_from_db()
    assert (endpoint.disabled_at, endpoint.failing_at, endpoint.reason) == (None, None, "")
    assert len(hooks.posted) == 1


def test_what_waits_for_a_chat_that_is_switched_off_or_removed_is_not_sent(endpoint, hooks, cast):
    first = queue(endpoint)
    chat.switch(endpoint=endpoint, on=False, by=cast.olga, now=NOW)
    send()
    second = queue(endpoint, "chat:2")
    chat.remove(endpoint=endpoint, by=cast.olga, now=NOW)
    chat.remove(endpoint=endpoint, by=cast.olga, now=NOW)
    send()

    assert (state(first), state(second), hooks.posted) == ("cancelled", "cancelled", [])


def test_nothing_goes_to_the_chat_of_somebody_who_has_left(endpoint, hooks, cast):
    row = queue(endpoint)
    type(cast.olga).objects.filter(pk=cast.olga.pk).update(archived_at=NOW)

    send()

    assert (state(row), hooks.posted) == ("cancelled", [])


def test_of_a_teams_chat_whoever_entered_it_is_told_else_who_leads_the_team(cast, hooks):
    row = entered(cast, team=cast.east)
    type(cast.east).objects.filter(pk=cast.east.pk).update(lead=cast.vera)

    assert endpoints.owner_of(ChatEndpoint.objects.get(pk=row.pk)) == cast.olga
    type(cast.olga).objects.filter(pk=cast.olga.pk).update(archived_at=NOW)
    assert endpoints.owner_of(ChatEndpoint.objects.get(pk=row.pk)) == cast.vera


def test_a_yes_of_teams_that_says_no_is_tried_again(endpoint, hooks):
    ChatEndpoint.objects.filter(pk=endpoint.pk).update(kind="teams")
    hooks.answers = [ok(f"{TEAMS_FAILED} with error: 429")]
    row = queue(endpoint)

    send()

    assert state(row) == "queued"


# --- The address ------------------------------------------------------------------------------------


def test_the_address_is_in_no_row_and_no_record(cast):
    row = entered(cast)
    chat.send_test(endpoint=row, by=cast.olga, now=NOW)

    kept = [*ChatEndpoint.objects.values(), *Delivery.objects.values(), *AuditEvent.objects.values()]

    assert "abcdefghijklmnop" not in str(kept)
    assert endpoints.url_of(row) == URL
    assert row.shown_url == "hooks.slack.com/…mnop"


def test_an_address_sealed_with_an_older_key_still_works_and_with_a_lost_one_says_so(cast, hooks, settings):
    row = entered(cast)
    old = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key", [old]
    assert endpoints.url_of(row) == URL

    settings.SECRET_KEY_FALLBACKS = []
    delivery = queue(row)
    send()

    delivery.refresh_from_db()
    row.refresh_from_db()
    assert (delivery.state, delivery.reason, row.disabled_at) == ("dead", endpoints.SEALED, NOW)
    assert len(failed_mails()) == 1


def test_only_a_receiver_of_json_is_given_a_signature(cast, endpoint, hooks):
    queue(endpoint)
    send()
    ChatEndpoint.objects.filter(pk=endpoint.pk).update(kind="json")
    queue(endpoint, "chat:2")
    send()

    signed = ["webhook-signature" in one.headers for one in hooks.posted]
    assert signed == [False, True]


@pytest.mark.parametrize("url", ["http://hooks.slack.com/x", "https://127.0.0.1/x", "https://localhost/x"])
def test_a_bad_address_is_refused_and_nothing_is_kept(cast, url):
    with pytest.raises(chat.ChatRefused) as refusal:
        entered(cast, url)

    assert refusal.value.field == "url"
    assert not ChatEndpoint.objects.exists()


def test_a_new_address_begins_anew_and_an_empty_one_keeps_the_old(cast):
    row = entered(cast)
    ChatEndpoint.objects.filter(pk=row.pk).update(disabled_at=NOW, failing_at=NOW, reason="500")

    kept = chat.edit(endpoint=row, kind="teams", name="Other", url="", by=cast.olga, now=NOW)
    assert (kept.kind, kept.name, kept.disabled_at, endpoints.url_of(kept)) == ("teams", "Other", NOW, URL)

    new = "https://hooks.slack.com/services/T0002/B0002/zyxwvutsrqponmlk"
    changed = chat.edit(endpoint=row, kind="slack", name="Other", url=new, by=cast.olga, now=NOW)
    assert (changed.disabled_at, changed.failing_at, endpoints.url_of(changed)) == (None, None, new)


def test_nobody_enters_chats_without_end(cast):
    for number in range(chat.MOST):
        entered(cast, f"{URL}{number}")

    with pytest.raises(chat.ChatRefused):
        entered(cast, f"{URL}-one-more")
    entered(cast, team=cast.east)  # of somebody else's there is room
