"""The concern ledger: only the client's confirmation closes a concern."""

from datetime import date, timedelta

import pytest

from accounts.models.base import StaleVersion
from tests.factories import NOW, TODAY, make_account, make_contact
from transitions.documents.day import DueItem
from transitions.models import ChangeSet, Concern
from transitions.rules.history import message_of
from transitions.selectors import concerns as selectors
from transitions.selectors.plans import due_items
from transitions.services import concerns, plans

LATER = NOW + timedelta(days=3)


@pytest.fixture
def carla(account):
    return make_contact(account, "Carla Client")


@pytest.fixture
def concern(cast, plan, carla):
    return add(plan, cast, raised_by=carla)


def add(plan, cast, **fields) -> Concern:
    given = {
        "words": "Who answers at night?",
        "seriousness": "red",
        "owner": cast.olga,
        "raised_on": TODAY,
        "promised_on": TODAY + timedelta(days=2),
        "by": cast.olga,
        "now": NOW,
    }
    return concerns.add(plan=plan, **{**given, **fields})


def answered(concern, cast) -> Concern:
    return concerns.answer(
        concern=concern, version=concern.version, answer="The hotline, as before.", by=cast.olga, now=LATER
    )


def confirmed(concern, cast, carla, **fields) -> Concern:
    given = {"confirmed_by": carla, "confirmed_on": LATER.date(), "confirmed_how": "phone"}
    given |= {"version": concern.version, "by": cast.vera, "now": LATER}
    return concerns.confirm(concern=concern, **{**given, **fields})


def refused(deed, **given) -> list[tuple[str, str]]:
    with pytest.raises(plans.PlanRefused) as caught:
        deed(**given)
    return [(field, str(message)) for field, message in caught.value.problems]


def deeds(plan) -> list[str]:
    return list(ChangeSet.objects.filter(plan=plan).order_by("pk").values_list("verb", flat=True))


def due(people: list[int], until: date) -> list[DueItem]:
    return [item for item in due_items(people, until) if item.kind == "concern"]


def test_a_concern_is_kept_in_the_clients_words_with_who_raised_it(cast, plan, carla):
    concern = add(plan, cast, words="  “Not again!”\r\nSays Carla. ", raised_by=carla)

    concern.refresh_from_db()
    assert (concern.words, concern.raiser, concern.state) == ("“Not again!”\nSays Carla.", carla.name, "open")
    assert (concern.history.count(), concern.history.first().history_user) == (1, cast.olga)
    assert deeds(plan) == ["raise_concern"]


def test_somebody_without_a_row_can_raise_one_too(cast, plan):
    concern = add(plan, cast, raised_by_name="The night porter")

    assert concern.raiser == "The night porter"


def test_a_concern_of_nobody_or_of_another_client_is_refused(cast, plan):
    stranger = make_contact(make_account("Other"), "Otto Other")

    assert refused(lambda: add(plan, cast)) == [("raised_by", "Say who at the client raised it.")]
    assert refused(lambda: add(plan, cast, raised_by=stranger)) == [
        ("raised_by", "This is not somebody at this client.")
    ]
    assert Concern.objects.count() == 0


def test_answering_does_not_close_it_and_confirming_does(cast, plan, concern, carla):
    assert selectors.serious(plan) == 1

    concern = answered(concern, cast)
    assert (concern.state, selectors.serious(plan)) == ("answered", 1)

    concern = confirmed(concern, cast, carla)
    assert (concern.state, selectors.serious(plan)) == ("confirmed", 0)
    assert deeds(plan) == ["raise_concern", "answer_concern", "confirm_concern"]


def test_what_nobody_answered_cannot_be_confirmed(cast, plan, concern, carla):
    assert refused(lambda: confirmed(concern, cast, carla)) == [
        ("", "Nobody has answered this concern yet. Write down the answer first.")
    ]


def test_only_somebody_at_this_client_confirms_and_not_tomorrow(cast, concern, carla):
    concern = answered(concern, cast)
    stranger = make_contact(make_account("Other"), "Otto Other")

    found = refused(lambda: confirmed(concern, cast, stranger, confirmed_on=LATER.date() + timedelta(days=1)))

    assert [field for field, message in found] == ["confirmed_on", "confirmed_by"]


def test_a_client_may_change_their_mind(cast, plan, concern, carla):
    concern = confirmed(answered(concern, cast), cast, carla)

    concern = concerns.reopen(
        concern=concern, version=concern.version, why="It rang for an hour.", by=cast.olga, now=LATER
    )

    assert (concern.state, concern.confirmed_by, concern.confirmed_how) == ("open", None, "")
    assert concern.answer == "The hotline, as before."
    assert selectors.serious(plan) == 1
    # The old answer does not count as one: somebody must answer anew before the client can confirm it.
    assert refused(lambda: confirmed(concern, cast, carla))


def test_another_seriousness_needs_a_reason_and_stands_on_record(cast, plan, concern):
    def rate(**fields):
        return concerns.edit(
            concern=concern,
            version=concern.version,
            words=concern.words,
            seriousness="amber",
            owner=concern.owner,
            raised_on=concern.raised_on,
            raised_by=concern.raised_by,
            raised_by_name="",
            promised_on=concern.promised_on,
            by=cast.vera,
            now=LATER,
            **fields,
        )

    assert [field for field, message in refused(rate)] == ["why"]

    concern = rate(why="A misunderstanding.")

    deed = ChangeSet.objects.filter(plan=plan).last()
    (change,) = deed.changes
    assert (deed.verb, deed.why) == ("rate_concern", "A misunderstanding.")
    was, is_now = (message_of(change[side]) for side in ("before", "after"))
    assert (was.msgid[:3], is_now.msgid[:5]) == ("Red", "Amber")


def test_what_was_withdrawn_stays_on_record_and_can_come_back(cast, plan, concern):
    assert [
        field
        for field, message in refused(
            concerns.withdraw, concern=concern, version=1, why=" ", by=cast.vera, now=LATER
        )
    ] == ["why"]

    concern = concerns.withdraw(
        concern=concern, version=1, why="It was said by another client.", by=cast.vera, now=LATER
    )
    assert (concern.state, selectors.serious(plan)) == ("withdrawn", 0)
    assert refused(lambda: answered(concern, cast))

    concern = concerns.bring_back(concern=concern, version=concern.version, by=cast.vera, now=LATER)
    assert (concern.state, selectors.serious(plan)) == ("open", 1)
    assert deeds(plan) == ["raise_concern", "withdraw_concern", "bring_back_concern"]


def test_the_later_of_two_is_told(cast, concern):
    answered(concern, cast)

    with pytest.raises(StaleVersion) as caught:
        answered(concern, cast)
    assert caught.value.row.answer == "The hotline, as before."


def test_nothing_changes_in_a_plan_that_is_not_open(cast, plan, concern):
    plans.close(
        plan=plan, version=plan.version, by=cast.vera, now=NOW, outcome="withdrawn", why="Olga stays."
    )

    for deed in (lambda: add(plan, cast, raised_by_name="X"), lambda: answered(concern, cast)):
        with pytest.raises(plans.PlanNotOpen):
            deed()


def test_the_cutover_stays_shut_until_the_client_has_confirmed(cast, plan, concern, carla, drive):
    drive(plan, "burn-in")
    for step in plan.steps.undone().filter(stage="burn-in"):
        plans.complete_step(step=step, version=step.version, by=cast.olga, now=LATER)
    plan.refresh_from_db()
    cutover = NOW + timedelta(days=150)

    with pytest.raises(plans.GatesClosed) as caught:
        plans.advance(plan=plan, version=plan.version, by=cast.vera, now=cutover)
    assert [gate.key for gate in caught.value.gates] == ["answered"]
    with pytest.raises(plans.WaiverRefused, match="cannot be waived"):
        plans.waive(plan=plan, gate="answered", reason="Never mind.", by=cast.vera, now=cutover)

    confirmed(answered(concern, cast), cast, carla)
    plans.advance(plan=plan, version=plan.version, by=cast.vera, now=cutover)

    plan.refresh_from_db()
    assert plan.stage == "cutover"


def test_a_promised_answer_is_due_from_its_owner(cast, plan, concern):
    (item,) = due([cast.olga.pk, cast.vera.pk], TODAY + timedelta(days=2))

    assert (item.person_id, item.kind, item.title.msgid) == (cast.olga.pk, "concern", "Who answers at night?")
    assert (item.due_on, item.uuid, item.plan, item.escalated) == (
        TODAY + timedelta(days=2),
        concern.uuid,
        plan.uuid,
        True,
    )
    assert due([cast.olga.pk], TODAY + timedelta(days=1)) == []
    answered(concern, cast)
    assert due([cast.olga.pk], TODAY + timedelta(days=9)) == []


def test_of_a_confidential_plan_its_author_is_reminded_instead(cast, plan, concern):
    plan.released_at = None
    plan.save()

    (item,) = due([cast.olga.pk, cast.vera.pk], TODAY + timedelta(days=2))

    assert (item.person_id, item.owner) == (cast.vera.pk, cast.olga.name)


def test_what_somebody_owes_who_has_left_reaches_the_author(cast, plan, concern):
    cast.olga.archived_at = NOW
    cast.olga.save()

    assert [item.person_id for item in due([cast.vera.pk], TODAY + timedelta(days=2))] == [cast.vera.pk]


def test_the_tally_counts_what_is_not_withdrawn(cast, plan, concern, carla):
    confirmed(answered(add(plan, cast, raised_by=carla, seriousness="green"), cast), cast, carla)
    answered(add(plan, cast, raised_by=carla, seriousness="amber"), cast)
    gone = add(plan, cast, raised_by=carla)
    concerns.withdraw(concern=gone, version=1, why="Twice.", by=cast.vera, now=LATER)

    tally = selectors.tally(plan)

    assert (tally.open, tally.answered, tally.confirmed, tally.serious) == (1, 1, 1, 1)
    assert tally.next_on == concern.promised_on
