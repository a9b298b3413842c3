"""Steps finished from the digest: the link, its small page, and everything that must not open it."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from accounts.models import AuditEvent, Commitment, Delivery, Person, ReminderPreference
from accounts.services import deliveries, mail_links
from accounts.services.smtp import post_office
from tests.factories import TODAY
from transitions.models import HandoverPlan, PlanReader, PlanStep
from transitions.rules.finish import by_link
from transitions.selectors.playbooks import playbook_of
from transitions.services import digests, plans

EIGHT = datetime(2027, 3, 2, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SITE = "http://localhost:8000"


@pytest.fixture(autouse=True)
def at_eight():
    cache.clear()
    with time_machine.travel(EIGHT, tick=False):
        yield


def due_today(plan: HandoverPlan, owner: Person, *, link_is_enough: bool, kind: str = "task") -> PlanStep:
    """A step of the plan, of this kind, which a link finishes or does not, made due today for `owner`."""
    book = playbook_of(plan.playbook, plan.tier)
    step = next(
        step
        for step in plan.steps.filter(kind=kind).order_by("pk")
        if by_link(book, book.step(step.key)) == link_is_enough
    )
    PlanStep.objects.filter(pk=step.pk).update(due_on=TODAY, owner=owner)
    return PlanStep.objects.get(pk=step.pk)


def sent_links(step: PlanStep) -> list[str]:
    """The addresses that finish the step, out of the mails that were sent until now."""
    with post_office() as post:
        while deliveries.send_next(post=post, clock=lambda: EIGHT) is not None:
            pass
    found = [re.findall(rf"{SITE}(/done/\S*{step.uuid}\S*)", one.body) for one in mail.outbox]
    return [address for one in found for address in one]


@pytest.fixture
def people(cast):
    Person.objects.update(tz="UTC")
    return cast


@pytest.fixture
def step(people, plan):
    return due_today(plan, people.ivan, link_is_enough=True)


@pytest.fixture
def link(step):
    digests.write_due(now=EIGHT)
    [address] = sent_links(step)
    return address


def is_done(step: PlanStep) -> bool:
    return PlanStep.objects.get(pk=step.pk).done_at is not None


def press(browser: Client, address: str, **given: str):
    """Press the button of the page, as whoever reads it does."""
    version = re.search(r'name="version" value="(\d+)"', browser.get(address).content.decode())[1]
    return browser.post(address, {"version": version, **given})


def test_a_person_who_is_not_signed_in_finishes_a_step_with_one_button(people, step, link):
    asked = Client().get(link)
    answer = press(Client(), link)

    assert asked.status_code == 200
    assert escape("Yes, it is done") in asked.content.decode()
    assert "Acme" in asked.content.decode()
    assert answer.status_code == 200
    assert "Thank you" in answer.content.decode()
    kept = PlanStep.objects.get(pk=step.pk)
    assert (kept.done_at, kept.done_by) == (EIGHT, people.ivan)


def test_it_is_on_record_from_which_mail_a_step_was_finished(people, step, link):
    press(Client(), link)

    events = AuditEvent.objects.filter(verb="finish_by_link").order_by("subject")
    [digest] = Delivery.objects.filter(kind="digest", person=people.ivan)
    assert [(one.subject, one.subject_id, one.by_id_was, one.at) for one in events] == [
        ("accounts.Delivery", str(digest.pk), people.ivan.pk, EIGHT),
        ("transitions.PlanStep", str(step.pk), people.ivan.pk, EIGHT),
    ]


def test_the_same_link_is_in_the_html_of_the_mail_and_no_token_is_in_the_database(step, link):
    html = next(part for one in mail.outbox for part, kind in one.alternatives if str(step.uuid) in part)
    rows = str(list(Delivery.objects.values())) + str(list(AuditEvent.objects.values()))

    assert link in html
    assert "It is done" in html
    assert link.rstrip("/").rpartition("/")[2] not in rows


@pytest.mark.parametrize("method", ["get", "head", "options", "put", "delete", "patch"])
def test_whatever_only_opens_the_link_changes_nothing(step, link, method):
    before = PlanStep.objects.filter(pk=step.pk).values().get()

    answers = [getattr(Client(), method)(link).status_code for _ in range(20)]

    assert set(answers) <= {200, 405}
    assert PlanStep.objects.filter(pk=step.pk).values().get() == before


def test_a_post_without_the_forms_token_changes_nothing(step, link):
    strict = Client(enforce_csrf_checks=True)

    answer = strict.post(link, {"version": step.version})

    assert answer.status_code == 403
    assert not is_done(step)


def test_pressing_twice_is_the_same_as_once_and_says_so(step, link):
    browser = Client()
    press(browser, link)
    before = PlanStep.objects.filter(pk=step.pk).values().get()

    again = browser.post(link, {"version": step.version})
    opened = browser.get(link)

    assert again.status_code == opened.status_code == 200
    assert "It is done already" in opened.content.decode()
    assert PlanStep.objects.filter(pk=step.pk).values().get() == before


def test_a_step_finished_by_mistake_is_taken_back_on_the_same_page(step, link):
    browser = Client()
    press(browser, link)

    answer = press(browser, link, undo="yes")
    twice = browser.post(link, {"version": 1, "undo": "yes"})

    assert not is_done(step)
    assert "Taken back" in answer.content.decode()
    assert twice.status_code == 200
    assert AuditEvent.objects.filter(verb="reopen_by_link", subject="transitions.PlanStep").count() == 1
    press(browser, link)
    assert is_done(step)


def test_what_somebody_else_has_done_is_not_taken_back_by_a_link(people, step, link):
    plans.complete_step(step=step, version=step.version, by=people.olga, now=EIGHT)

    page = Client().get(link)
    answer = Client().post(link, {"version": step.version + 1, "undo": "yes"})

    assert "by Olga Ortiz" in page.content.decode()
    assert 'name="undo"' not in page.content.decode()
    assert answer.status_code == 409
    assert is_done(step)


def test_a_page_that_is_out_of_date_is_shown_again_and_nothing_is_done(people, step, link):
    PlanStep.objects.filter(pk=step.pk).update(version=step.version + 1)

    answer = Client().post(link, {"version": step.version})

    assert answer.status_code == 409
    assert "changed meanwhile" in answer.content.decode()
    assert not is_done(step)


@pytest.mark.parametrize("given", [{}, {"version": ""}, {"version": "x"}, {"version": "\x00"}])
def test_a_button_without_its_version_is_refused_and_not_an_error_of_ours(step, link, given):
    assert Client().post(link, given).status_code == 400
    assert not is_done(step)


# --- What opens nothing ---------------------------------------------------------------------------


def changed(address: str, position: int) -> str:
    other = "A" if address[position] != "A" else "B"
    return address[:position] + other + address[position + 1 :]


def assert_opens_nothing(address: str, step: PlanStep, browser: Client | None = None) -> None:
    browser = browser or Client()
    shown, pressed = browser.get(address), browser.post(address, {"version": step.version})
    assert (shown.status_code, pressed.status_code) == (404, 404)
    assert "This link opens nothing" in shown.content.decode()
    assert "Acme" not in shown.content.decode()
    assert not is_done(step)


def test_a_link_with_one_sign_changed_anywhere_in_its_token_opens_nothing(step, link):
    start = link.index(str(step.uuid)) + 37

    for position in range(start, len(link.rstrip("/")), 7):
        assert_opens_nothing(changed(link, position), step)


@pytest.mark.parametrize(
    "token", ["x", "_" * 43, "é" * 43, "\u202e", "__secret_0123456789abcdef__", "%00", "A" * 5000]
)
def test_a_made_up_token_opens_nothing(step, token):
    assert_opens_nothing(f"/done/2027-03-02/{step.uuid}/{token}/", step)


@pytest.mark.parametrize("on", ["2027-03-01", "2027-03-03", "0001-01-01", "9999-12-31", "soon", "20270302"])
def test_the_date_of_another_mail_opens_nothing(step, link, on):
    assert_opens_nothing(link.replace("2027-03-02", on), step)


def test_the_token_of_one_step_does_not_open_another(people, plan, step, link):
    other = plan.steps.exclude(pk=step.pk).filter(kind="task").first()
    PlanStep.objects.filter(pk=other.pk).update(owner=people.ivan, due_on=TODAY)

    assert_opens_nothing(link.replace(str(step.uuid), str(other.uuid)), other)


def test_a_link_opens_nothing_after_a_week(step, link):
    with time_machine.travel(EIGHT + 7 * DAY, tick=False):
        assert Client().get(link).status_code == 200
    with time_machine.travel(EIGHT + 8 * DAY, tick=False):
        assert_opens_nothing(link, step)


def test_a_link_opens_nothing_once_the_step_has_another_owner_or_day(people, step, link):
    PlanStep.objects.filter(pk=step.pk).update(owner=people.bea)
    assert_opens_nothing(link, step)
    PlanStep.objects.filter(pk=step.pk).update(owner=None)
    assert_opens_nothing(link, step)

    PlanStep.objects.filter(pk=step.pk).update(owner=people.ivan, due_on=TODAY + DAY)
    assert_opens_nothing(link, step)

    PlanStep.objects.filter(pk=step.pk).update(due_on=TODAY)
    assert Client().get(link).status_code == 200  # negative control: it was that, and nothing else


@pytest.mark.parametrize("state", ["on_hold", "closed", "cancelled"])
def test_a_link_opens_nothing_while_the_plan_is_not_open(plan, step, link, state):
    HandoverPlan.objects.filter(pk=plan.pk).update(state=state)

    assert_opens_nothing(link, step)


def test_a_link_opens_nothing_for_a_step_that_was_dropped(step, link):
    PlanStep.objects.filter(pk=step.pk).update(dropped_at=EIGHT)

    assert_opens_nothing(link, step)


def test_a_link_opens_nothing_once_its_owner_has_left_or_is_barred(people, step, link):
    user = people.users["ivan"]
    user.is_active = False
    user.save()
    assert_opens_nothing(link, step)

    user.is_active = True
    user.save()
    Person.objects.filter(pk=people.ivan.pk).update(archived_at=EIGHT)
    assert_opens_nothing(link, step)


def test_a_link_into_a_plan_that_became_confidential_opens_for_its_readers_only(people, plan, step, link):
    HandoverPlan.objects.filter(pk=plan.pk).update(released_at=None)
    PlanReader.objects.filter(plan=plan).delete()
    assert_opens_nothing(link, step)

    PlanReader.objects.create(plan=plan, person=people.ivan)
    assert Client().get(link).status_code == 200


def test_links_made_void_open_nothing_and_those_of_the_next_mail_do(people, step, link, sign_in):
    answer = sign_in("ivan").post("/reminders/void-links/")

    assert answer.status_code == 302
    assert_opens_nothing(link, step)
    mail.outbox.clear()
    Delivery.objects.all().delete()
    digests.write_due(now=EIGHT)
    [newer] = sent_links(step)
    assert newer != link
    assert Client().get(newer).status_code == 200


def test_an_administrator_makes_somebodys_links_void_and_nobody_else_may(people, step, link, sign_in):
    path = f"/people/{people.ivan.uuid}/void-links/"

    assert sign_in("vera").post(path).status_code == 403
    assert Client().get(link).status_code == 200
    assert sign_in("ada").post(path).status_code == 302
    assert_opens_nothing(link, step)


def test_making_links_void_twice_is_harmless_and_leaves_the_choices_alone(people):
    for _ in range(2):
        mail_links.void(person=people.ivan, by=people.ivan, now=EIGHT)

    kept = ReminderPreference.objects.get(person=people.ivan)
    assert (kept.link_series, kept.hour, kept.wants_digest) == (2, 8, True)


def test_somebody_else_who_is_signed_in_cannot_use_a_forwarded_link(people, step, link, sign_in):
    assert_opens_nothing(link, step, sign_in("olga"))
    assert_opens_nothing(link, step, sign_in("stella"))


def test_a_wrong_link_costs_the_same_whether_there_is_such_a_step_or_not(step, link):
    def cost(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            Client().get(address)
        return len([one for one in queries.captured_queries if "cache" not in one["sql"]])

    forged = changed(link, len(link) - 10)

    assert cost(forged) == cost(forged.replace(str(step.uuid), "0" * 8 + str(step.uuid)[8:]))


def test_whoever_tries_many_links_is_slowed_down_and_good_links_still_open(step, link):
    forged = changed(link, len(link) - 10)

    answers = [Client().post(forged, {"version": 1}).status_code for _ in range(130)]

    assert (answers[0], answers[-1]) == (404, 429)
    assert Client().get(link).status_code == 200


def test_the_page_is_kept_nowhere_and_tells_nobody_where_it_is(step, link):
    for address in (link, changed(link, len(link) - 10)):
        answer = Client().get(address)
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["Referrer-Policy"] == "strict-origin"  # never the path, which is the right to it
        assert "noindex" in answer["X-Robots-Tag"]


# --- Which steps, and in whose words ----------------------------------------------------------------


def test_a_step_that_a_gate_waits_for_asks_to_sign_in_and_leads_to_the_step(people, plan, sign_in):
    step = due_today(plan, people.ivan, link_is_enough=False)
    digests.write_due(now=EIGHT)
    [link] = sent_links(step)

    answers = [Client().get(link), Client().post(link, {"version": step.version})]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert all(answer["Location"].endswith(f"?next=/steps/{step.uuid}/") for answer in answers)
    assert not is_done(step)
    signed_in = sign_in("ivan")
    assert "This waits for it" in signed_in.get(link).content.decode()
    press(signed_in, link)
    assert is_done(step)


@pytest.mark.parametrize("kind", ["meeting", "check-in"])
def test_what_is_done_by_telling_how_it_went_has_no_such_link(people, plan, kind):
    step = plan.steps.filter(kind=kind).first()
    PlanStep.objects.filter(pk=step.pk).update(due_on=TODAY, owner=people.ivan)
    digests.write_due(now=EIGHT)

    assert sent_links(step) == []


def test_what_others_owe_has_no_such_link(people, plan):
    step = due_today(plan, people.ivan, link_is_enough=True)
    Commitment.objects.create(
        account=plan.account, owner=people.olga, text="Send the report", made_on=TODAY, due_on=TODAY
    )
    digests.write_due(now=EIGHT)
    sent_links(step)

    of_olga = [one.body for one in mail.outbox if one.to == [people.olga.email]]
    assert f"#step-{step.uuid}" in of_olga[0]
    assert not any(f"/done/2027-03-02/{step.uuid}" in body for body in of_olga)


def test_the_page_speaks_the_language_of_the_mail(people, step):
    Person.objects.filter(pk=people.ivan.pk).update(language="de")
    digests.write_due(now=EIGHT)
    [link] = sent_links(step)

    answer = Client(headers={"accept-language": "en"}).get(link)

    assert '<html lang="de"' in answer.content.decode()


def test_a_playbook_says_whether_a_link_is_enough(plan):
    book = playbook_of(plan.playbook, plan.tier)
    task = next(one for one in book.steps() if by_link(book, one))
    decision = next(one for one in book.steps() if one.kind == "decision")

    assert not by_link(book, replace(task, by_link=False))
    assert by_link(book, replace(decision, by_link=True))
    assert not by_link(book, decision)
    assert not by_link(book, None)


def test_ones_own_page_of_the_mail_has_the_link_and_nobody_elses_has(people, step, link, sign_in):
    digest = Delivery.objects.get(kind="digest", person=people.ivan)
    pages = [f"/mail/{digest.uuid}/", f"/mail/{digest.uuid}/html/"]

    assert all(link in sign_in("ivan").get(page).content.decode() for page in pages)
    assert link not in sign_in("ada").get(pages[0]).content.decode()
    assert sign_in("ada").get(pages[1]).status_code == 404
