"""The interview: answers that belong to the account, kept as they are typed, by two people at once."""

import pytest

from accounts.models import Audience, BriefingEntry, Provenance
from accounts.models.base import StaleVersion
from accounts.selectors.briefing import interview_of, resume_at
from accounts.services import briefing
from tests.factories import NOW, make_account


@pytest.fixture
def acme(cast):
    return make_account("Acme", team=cast.east, owner=cast.olga)


def say(acme, cast, text="Never call on a Friday.", *, question="never", version=0, by=None, **told):
    by = by or cast.olga
    told = {"provenance": Provenance.SAID_BY, "said_by": by} | told
    return briefing.answer(
        account=acme, question=question, version=version, text=text, by=by, now=NOW, **told
    )


def test_an_answer_is_an_entry_of_the_account_in_the_section_of_its_question(acme, cast):
    entry = say(acme, cast)

    assert (entry.account, entry.section, entry.question) == (acme, "first", "never")
    assert (entry.audience, entry.said_by) == (Audience.INTERNAL, cast.olga)
    assert entry.history.latest().history_user == cast.olga


def test_typing_on_edits_the_same_entry(acme, cast):
    first = say(acme, cast)

    second = say(acme, cast, "Never call on a Friday afternoon.", version=first.version)

    assert (second.pk, second.version) == (first.pk, 2)
    assert BriefingEntry.objects.count() == 1


def test_the_same_words_once_more_change_nothing(acme, cast):
    first = say(acme, cast)

    again = say(acme, cast, version=first.version)

    assert again.version == first.version
    assert first.history.count() == 1


def test_of_two_people_typing_over_one_answer_the_later_is_told(acme, cast):
    first = say(acme, cast)
    say(acme, cast, "Ivan was quicker.", version=first.version, by=cast.ivan)

    with pytest.raises(StaleVersion) as told:
        say(acme, cast, "Olga was slower.", version=first.version)

    assert told.value.row.text == "Ivan was quicker."
    assert BriefingEntry.objects.get().text == "Ivan was quicker."


def test_of_two_first_answers_the_later_is_told(acme, cast):
    say(acme, cast, "Ivan was quicker.", by=cast.ivan)

    with pytest.raises(StaleVersion):
        say(acme, cast, "Olga was slower.")

    assert BriefingEntry.objects.get().text == "Ivan was quicker."


def test_two_first_answers_at_the_very_same_moment_leave_one(acme, cast, monkeypatch):
    """Both looked and found nothing: the constraint decides. Without it there would be two rows."""
    say(acme, cast, "Ivan was quicker.", by=cast.ivan)
    looks, real = iter([None]), briefing.answer_to

    def blind(account, question):
        return None if next(looks, "seen") is None else real(account, question)

    monkeypatch.setattr(briefing, "answer_to", blind)

    with pytest.raises(StaleVersion):
        say(acme, cast, "Olga was slower.")

    assert BriefingEntry.objects.get().text == "Ivan was quicker."


def test_nobody_knowing_is_a_gap_with_owner_and_day(acme, cast):
    entry = say(acme, cast, "", owner=cast.bea, due_on=NOW.date())

    [asked] = [one for one in interview_of(acme, "first").asked if one.question.key == "never"]
    assert (entry.owner, entry.due_on, asked.state) == (cast.bea, NOW.date(), "gap")


def test_an_emptied_answer_is_withdrawn_and_the_question_open_again(acme, cast):
    entry = say(acme, cast)

    assert say(acme, cast, "", version=entry.version) is None
    assert say(acme, cast, "Once more.").text == "Once more."


def test_an_answer_brought_back_beside_a_newer_one_is_a_plain_note(acme, cast):
    old = say(acme, cast)
    say(acme, cast, "", version=old.version)
    say(acme, cast, "The newer one.")
    old.refresh_from_db()

    briefing.unarchive(entry=old, by=cast.olga, now=NOW)

    assert BriefingEntry.objects.get(pk=old.pk).question == ""


def test_only_what_may_be_shared_is_shared(acme, cast):
    secret = say(acme, cast, audience=Audience.CLIENT)
    goals = say(acme, cast, "No downtime.", question="goals", audience=Audience.CLIENT)

    assert (secret.audience, goals.audience) == (Audience.INTERNAL, Audience.CLIENT)


def test_a_note_can_become_the_answer_that_it_is(acme, cast):
    note = briefing.add(
        entry=BriefingEntry(account=acme, section="first", text="Never on a Friday."), by=cast.olga, now=NOW
    )

    briefing.assign(entry=note, version=1, question="never", by=cast.olga, now=NOW)

    assert [one.state for one in interview_of(acme, "first").asked].count("answered") == 1
    with pytest.raises(KeyError):
        briefing.assign(entry=note, version=2, question="goals", by=cast.olga, now=NOW)


def test_an_answer_moved_to_another_section_answers_nothing_any_more(acme, cast):
    entry = say(acme, cast)
    entry.section = "health"

    briefing.edit(entry=entry, version=1, by=cast.olga, now=NOW)

    assert BriefingEntry.objects.get().question == ""


def test_the_interview_goes_on_where_something_is_open(acme, cast):
    assert resume_at(acme) == "first"
    for key in ("first-1", "first-2", "first-3", "mood", "never"):
        say(acme, cast, question=key)

    assert resume_at(acme) == "background"
    found = interview_of(acme, "first")
    assert (found.answered, found.leaves[0].answered, found.leaves[0].of) == (5, 5, 5)
