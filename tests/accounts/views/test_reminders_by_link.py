"""Choices from the mail, without signing in: all of them by the settings link, and one click to stop."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEvent, Delivery, Person, ReminderPreference
from accounts.selectors.reminders import choices_url, preference_of, unsubscribe_url
from accounts.services import deliveries, mail_links
from accounts.services.reminders import choose
from accounts.services.smtp import post_office
from tests.factories import NOW

SITE = "http://localhost:8000"
TYPED = {"wants_digest": "on", "hour": "6", "weekdays": ["0", "2"], "quiet_holidays": "on"}


def choices_of(person: Person, series: int = 0) -> str:
    return choices_url(person.uuid, person.email, series=series).removeprefix(SITE)


def stop_of(person: Person, which="daily", series: int = 0) -> str:
    return unsubscribe_url(person.uuid, person.email, which, series=series).removeprefix(SITE)


@pytest.fixture(autouse=True)
def nothing_counted():
    cache.clear()


@pytest.fixture(params=["choices", "daily", "weekly"])
def link(request, cast) -> str:
    """Each kind of link in turn, of Olga."""
    return choices_of(cast.olga) if request.param == "choices" else stop_of(cast.olga, request.param)


def wrong_links(own: str, cast) -> list[str]:
    token = own.rstrip("/").rpartition("/")[2]
    return [
        own.replace(token, token[:-1] + ("A" if token[-1] != "A" else "B")),
        own.replace(str(cast.olga.uuid), str(cast.ivan.uuid)),
        own.replace(str(cast.olga.uuid), "00000000-0000-4000-8000-000000000000"),
        own.replace(token, "x"),
        own.replace(token, f"0.{token}"),
        own.replace(token, f"1.{token}"),
        own.replace(token, "%00%ff:"),
    ]


# --- Every link -------------------------------------------------------------------------------------


def test_opening_it_changes_nothing_however_often(link, cast):
    browser = Client()

    codes = [getattr(browser, method)(link).status_code for method in ("get", "head", "get", "head")]

    assert codes == [200] * 4
    assert not ReminderPreference.objects.exists()
    assert not AuditEvent.objects.exists()


def test_a_forged_one_or_another_persons_is_not_found(link, cast):
    wrong = wrong_links(link, cast)

    codes = {path: (Client().get(path).status_code, Client().post(path, TYPED).status_code) for path in wrong}

    assert codes == dict.fromkeys(wrong, (404, 404))
    assert not ReminderPreference.objects.exists()


def test_the_token_of_one_kind_opens_no_other(cast):
    daily, weekly, choices = stop_of(cast.olga), stop_of(cast.olga, "weekly"), choices_of(cast.olga)
    token = {path: path.rstrip("/").rpartition("/")[2] for path in (daily, weekly, choices)}
    swapped = [
        daily.replace(token[daily], token[weekly]),
        weekly.replace(token[weekly], token[daily]),
        choices.replace(token[choices], token[daily]),
        daily.replace("/daily/", "/choices/").replace(token[daily], token[choices]),
        daily.replace("/daily/", "/monthly/"),
    ]

    assert [Client().post(path, TYPED).status_code for path in swapped] == [404] * 5
    assert not ReminderPreference.objects.exists()


@pytest.mark.parametrize("change", [{"email": "olga@elsewhere.example"}, {"email": ""}, {"archived_at": NOW}])
def test_one_sent_to_an_address_given_up_since_or_to_somebody_who_left_is_dead(link, cast, change):
    Person.objects.filter(pk=cast.olga.pk).update(**change)

    assert Client().get(link).status_code == 404
    assert Client().post(link, TYPED).status_code == 404
    assert not ReminderPreference.objects.exists()


def test_the_page_is_kept_nowhere_and_tells_nobody_where_it_is(link):
    for address in (link, link.rstrip("/")[:-1] + "/"):
        answer = Client().get(address)
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["Referrer-Policy"] == "strict-origin"  # never the path, which is the right to it
        assert "noindex" in answer["X-Robots-Tag"]


def test_it_speaks_its_persons_language_whatever_the_browsers(link, cast):
    Person.objects.filter(pk=cast.olga.pk).update(language="de")

    page = Client(headers={"accept-language": "fr"}).get(link)

    assert '<html lang="de"' in page.content.decode()


def test_whoever_tries_many_links_is_slowed_down_and_good_links_still_open(link):
    forged = link.rstrip("/")[:-2] + "zz/"

    answers = [Client().post(forged, TYPED).status_code for _ in range(130)]

    assert (answers[0], answers[-1]) == (404, 429)
    assert Client().get(link).status_code == 200


def test_other_methods_are_refused(link):
    assert Client().put(link).status_code == 405


# --- All choices ------------------------------------------------------------------------------------


def test_the_same_choices_can_be_made_without_signing_in(cast):
    browser = Client(enforce_csrf_checks=True)
    path = choices_of(cast.olga)
    page = browser.get(path).content.decode()
    [secret] = set(re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page))

    answers = [browser.post(path, {**TYPED, "csrfmiddlewaretoken": secret}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert "Your choice is kept." in answers[-1].content.decode()
    kept = ReminderPreference.objects.get()
    assert (kept.person, kept.hour, kept.quiet_weekdays) == (cast.olga, 6, [1, 3, 4, 5, 6])
    assert {event.by_id_was for event in AuditEvent.objects.filter(verb="choose_reminders")} == {None}


def test_a_post_without_our_own_page_before_it_changes_nothing(cast):
    browser = Client(enforce_csrf_checks=True)

    assert browser.post(choices_of(cast.olga), TYPED).status_code == 403
    assert not ReminderPreference.objects.exists()


def test_what_is_wrong_is_said_and_what_was_chosen_stays_on_the_page(cast):
    answer = Client().post(choices_of(cast.olga), {**TYPED, "hour": "24"})

    assert answer.status_code == 200
    assert answer.context["form"].errors.keys() == {"hour"}
    assert answer.context["form"]["weekdays"].value() == ["0", "2"]
    assert "Your choice is kept." not in answer.content.decode()
    assert not ReminderPreference.objects.exists()


def test_somebody_else_who_is_signed_in_cannot_use_a_forwarded_link(cast, sign_in):
    path = choices_of(cast.olga)

    assert sign_in("ivan").get(path).status_code == 404
    assert sign_in("ivan").post(path, TYPED).status_code == 404
    assert sign_in("olga").get(path).status_code == 200


def test_who_made_the_links_in_their_mails_void_has_one_in_the_next(cast):
    old = choices_of(cast.olga)
    mail_links.void(person=cast.olga, by=cast.olga, now=NOW)

    assert Client().get(old).status_code == 404
    assert Client().post(old, TYPED).status_code == 404
    assert Client().get(choices_of(cast.olga, series=1)).status_code == 200
    assert preference_of(cast.olga).hour == 8


# --- One click --------------------------------------------------------------------------------------


@pytest.mark.parametrize("which", ["daily", "weekly"])
def test_a_mail_program_stops_one_digest_with_one_post_and_nothing_else(cast, which):
    program = Client(enforce_csrf_checks=True)

    for _ in range(2):
        answer = program.post(
            stop_of(cast.olga, which),
            "List-Unsubscribe=One-Click",
            content_type="application/x-www-form-urlencoded",
        )
        assert answer.status_code == 200
        assert f"You get no {which} digests" in answer.content.decode()

    kept = preference_of(cast.olga)
    assert (kept.wants_digest, kept.wants_weekly) == (which != "daily", which != "weekly")
    other = preference_of(cast.ivan)
    assert (other.wants_digest, other.wants_weekly) == (True, True)


@pytest.mark.parametrize("which", ["daily", "weekly"])
def test_it_can_be_taken_back_and_all_else_stays(cast, which):
    choose(
        person=cast.olga, hour=6, quiet_weekdays=[5, 6], weekly_weekday=3, urgent=["late"], by=None, now=NOW
    )

    Client().post(stop_of(cast.olga, which))
    Client().post(stop_of(cast.olga, which), {"wanted": "yes"})

    kept = preference_of(cast.olga)
    assert (kept.wants_digest, kept.wants_weekly) == (True, True)
    assert (kept.hour, kept.quiet_weekdays, kept.weekly_weekday, kept.urgent) == (6, [5, 6], 3, ["late"])


def test_what_is_sent_again_comes_by_mail_where_no_way_was_left(cast):
    ReminderPreference.objects.create(person=cast.olga, wants_digest=False, by_mail=False, by_chat=False)

    Client().post(stop_of(cast.olga), {"wanted": "yes"})

    kept = preference_of(cast.olga)
    assert (kept.wants_digest, kept.by_mail, kept.by_chat) == (True, True, False)


@pytest.mark.parametrize("which", ["daily", "weekly"])
def test_the_page_leads_on_to_all_choices_without_signing_in(cast, which):
    page = Client().post(stop_of(cast.olga, which)).content.decode()

    assert "Send them again" in page
    assert f'href="{choices_of(cast.olga)}"' in page


@pytest.mark.parametrize("which", ["daily", "weekly"])
def test_whoever_wants_them_again_reads_that_they_come(cast, which):
    page = Client().post(stop_of(cast.olga, which), {"wanted": "yes"}).content.decode()

    assert f"You get {which} digests again" in page
    assert f"Stop the {which} digests?" in Client().get(stop_of(cast.olga, which)).content.decode()


def test_an_old_mail_still_stops_digests_but_leads_to_no_choices_when_its_links_were_made_void(cast):
    old, new = stop_of(cast.olga), stop_of(cast.olga, series=1)
    mail_links.void(person=cast.olga, by=cast.olga, now=NOW)

    by_old, by_new = Client().post(old).content.decode(), Client().post(new).content.decode()

    assert preference_of(cast.olga).wants_digest is False
    assert 'href="/reminders/"' in by_old
    assert choices_of(cast.olga, series=1) not in by_old
    assert f'href="{choices_of(cast.olga, series=1)}"' in by_new


def test_mail_about_signing_in_comes_to_whoever_wants_no_digest(cast):
    for which in ("daily", "weekly"):
        Client().post(stop_of(cast.olga, which))
    ReminderPreference.objects.filter(person=cast.olga).update(by_mail=False, by_chat=False)

    Client().post("/sign-in/password/reset/", {"email": cast.olga.email})
    with post_office() as post:
        deliveries.send_next(post=post, clock=timezone.now)

    row = Delivery.objects.get()
    assert (row.state, row.address) == ("sent", cast.olga.email)
    assert "/sign-in/password/reset/key/" in row.text
