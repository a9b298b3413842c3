"""Praise of the outgoing rep, in the client's words; internal for good."""

from datetime import timedelta

import pytest

from accounts.models.base import StaleVersion
from tests.factories import NOW, TODAY, make_account, make_contact
from transitions.documents.packet import CLIENT, INTERNAL, dumps
from transitions.models import ChangeSet, Praise
from transitions.selectors.care import praise_of
from transitions.selectors.packets import packet_of
from transitions.services import care, plans


def add(plan, cast, **fields) -> Praise:
    given = {"words": "Olga calls before we notice.", "said_on": TODAY, "by": cast.vera, "now": NOW}
    return care.note_praise(plan=plan, **{**given, **fields})


def test_praise_stands_in_the_packet_of_the_successor_and_never_in_the_clients(cast, plan):
    add(plan, cast, keep_by="A call every other Thursday.")

    ours = str(dumps(packet_of(plan, edition=INTERNAL, language="en")))
    theirs = str(dumps(packet_of(plan, edition=CLIENT, language="en")))

    assert "Olga calls before we notice." in ours
    assert "A call every other Thursday." in ours
    assert "Olga calls before we notice." not in theirs


def test_what_is_wrong_is_named_by_field(cast, plan):
    stranger = make_contact(make_account("Other"), "Otto Other")

    with pytest.raises(plans.PlanRefused) as caught:
        add(plan, cast, words=" ", said_on=TODAY + timedelta(days=1), said_by=stranger)

    assert [field for field, message in caught.value.problems] == ["words", "said_on", "said_by"]


def test_it_is_corrected_archived_and_brought_back_by_one_at_a_time(cast, plan):
    one = add(plan, cast)

    one = care.edit_praise(
        praise=one,
        version=1,
        words="Olga always calls.",
        said_on=TODAY,
        said_by=None,
        keep_by="",
        by=cast.olga,
        now=NOW,
    )
    with pytest.raises(StaleVersion):
        care.archive_praise(praise=one, version=1, by=cast.vera, now=NOW)
    one = care.archive_praise(praise=one, version=2, by=cast.vera, now=NOW)
    assert praise_of(plan) == []
    care.unarchive_praise(praise=one, by=cast.vera, now=NOW)

    assert [row.words for row in praise_of(plan)] == ["Olga always calls."]
    assert list(ChangeSet.objects.filter(plan=plan).order_by("pk").values_list("verb", flat=True)) == [
        "note_praise",
        "edit_praise",
    ]


def test_nothing_is_noted_on_a_closed_plan(cast, plan):
    plans.close(
        plan=plan, version=plan.version, by=cast.vera, now=NOW, outcome="withdrawn", why="Olga stays."
    )

    with pytest.raises(plans.PlanNotOpen):
        add(plan, cast)
