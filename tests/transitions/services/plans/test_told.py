"""What the history keeps is told to each reader in their language, whoever did it in which language."""

from django.utils import translation

from accounts.rendering.text import translate
from tests.factories import NOW, TODAY, make_contact
from transitions.rendering.history import either, story
from transitions.rules.history import STAYS
from transitions.selectors.plans import history_of
from transitions.services import concerns, meetings, plans, sponsors


def read(plan) -> str:
    """The newest happening as a reader of German has it."""
    with translation.override("de"):
        return story(history_of(plan)[:1], undoes=False)


def test_what_changed_in_the_clients_words_is_told_with_before_and_after(cast, plan):
    kept = {name: getattr(plan, name) for name in ("why", "stays", "reason_detail")}

    plans.edit_words(plan=plan, version=1, **kept, gets_better="Ivan is nearer.", by=cast.olga, now=NOW)

    entry = next(entry for entry in history_of(plan) if entry.changes)
    assert entry.message.msgid == "What the client is told was written anew."
    (change,) = entry.changes
    assert (change.before, change.after) == ("Ivan knows your industry.", "Ivan is nearer.")
    plan.refresh_from_db()
    assert plan.gets_better == "Ivan is nearer."


def test_another_channel_is_told_in_the_readers_language(cast, plan):
    meeting = plan.meetings.exclude(channel="").first()
    with translation.override("de"):
        meetings.waive_channel(meeting=meeting, version=1, why="Abroad.", by=cast.vera, now=NOW)

    entry = next(entry for entry in history_of(plan) if entry.changes)
    assert either(entry.changes[0].before) == "Face to face"


def test_a_promise_and_a_rating_are_told_in_the_readers_language(cast, plan):
    call = plan.steps.get(key="sponsor-call")
    sponsors.edit(step=call, version=1, channel="video", contact=None, in_writing=False, by=cast.sam, now=NOW)
    entry = next(entry for entry in history_of(plan) if entry.changes)
    assert translate(entry.changes[0].after) == "Video call"

    concern = concerns.add(
        plan=plan, words="Who answers?", seriousness="green", owner=cast.olga, raised_on=TODAY,
        raised_by=make_contact(plan.account, "Carla"), by=cast.olga, now=NOW,
    )  # fmt: skip
    concerns.edit(
        concern=concern, version=concern.version, words="Who answers?", seriousness="red", owner=cast.olga,
        raised_on=TODAY, raised_by=concern.raised_by, raised_by_name="", promised_on=None, why="So.",
        by=cast.olga, now=NOW,
    )  # fmt: skip
    rated = next(entry for entry in history_of(plan) if entry.why == "So.")
    assert "question" in translate(rated.changes[0].before)


def test_a_reason_of_ours_is_kept_as_it_stands_in_the_code(cast, plan):
    call = plan.steps.filter(kind="check-in").order_by("due_on").first()
    plans.level_promise(step=call, to=call.due_on, version=1, why=STAYS, by=cast.sam, now=NOW)

    entry = next(entry for entry in history_of(plan) if entry.why)
    with translation.override("de"):
        assert either(entry.why) != STAYS
