import pytest
from django.test import Client

from accounts.models import Person, ReminderPreference
from accounts.selectors.reminders import preference_of, unsubscribe_url
from accounts.services.reminders import choose
from tests.factories import NOW

SITE = "http://localhost:8000"


def path_of(person: Person) -> str:
    return unsubscribe_url(person.uuid, person.email).removeprefix(SITE)


def test_a_person_chooses_the_hour_and_whether_they_want_digests(cast, sign_in):
    client = sign_in("olga")

    shown = client.get("/reminders/")
    answer = client.post("/reminders/", {"hour": "6", "wants_digest": "on", "weekdays": ["0", "2", "4"]})
    again = client.post("/reminders/", {"hour": "23", "weekdays": ["0", "4"]})

    assert (shown.status_code, answer.status_code, again.status_code) == (200, 302, 302)
    kept = ReminderPreference.objects.get(person=cast.olga)
    assert (kept.hour, kept.wants_digest, kept.quiet_weekdays) == (23, False, [1, 2, 3, 5, 6])
    assert ReminderPreference.objects.count() == 1


@pytest.mark.parametrize("hour", ["24", "-1", "noon", "", "\x00"])
def test_an_hour_that_no_clock_shows_is_refused_in_words(cast, sign_in, hour):
    answer = sign_in("olga").post("/reminders/", {"hour": hour, "wants_digest": "on", "weekdays": ["0"]})

    assert answer.status_code == 200
    assert answer.context["form"].errors.keys() == {"hour"}
    assert not ReminderPreference.objects.exists()


@pytest.mark.parametrize("days", [[], ["7"], ["-1"], ["monday"]])
def test_a_week_without_a_day_or_with_an_eighth_is_refused_in_words(cast, sign_in, days):
    answer = sign_in("olga").post("/reminders/", {"hour": "8", "wants_digest": "on", "weekdays": days})

    assert answer.status_code == 200
    assert answer.context["form"].errors.keys() == {"weekdays"}
    assert not ReminderPreference.objects.exists()


def test_whoever_wants_no_digest_need_choose_no_day_and_keeps_those_chosen_before(cast, sign_in):
    choose(person=cast.olga, quiet_weekdays=[5, 6], wants_digest=True, by=cast.olga, now=NOW)

    answer = sign_in("olga").post("/reminders/", {"hour": "8"})

    assert answer.status_code == 302
    kept = preference_of(cast.olga)
    assert (kept.wants_digest, kept.quiet_weekdays) == (False, [5, 6])


def test_opening_the_link_stops_nothing_and_pressing_the_button_does(cast):
    browser = Client()
    path = path_of(cast.olga)

    opened = [browser.get(path).status_code, browser.head(path).status_code]
    after_opening = preference_of(cast.olga).wants_digest
    pressed = browser.post(path)

    assert (opened, after_opening) == ([200, 200], True)
    assert pressed.status_code == 200
    assert preference_of(cast.olga).wants_digest is False
    assert "You get no daily digests" in pressed.content.decode()


def test_a_mail_program_stops_them_with_one_post_and_nothing_else(cast):
    program = Client(enforce_csrf_checks=True)

    for _ in range(2):
        answer = program.post(
            path_of(cast.olga), "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
        )
        assert answer.status_code == 200

    assert preference_of(cast.olga).wants_digest is False
    assert preference_of(cast.ivan).wants_digest is True


def test_it_can_be_taken_back_and_the_hour_stays(cast):
    choose(person=cast.olga, hour=6, quiet_weekdays=[5, 6], wants_digest=True, by=cast.olga, now=NOW)

    Client().post(path_of(cast.olga))
    Client().post(path_of(cast.olga), {"wanted": "yes"})

    kept = preference_of(cast.olga)
    assert (kept.hour, kept.wants_digest, kept.quiet_weekdays) == (6, True, [5, 6])


def test_a_forged_link_or_another_persons_is_not_found(cast):
    own = path_of(cast.olga)
    token = own.rstrip("/").rpartition("/")[2]
    wrong = [
        own.replace(token, token[:-1] + ("A" if token[-1] != "A" else "B")),
        own.replace(str(cast.olga.uuid), str(cast.ivan.uuid)),
        own.replace(token, "x"),
        f"/unsubscribe/{cast.olga.uuid}/%00%ff:/",
    ]

    codes = [Client().post(path).status_code for path in wrong]

    assert codes == [404] * 4
    assert not ReminderPreference.objects.exists()


def test_a_link_sent_to_an_address_given_up_since_is_dead(cast):
    path = path_of(cast.olga)
    Person.objects.filter(pk=cast.olga.pk).update(email="olga@elsewhere.example")

    assert Client().post(path).status_code == 404
    assert preference_of(cast.olga).wants_digest is True


def test_other_methods_are_refused(cast):
    assert Client().put(path_of(cast.olga)).status_code == 405
