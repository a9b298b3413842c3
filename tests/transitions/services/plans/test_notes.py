import pytest

from tests.factories import NOW
from transitions.models import PlanNote
from transitions.services import plans


def add(plan, by, **changes):
    given = {"text": "They prefer mornings.", **changes}
    return plans.add_note(plan=plan, by=by, now=NOW, **given)


def test_a_note_and_a_link_stand_on_a_plan_or_on_a_step(cast, plan):
    step = plan.steps.first()

    on_plan = add(plan, cast.olga)
    on_step = add(plan, cast.olga, text="", link="https://docs.example/plan", link_title="Plan", step=step)

    assert (on_plan.step, on_plan.by, on_plan.at) == (None, cast.olga, NOW)
    assert (on_step.step, on_step.link) == (step, "https://docs.example/plan")
    assert [deed.verb for deed in plan.change_sets.order_by("pk")] == ["note", "note"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": " "}, "text"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"link": "ftp://files.example/a"}, "link"),
        ({"link": "https://"}, "link"),
        ({"link": "https://[broken"}, "link"),
        ({"link": "https://a.example/" + "x" * 500}, "link"),
        ({"text": "bad \x00 text"}, "text"),
    ],
)
def test_a_note_refuses(cast, plan, changes, field):
    with pytest.raises(plans.PlanRefused) as caught:
        add(plan, cast.olga, **changes)

    assert [name for name, sentence in caught.value.problems] == [field]
    assert not PlanNote.objects.exists()


def test_a_plan_that_has_ended_can_still_be_commented_on(cast, plan):
    plans.close(plan=plan, outcome="other", why="Over.", version=1, by=cast.vera, now=NOW)

    assert add(plan, cast.olga).pk


def test_a_note_taken_back_stays_in_the_history(cast, plan):
    note = add(plan, cast.olga)

    plans.withdraw_note(note=note, by=cast.olga, now=NOW)
    plans.withdraw_note(note=note, by=cast.olga, now=NOW)

    (taken,) = plan.change_sets.filter(verb="withdraw_note")
    assert taken.changes[0]["before"]["said"] == "They prefer mornings."
    assert PlanNote.objects.get().withdrawn_at == NOW
