from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.documents.deliveries import Outgoing
from accounts.models import AuditEvent, Delivery, DeliveryState
from accounts.rules.tokens import placeholder
from accounts.services import deliveries
from tests.factories import NOW

HOSTILE = "<p style='color:red'>Hello</p><script>alert(1)</script><img src='https://evil.example/x'>"


def make(person, number: int = 1, *, state: str = "queued", **fields) -> Delivery:
    made = Outgoing(
        key=f"test:{person.pk}:{number}",
        kind="digest",
        person_id=person.pk,
        address=person.email,
        subject=f"Message {number} to {person.name}",
        text=f"Text {number} to {person.name}",
        html=HOSTILE,
        **fields,
    )
    deliveries.queue(made, now=timezone.now())
    Delivery.objects.filter(key=made.key).update(state=state)
    return Delivery.objects.get(key=made.key)


def test_my_mail_holds_my_own_mail_and_nobody_elses(cast, sign_in):
    own = make(cast.olga)
    other = make(cast.ivan)

    shown = sign_in("olga").get("/mail/").content.decode()

    assert own.subject in shown
    assert other.subject not in shown


@pytest.mark.parametrize(("address", "of_ada"), [("", 200), ("html/", 404)])
def test_a_mail_is_its_readers_and_administrators_see_that_it_was_sent(
    cast, sign_in, client, address, of_ada
):
    address = f"/mail/{make(cast.olga).uuid}/{address}"

    codes = {name: sign_in(name).get(address).status_code for name in ("olga", "ada", "ivan", "vera", "sam")}

    assert codes == {"olga": 200, "ada": of_ada, "ivan": 404, "vera": 404, "sam": 404}
    assert client.get(address).status_code == 302


def test_what_a_mail_says_is_for_its_reader_alone(cast, sign_in):
    row = make(cast.olga)

    shown = sign_in("ada").get(f"/mail/{row.uuid}/").content.decode()

    assert (row.subject in shown, row.address in shown) == (True, True)
    assert (row.text in shown, "iframe" in shown) == (False, False)
    assert "for its reader alone" in shown


def test_the_html_of_a_mail_may_show_itself_and_do_nothing_else(cast, sign_in):
    answer = sign_in("olga").get(f"/mail/{make(cast.olga).uuid}/html/")

    policy = answer["Content-Security-Policy"]
    assert answer.content.decode() == HOSTILE
    assert policy.startswith("sandbox allow-popups")
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert "allow-same-origin" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


def test_the_page_around_it_keeps_the_strict_policy_and_shows_the_text(cast, sign_in):
    answer = sign_in("olga").get(f"/mail/{make(cast.olga).uuid}/")

    assert "unsafe-inline" not in answer["Content-Security-Policy"]
    assert "Text 1 to Olga Ortiz" in answer.content.decode()
    assert "alert(1)" not in answer.content.decode()


def test_a_secret_link_is_on_no_page_of_ours(cast, sign_in):
    row = make(cast.olga, secrets={"link": "42"})
    Delivery.objects.filter(pk=row.pk).update(
        kind="invitation", text=f"Join: /{placeholder('link')}/", html=""
    )

    shown = sign_in("olga").get(f"/mail/{row.uuid}/").content.decode()

    assert deliveries.secret_token("42", row.key) not in shown
    assert placeholder("link") in shown


def test_the_links_of_a_digest_work_for_its_reader_and_for_nobody_else(cast, sign_in):
    row = make(cast.olga, secrets={"link": "42"})
    Delivery.objects.filter(pk=row.pk).update(text=f"Finish: /{placeholder('link')}/", html="")
    token = deliveries.secret_token("42", row.key)

    assert token in sign_in("olga").get(f"/mail/{row.uuid}/").content.decode()
    assert token not in sign_in("ada").get(f"/mail/{row.uuid}/").content.decode()


def test_the_outbox_is_for_administrators(cast, sign_in):
    codes = {name: sign_in(name).get("/outbox/").status_code for name in ("ada", "vera", "sam", "olga")}

    assert codes == {"ada": 200, "vera": 403, "sam": 403, "olga": 403}


def test_the_outbox_counts_and_filters(cast, sign_in):
    for number, state in enumerate(["queued", "queued", "dead", "unsure", "held", "sent"]):
        make(cast.olga, number, state=state)
    Delivery.objects.filter(state="queued").update(due_at=timezone.now() - timedelta(minutes=12))

    whole = sign_in("ada").get("/outbox/")
    dead = sign_in("ada").get("/outbox/?state=dead")
    named = sign_in("ada").get("/outbox/?q=Ortiz+3")

    figures = whole.context["figures"]
    assert (figures.waiting, figures.failed, figures.unsure, figures.held) == (2, 1, 1, 1)
    assert "12\N{NO-BREAK SPACE}minutes" in whole.content.decode()
    assert [row.state for row in dead.context["listing"].rows] == ["dead"]
    assert [row.state for row in named.context["listing"].rows] == ["unsure"]


@pytest.mark.parametrize("how_many", [1, 3])
@pytest.mark.parametrize(("address", "queries"), [("/mail/", 5), ("/outbox/", 6)])
def test_lists_of_mail_take_as_many_queries_for_three_as_for_one(
    cast, sign_in, django_assert_num_queries, how_many, address, queries
):
    client = sign_in("ada")
    for number in range(how_many):
        make(cast.ada, number)

    with django_assert_num_queries(queries):
        answer = client.get(address)

    assert len(answer.context["listing"].rows) == how_many


@pytest.mark.parametrize(
    ("verb", "before", "after"),
    [
        ("retry", "dead", "queued"),
        ("retry", "unsure", "queued"),
        ("release", "held", "queued"),
        ("cancel", "held", "cancelled"),
    ],
)
def test_an_administrator_decides_and_it_stays_on_record(cast, sign_in, verb, before, after):
    row = make(cast.olga, state=before)

    answer = sign_in("ada").post(f"/outbox/{row.uuid}/{verb}/")

    row.refresh_from_db()
    assert (answer.status_code, row.state) == (302, after)
    event = AuditEvent.objects.latest("pk")
    assert (event.verb, event.subject_id, event.by_id_was) == (verb, str(row.pk), cast.ada.pk)


@pytest.mark.parametrize("verb", ["retry", "release", "cancel"])
def test_a_decision_that_comes_too_late_is_said_and_changes_nothing(cast, sign_in, verb):
    row = make(cast.olga, state="sent")

    answer = sign_in("ada").post(f"/outbox/{row.uuid}/{verb}/", follow=True)

    row.refresh_from_db()
    assert row.state == "sent"
    assert "Nothing was done" in answer.content.decode()


def test_old_news_is_not_released(cast, sign_in):
    row = make(cast.olga, state="held", expires_at=NOW - timedelta(days=500))

    answer = sign_in("ada").post(f"/outbox/{row.uuid}/release/", follow=True)

    assert "out of date" in answer.content.decode()
    assert Delivery.objects.get().state == "held"


def test_decisions_are_buttons_of_administrators(cast, sign_in):
    row = make(cast.olga, state="dead")

    assert sign_in("ada").get(f"/outbox/{row.uuid}/retry/").status_code == 405
    assert sign_in("olga").post(f"/outbox/{row.uuid}/retry/").status_code == 403
    assert sign_in("vera").post(f"/outbox/{row.uuid}/retry/").status_code == 404
    assert sign_in("vera").post("/outbox/release/").status_code == 403


def test_everything_that_is_held_is_released_at_once(cast, sign_in):
    for number in range(3):
        make(cast.olga, number, state="held")

    answer = sign_in("ada").post("/outbox/release/", follow=True)

    assert "3 messages go out." in answer.content.decode()
    assert set(Delivery.objects.values_list("state", flat=True)) == {"queued"}


def test_outside_the_demo_nobody_reads_everybodys_mail(cast, sign_in):
    row = make(cast.ivan)

    for address in ("/demo/mail/", f"/demo/mail/?mail={row.uuid}", f"/demo/mail/html/?mail={row.uuid}"):
        assert sign_in("olga").get(address).status_code == 404
        assert sign_in("ada").get(address).status_code == 404


def test_in_the_demo_everybody_reads_everybodys_mail_with_working_links(cast, sign_in, settings):
    settings.DEMO = True
    row = make(cast.ivan, secrets={"link": "42"})
    Delivery.objects.filter(pk=row.pk).update(html=f"<a href='/{placeholder('link')}/'>Join</a>")
    client = sign_in("olga")

    assert row.subject in client.get("/demo/mail/").content.decode()
    assert row.text in client.get(f"/demo/mail/?mail={row.uuid}").content.decode()
    html = client.get(f"/demo/mail/html/?mail={row.uuid}")
    assert deliveries.secret_token("42", row.key) in html.content.decode()
    assert html["Content-Security-Policy"].startswith("sandbox")
    assert client.get("/demo/mail/?mail=nonsense").status_code == 404


def test_every_state_of_a_message_has_words_and_is_shown(cast, sign_in):
    for number, state in enumerate(DeliveryState.values):
        make(cast.olga, number, state=state)

    shown = sign_in("ada").get("/outbox/").content.decode()

    assert [str(label) for label in DeliveryState.labels if str(label) not in shown] == []


def test_the_outbox_is_a_file_too(cast, sign_in):
    make(cast.olga, state="dead")

    answer = sign_in("ada").get("/outbox/?format=csv")

    lines = b"".join(answer.streaming_content if answer.streaming else [answer.content]).decode("utf-8-sig")
    assert "Message 1 to Olga Ortiz" in lines
    assert "olga.ortiz@example.com" in lines
    assert "Text 1" not in lines


def test_the_outbox_says_when_no_mail_leaves_the_machine(cast, sign_in, settings):
    words = "No mail leaves this machine"
    assert words not in sign_in("ada").get("/outbox/").content.decode()

    settings.EMAIL_FILE_PATH = "/var/throughline/mail"

    page = sign_in("ada").get("/outbox/").content.decode()
    assert words in page
    assert "kept as files in /var/throughline/mail" in page
