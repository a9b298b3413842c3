from dataclasses import replace

import pytest

from transitions.rules.playbooks import SHIPPED, Gate, Step, by_tier, compose
from transitions.rules.playbooks.editing import (
    Difference,
    differences,
    free_key,
    one_or_by_tier,
    part,
    parts,
    placed,
    put,
    renamed,
    shifted,
    stage_of,
    without,
)

SOFT = next(playbook for playbook in SHIPPED if playbook.key == "soft-standard")
GIFT = Step("gift", "Send a book", "outgoing", "cutover", 3)
SENT = Gate("gift-sent", "The book is sent", "done", {"steps": ("gift",)}, True)


def keys(playbook, stage, kind="steps"):
    return [one.key for one in getattr(playbook.stage(stage), kind)]


def test_a_new_step_comes_last_in_its_stage():
    found = put(SOFT, "step", GIFT, stage="prepare")

    assert keys(found, "prepare") == [*keys(SOFT, "prepare"), "gift"]
    assert keys(found, "announce") == keys(SOFT, "announce")
    assert found.problems() == []


def test_a_changed_step_keeps_its_place():
    changed = replace(part(SOFT, "step", "baseline"), owner="lead")

    found = put(SOFT, "step", changed, stage="prepare")

    assert keys(found, "prepare") == keys(SOFT, "prepare")
    assert part(found, "step", "baseline").owner == "lead"


def test_a_step_may_go_to_another_stage():
    found = put(SOFT, "step", part(SOFT, "step", "baseline"), stage="announce")

    assert stage_of(found, "step", "baseline") == "announce"
    assert "baseline" not in keys(found, "prepare")
    assert len(found.steps()) == len(SOFT.steps())


def test_gates_anchors_stages_and_fades_are_put_in_the_same_way():
    anchor = replace(part(SOFT, "anchor", "announcement"), offset=-30)
    stage = replace(part(SOFT, "stage", "prepare"), title="Get ready")
    week = replace(part(SOFT, "fade", "share"), offset=-4)

    found = put(put(put(SOFT, "anchor", anchor), "stage", stage), "fade", week)
    found = put(found, "gate", SENT, stage="close")

    assert part(found, "anchor", "announcement").offset == -30
    assert part(found, "stage", "prepare").title == "Get ready"
    assert [one.key for one in found.fade] == [one.key for one in SOFT.fade]
    assert keys(found, "close", "gates")[-1] == "gift-sent"


def test_a_removed_step_shows_its_absence_as_a_problem_beside_the_gate_that_asks_for_it():
    found = without(SOFT, "step", "intro-meeting")

    by_key = placed(found.problems())

    assert "met" in by_key
    assert str(by_key["met"][0]) == "The gate met names the unknown intro-meeting."


@pytest.mark.parametrize(
    ("key", "by", "order"),
    [("log-concerns", -1, [1, 0, 2]), ("log-concerns", 1, [0, 2, 1]), ("announce-meeting", -1, [0, 1, 2])],
)
def test_a_part_moves_within_its_stage_and_stays_at_the_end(key, by, order):
    before = keys(SOFT, "announce")

    assert keys(shifted(SOFT, "step", key, by), "announce") == [before[place] for place in order]


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("Send a gift", "send-a-gift"),
        ("Zwölf Bücher & mehr!", "zwolf-bucher-mehr"),
        ("Story", "story-2"),
        ("…", "part"),
        ("x" * 300, "x" * 56),
    ],
)
def test_a_new_part_gets_a_key_that_nothing_else_has(title, key):
    assert free_key(SOFT, title) == key
    assert put(SOFT, "step", replace(GIFT, key=key), stage="prepare").problems() == []


def test_a_number_is_kept_per_tier_only_where_tiers_differ():
    assert one_or_by_tier({"strategic": 3, "standard": 3, "small": 3}) == 3
    assert one_or_by_tier({"strategic": 3, "standard": 2, "small": 2}) == by_tier(
        strategic=3, standard=2, small=2
    )


def test_nothing_differs_between_a_playbook_and_itself():
    assert differences(SOFT, SOFT) == []


def test_every_kind_of_difference_is_told():
    after = renamed(SOFT, "Softer")
    after = put(after, "step", GIFT, stage="prepare")
    after = without(after, "step", "success-plan")
    after = put(after, "step", replace(part(after, "step", "story"), owner="lead"), stage="prepare")
    after = put(after, "step", part(after, "step", "last-look"), stage="announce")
    after = shifted(after, "gate", "packet", 1)

    assert differences(SOFT, after) == [
        Difference("changed", "playbook", "Softer", (("name", SOFT.name, "Softer"),)),
        Difference("removed", "step", part(SOFT, "step", "success-plan").title),
        Difference("added", "step", "Send a book"),
        Difference("changed", "step", part(SOFT, "step", "story").title, (("owner", "outgoing", "lead"),)),
        Difference(
            "changed", "step", part(SOFT, "step", "last-look").title, (("stage", "settle", "announce"),)
        ),
        Difference("reordered", "gate", "Introduce"),
    ]


@pytest.mark.parametrize("playbook", SHIPPED, ids=lambda playbook: playbook.key)
def test_putting_every_part_back_changes_nothing(playbook):
    found = playbook
    for kind in ("step", "gate", "anchor", "stage", "fade"):
        for one in parts(playbook, kind):
            found = put(
                found, kind, one, stage=stage_of(playbook, kind, one.key) if kind in ("step", "gate") else ""
            )

    assert found == playbook
    assert compose(found) == replace(playbook, reason="")
