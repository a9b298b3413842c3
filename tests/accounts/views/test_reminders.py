"""What a person chooses about reminders, signed in. By the links in mails: test_reminders_by_link."""

import pytest

from accounts.models import AuditEvent, ChatEndpoint, ChatKind, Organisation, Person, ReminderPreference, Team
from accounts.selectors.reminders import preference_of
from accounts.services.reminders import choose
from tests.factories import NOW

EVERY_DAY = {"wants_digest": "on", "hour": "8", "weekdays": ["0", "1", "2", "3", "4", "5", "6"]}


def enter_chat(person: Person, **state) -> ChatEndpoint:
    return ChatEndpoint.objects.create(
        kind=ChatKind.SLACK, name="Mine", person=person, created_by=person, created_at=NOW, **state
    )


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


def test_everything_that_is_chosen_is_kept_and_on_record(cast, sign_in):
    enter_chat(cast.olga)
    Team.objects.filter(pk=cast.east.pk).update(lead=cast.olga)
    typed = {
        "wants_digest": "on",
        "hour": "7",
        "weekdays": ["0", "1", "2", "3"],
        "urgent_anyway": "on",
        "urgent": ["late", "serious"],
        "wants_weekly": "on",
        "weekly_weekday": "4",
        "by_chat": "on",
    }

    answer = sign_in("olga").post("/reminders/", typed)

    assert answer.status_code == 302
    kept = preference_of(cast.olga)
    assert (kept.hour, kept.quiet_weekdays, kept.quiet_holidays) == (7, [4, 5, 6], False)
    assert (kept.urgent, kept.urgent_anyway) == (["serious", "late"], True)
    assert (kept.wants_weekly, kept.weekly_weekday, kept.by_mail, kept.by_chat) == (True, 4, False, True)
    event = AuditEvent.objects.get(verb="choose_reminders")
    assert (event.subject_id, event.by_id_was) == (str(kept.pk), cast.olga.pk)


def test_whoever_has_chosen_nothing_finds_what_applies_to_them(cast, sign_in):
    shown = sign_in("olga").get("/reminders/")

    form = shown.context["form"]
    ticked = {name for name in form.fields if form[name].initial is True}
    assert ticked == {"wants_digest", "quiet_holidays"}
    assert form["urgent"].initial == ["serious", "escalated", "missed", "risen"]
    assert not ReminderPreference.objects.exists()


@pytest.mark.parametrize(("name", "asked"), [("vera", True), ("sam", True), ("olga", False), ("ada", False)])
def test_only_whoever_leads_is_asked_about_the_weekly_digest(cast, sign_in, name, asked):
    shown = sign_in(name).get("/reminders/")

    assert ("wants_weekly" in shown.context["form"].fields) is asked
    assert ("Weekly digest" in shown.content.decode()) is asked


def test_whoever_is_not_asked_about_the_weekly_digest_does_not_change_it(cast, sign_in):
    sign_in("olga").post("/reminders/", {**EVERY_DAY, "wants_weekly": "", "weekly_weekday": "6"})

    kept = preference_of(cast.olga)
    assert (kept.wants_weekly, kept.weekly_weekday) == (True, 0)


@pytest.mark.parametrize("typed", [{"weekly_weekday": "7"}, {"weekly_weekday": ""}, {"urgent": ["weather"]}])
def test_what_no_page_of_ours_offers_is_refused_in_words(cast, sign_in, typed):
    answer = sign_in("vera").post("/reminders/", {**EVERY_DAY, "weekly_weekday": "0", **typed})

    assert answer.status_code == 200
    assert answer.context["form"].errors.keys() == typed.keys()
    assert not ReminderPreference.objects.exists()


def test_urgent_things_on_quiet_days_need_something_that_is_urgent(cast, sign_in):
    answer = sign_in("olga").post("/reminders/", {**EVERY_DAY, "urgent_anyway": "on"})

    assert answer.context["form"].errors == {
        "urgent": ["Choose what is urgent to you, or leave quiet days quiet."]
    }


def test_the_country_whose_holidays_are_meant_is_named(cast, sign_in):
    client = sign_in("olga")
    Organisation.objects.update(country="FR")
    by_company = client.get("/reminders/").content.decode()
    Person.objects.filter(pk=cast.olga.pk).update(country="de")
    by_person = client.get("/reminders/").content.decode()
    Person.objects.filter(pk=cast.olga.pk).update(country="ZZ")  # there is no such country
    of_no_country = client.get("/reminders/").content.decode()

    assert "country: France" in by_company
    assert "country: Germany" in by_person
    assert "country: France" in of_no_country


# --- Mail and chats ---------------------------------------------------------------------------------


def test_without_a_chat_there_is_nothing_to_choose_but_a_way_to_set_one_up(cast, sign_in):
    choose(person=cast.olga, by_mail=True, by_chat=False, by=cast.olga, now=NOW)
    client = sign_in("olga")

    shown = client.get("/reminders/")
    client.post("/reminders/", {**EVERY_DAY, "by_chat": "on"})

    assert "by_mail" not in shown.context["form"].fields
    assert 'href="/preferences/chats/"' in shown.content.decode()
    kept = preference_of(cast.olga)
    assert (kept.by_mail, kept.by_chat) == (True, False)


def test_a_digest_needs_a_way_by_which_it_comes(cast, sign_in):
    enter_chat(cast.olga)

    answer = sign_in("olga").post("/reminders/", EVERY_DAY)

    assert answer.context["form"].errors == {
        "by_mail": ["Choose mail or your chats, or switch every digest off."]
    }
    assert not ReminderPreference.objects.exists()


def test_whoever_wants_no_digest_need_choose_no_way_and_keeps_the_one_chosen_before(cast, sign_in):
    enter_chat(cast.olga)
    choose(person=cast.olga, by_mail=False, by_chat=True, by=cast.olga, now=NOW)

    answer = sign_in("olga").post("/reminders/", {"hour": "8"})

    assert answer.status_code == 302
    kept = preference_of(cast.olga)
    assert (kept.wants_digest, kept.by_mail, kept.by_chat) == (False, False, True)


def test_a_chat_that_was_given_up_is_said_to_be_and_may_be_chosen(cast, sign_in):
    enter_chat(cast.olga, disabled_at=NOW)

    shown = sign_in("olga").get("/reminders/").content.decode()

    assert "None of your chats works at present: until one does, it comes by mail." in shown


def test_a_digest_that_was_to_come_by_no_way_comes_by_mail_when_it_is_wanted_again(cast, sign_in):
    ReminderPreference.objects.create(person=cast.olga, by_mail=False, by_chat=False)

    sign_in("olga").post("/reminders/", EVERY_DAY)

    kept = preference_of(cast.olga)
    assert (kept.by_mail, kept.by_chat) == (True, False)
