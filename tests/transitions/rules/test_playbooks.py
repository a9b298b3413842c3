import json
import re
from dataclasses import replace
from datetime import date

import pytest

from tests.environment import ROOT
from transitions.rules import gates
from transitions.rules.playbooks import (
    MODES,
    REASONS,
    SHIPPED,
    TIERS,
    AnchorRule,
    Fade,
    Gate,
    Overlay,
    Playbook,
    Stage,
    Step,
    by_tier,
    compose,
    digest,
    dumps,
    loads,
)

BOOKS = {playbook.key: playbook for playbook in SHIPPED}
SOFT, HARD = BOOKS["soft-standard"], BOOKS["hard-standard"]

SMALL = Playbook(
    key="small-one",
    name="A small one",
    mode="soft",
    anchors=(AnchorRule("cutover", "Cutover"),),
    order=("cutover",),
    roles=("outgoing", "incoming"),
    stages=(
        Stage("work", "Work", "We work.", steps=(Step("meet", "Meet", "incoming", "cutover"),)),
        Stage(
            "own",
            "Own",
            "It is theirs.",
            gates=(Gate("owner", "Somebody is named", "named", {"roles": ("incoming",)}),),
            owner="incoming",
        ),
        Stage("close", "Close", "Done."),
    ),
)


def with_steps(*steps):
    return replace(SMALL, stages=(replace(SMALL.stages[0], steps=steps), *SMALL.stages[1:]))


def with_fade(*weeks):
    return replace(SMALL, fade=weeks)


def with_gates(*more):
    own = SMALL.stages[1]
    return replace(SMALL, stages=(SMALL.stages[0], replace(own, gates=(*own.gates, *more)), SMALL.stages[2]))


FADE = Fade(
    "shadow",
    "Shadow",
    "cutover",
    -5,
    leads="outgoing",
    shadows="incoming",
    mail={"outgoing": 75, "incoming": 25},
)


@pytest.mark.parametrize("playbook", [*SHIPPED, SMALL, with_fade(FADE)], ids=lambda playbook: playbook.key)
def test_a_good_playbook_has_no_problems(playbook):
    assert playbook.problems() == []


@pytest.mark.parametrize("playbook", [*SHIPPED, SMALL], ids=lambda playbook: playbook.key)
def test_a_playbook_survives_its_json(playbook):
    text = dumps(playbook)

    assert loads(text) == playbook
    assert loads(json.loads(text)) == playbook
    assert dumps(loads(text)) == text
    assert digest(loads(text)) == digest(playbook)


def test_the_digest_tells_every_change():
    changed = with_steps(Step("meet", "Meet", "incoming", "cutover", 1))

    assert digest(changed) != digest(SMALL)


@pytest.mark.parametrize(
    "content",
    ["{}", "[]", '"text"', '{"key": "x"}', '{"stages": 3}', '{"key": "x", "moon": 1}', "not json"],
)
def test_what_is_no_playbook_is_refused(content):
    with pytest.raises(ValueError):  # noqa: PT011
        loads(content)


STEP = Step("meet", "Meet", "incoming", "cutover")


@pytest.mark.parametrize(
    ("playbook", "problem"),
    [
        (with_steps(STEP, STEP), "The step meet is there more than once."),
        (with_steps(replace(STEP, base="moon")), "The step meet hangs on the unknown base moon."),
        (with_steps(replace(STEP, owner="king")), "The step meet is owed by the unknown role king."),
        (with_steps(replace(STEP, kind="feast")), "The step meet is of the unknown kind feast."),
        (with_steps(replace(STEP, key="cutover")), "The step cutover has the key of an anchor."),
        (with_steps(replace(STEP, base="meet")), "These hang on one another in a circle: meet."),
        (
            with_steps(replace(STEP, key="a", base="b"), replace(STEP, key="b", base="a")),
            "These hang on one another in a circle: a, b.",
        ),
        (with_steps(replace(STEP, times=3)), "The step meet comes several times but does not say how often."),
        (with_steps(replace(STEP, every=5, times=0)), "The step meet must come between 1 and 120 times."),
        (with_steps(replace(STEP, offset=9999)), "meet has a number that is not between -1300 and 1300."),
        (with_steps(replace(STEP, offset={"small": 1})), "meet must give one number for each tier."),
        (with_steps(replace(STEP, tiers=("huge",))), "meet names the unknown tier huge."),
        (
            with_steps(replace(STEP, tiers=("small",)), replace(STEP, key="later", base="meet")),
            "For the tier strategic the step later hangs on meet, which is not there.",
        ),
        (with_gates(Gate("g", "G", "stars")), "The gate g asks for the unknown check stars."),
        (with_gates(Gate("g", "G", "notice")), "The gate g must give exactly these arguments: at_least."),
        (with_gates(Gate("g", "G", "done", {"steps": ("sing",)})), "The gate g names the unknown sing."),
        (with_gates(Gate("g", "G", "done", {"steps": ()})), "The gate g has no steps."),
        (with_gates(Gate("owner", "G", "packet")), "The gate owner is there more than once."),
        (
            with_gates(Gate("g", "G", "packet", {"at_least": 101})),
            "The gate g asks for more than 100 percent.",
        ),
        (with_gates(Gate("g", "G", "concerns", {}, True)), "The gate g can never be waived."),
        (with_gates(Gate("g", "G", "held", {"steps": ("meet",)})), "The gate g names the unknown meet."),
        (replace(SMALL, mode="medium"), "The mode medium is unknown."),
        (
            replace(SMALL, key="Not A Key"),
            "“Not A Key” is no key: use small letters, digits and hyphens, at most 60.",
        ),
        (replace(SMALL, order=("moon",)), "The order names the unknown anchor moon."),
        (replace(SMALL, anchors=(AnchorRule("a", "A"),)), "A playbook needs the anchor “cutover”."),
        (
            replace(SMALL, anchors=(*SMALL.anchors, AnchorRule("told", "Told", "moon"))),
            "The anchor told hangs on the unknown anchor moon.",
        ),
        (
            replace(SMALL, stages=(SMALL.stages[0], SMALL.stages[2])),
            "Exactly one stage must give the account its new owner.",
        ),
        (
            replace(SMALL, stages=(SMALL.stages[0], replace(SMALL.stages[1], gates=()), SMALL.stages[2])),
            "The stage own makes somebody the owner without a gate that demands them.",
        ),
        (replace(SMALL, stages=SMALL.stages[1:]), "The first stage cannot have gates: a plan begins in it."),
        (
            replace(SMALL, stages=SMALL.stages[1::-1]),
            "The last stage cannot have steps: a plan that enters it is closed.",
        ),
        (with_steps(replace(STEP, purpose="listen")), "The step meet has the unknown purpose listen."),
        (
            with_steps(replace(STEP, kind="meeting", purpose="dance")),
            "The step meet has the unknown purpose dance.",
        ),
        (with_steps(replace(STEP, channel="phone")), "The step meet asks for the unknown channel phone."),
        (
            with_steps(replace(STEP, kind="check-in", channel="drum")),
            "The step meet asks for the unknown channel drum.",
        ),
        (
            with_steps(replace(STEP, kind="check-in", open_ended=True)),
            "The step meet goes on without end, but is no repeated check-in.",
        ),
        (with_steps(replace(STEP, window=-1)), "The step meet has a window of less than nothing."),
        (with_fade(FADE, FADE), "The fade shadow is there more than once."),
        (with_fade(replace(FADE, base="moon")), "The fade shadow hangs on the unknown anchor moon."),
        (with_fade(replace(FADE, leads="king")), "The fade shadow names the unknown role king."),
        (
            with_fade(replace(FADE, mail={"outgoing": 60})),
            "The fade shadow does not share out all of the mail.",
        ),
    ],
)
def test_every_mistake_is_named(playbook, problem):
    assert problem in [str(message) for message in playbook.problems()]


def test_all_mistakes_are_named_at_once():
    wrong = with_steps(replace(STEP, base="moon", owner="king", kind="feast"))

    assert len(wrong.problems()) == 3


def test_numbers_per_tier_are_those_of_the_tier():
    step = Step("call", "Call", "incoming", "cutover", by_tier(strategic=1, standard=2, small=3))

    found = with_steps(step).for_tier("small").steps()

    assert found == [replace(step, offset=3)]


def test_parts_of_other_tiers_are_left_out():
    strategic = {step.key for step in HARD.for_tier("strategic").steps()}
    small = {step.key for step in HARD.for_tier("small").steps()}

    assert "senior-call" in strategic - small
    assert "first-note" in small - strategic


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("reason", ["", *REASONS])
def test_every_reason_has_a_playbook_in_each_mode_that_makes_sense(mode, reason):
    found = [playbook.key for playbook in SHIPPED if (playbook.mode, playbook.reason) == (mode, reason)]

    planned_only = mode == "hard" and reason in ("promotion", "step_back")
    assert found == ([] if planned_only else [f"{mode}-{(reason or 'standard').replace('_', '-')}"])


@pytest.mark.parametrize("playbook", SHIPPED, ids=lambda playbook: playbook.key)
@pytest.mark.parametrize("tier", TIERS)
def test_meetings_with_the_client_say_what_for_and_check_ins_how(playbook, tier):
    steps = playbook.for_tier(tier).steps()

    assert [step.key for step in steps if step.kind == "check-in" and not step.channel] == []
    assert {
        step.purpose for step in steps if step.key in ("announce-meeting", "intro-meeting", "review")
    } <= {
        "listen",
        "introduce",
        "review",
    }


@pytest.mark.parametrize("playbook", SHIPPED, ids=lambda playbook: playbook.key)
def test_soft_playbooks_fade_and_hard_ones_double_the_attention(playbook):
    doubled = [step.key for step in playbook.steps() if step.doubled]

    assert bool(playbook.fade) == (playbook.mode == "soft")
    assert doubled == ([] if playbook.mode == "soft" else ["check-in"])


def test_the_step_back_of_an_executive_promises_what_the_field_asks():
    steps = {step.key: step for step in BOOKS["soft-step-back"].for_tier("strategic").steps()}

    assert {
        key: (steps[key].owner, steps[key].channel, steps[key].times)
        for key in ("former-visit", "ceo-call", "vp-call", "cto-visit", "leader-call")
    } == {
        "former-visit": ("outgoing", "face_to_face", 2),
        "ceo-call": ("sponsor", "phone", 2),
        "vp-call": ("lead", "phone", 2),
        "cto-visit": ("sponsor", "face_to_face", 1),
        "leader-call": ("lead", "phone", 1),
    }
    assert [key for key, step in steps.items() if step.open_ended] == ["check-in", "touch"]


@pytest.mark.parametrize("key", ["soft-leave", "hard-leave"])
def test_a_leave_never_changes_the_owner(key):
    stages = BOOKS[key].stages

    assert BOOKS[key].purpose == "cover"
    assert not any(stage.owner or stage.ends_owner or stage.moves_team for stage in stages)
    assert [stage.key for stage in stages if stage.ends_cover] == ["back"]


COVER = BOOKS["soft-leave"]


@pytest.mark.parametrize(
    ("playbook", "problem"),
    [
        (replace(SMALL, purpose="fun"), "The purpose fun is unknown."),
        (replace(SMALL, reason="boredom"), "The reason boredom is unknown."),
        (
            replace(SMALL, purpose="cover"),
            "A temporary cover never changes the owner of the account.",
        ),
        (
            replace(SMALL, purpose="cover"),
            "The order of a temporary cover must name the cutover and, after it, the return.",
        ),
        (
            replace(COVER, order=("announcement", "return", "cutover")),
            "The order of a temporary cover must name the cutover and, after it, the return.",
        ),
        (
            replace(COVER, stages=tuple(replace(stage, ends_cover=False) for stage in COVER.stages)),
            "A temporary cover needs one stage in which it begins and a later one in which it ends.",
        ),
        (
            replace(SMALL, stages=(replace(SMALL.stages[0], ends_cover=True), *SMALL.stages[1:])),
            "Only a temporary cover has a stage in which it begins or ends.",
        ),
        (
            replace(SMALL, stages=(replace(SMALL.stages[0], moves_team=True), *SMALL.stages[1:])),
            "The stage work moves the account to another team without a new owner.",
        ),
        (
            replace(
                SMALL,
                stages=(SMALL.stages[0], replace(SMALL.stages[1], moves_team=True), SMALL.stages[2]),
            ),
            "The stage own moves the account without a gate that demands the other team.",
        ),
        (
            with_steps(replace(STEP, doubled=True)),
            "The step meet doubles the attention, but is no repeated check-in.",
        ),
    ],
)
def test_covers_teams_and_doubled_attention_have_mistakes_of_their_own(playbook, problem):
    assert problem in [str(message) for message in playbook.problems()]


def test_an_overlay_moves_and_gives_away_parts_without_writing_them_again():
    overlay = Overlay(offsets={"meet": -3}, owners={"meet": "outgoing"})

    (step,) = compose(SMALL, overlay).steps()

    assert (step.offset, step.owner) == (-3, "outgoing")


def test_an_overlay_leaves_out_replaces_and_adds():
    overlay = Overlay(
        reason="performance",
        without=frozenset({"meet"}),
        steps={"work": (Step("ask-why", "Ask why nobody saw it", "outgoing", "cutover", -1),)},
        gates={"own": (Gate("owner", "Somebody new is named", "named", {"roles": ("incoming",)}),)},
    )

    found = compose(SMALL, overlay, key="small-performance")

    assert found.problems() == []
    assert (found.key, found.reason) == ("small-performance", "performance")
    assert [step.key for step in found.steps()] == ["ask-why"]
    assert [gate.label for gate in found.gates()] == ["Somebody new is named"]


def test_an_overlay_that_names_what_is_not_there_is_a_slip():
    with pytest.raises(KeyError, match="moon"):
        compose(SMALL, Overlay(without=frozenset({"moon"})))


def test_every_check_is_used_by_a_shipped_playbook():
    used = {gate.check for playbook in SHIPPED for gate in playbook.gates()}

    assert used == set(gates.CHECKS)


def test_one_step_and_one_gate_are_added_as_the_documentation_says():
    """The listings of docs/playbooks.md, laid over the soft playbook and used."""
    listings = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "playbooks.md").read_text(), re.DOTALL)
    parts = [eval(code, {"Step": Step, "Gate": Gate, "_": str}) for code in listings]
    steps = tuple(part for part in parts if isinstance(part, Step))
    gate = next(part for part in parts if isinstance(part, Gate))
    overlay = Overlay(steps={"cutover": steps}, gates={"settle": (gate,)})

    found = compose(SOFT, overlay, key="soft-with-gift")

    assert found.problems() == []
    closed = gates.states(found.for_tier("small"), "settle", gates.Facts(today=date(2027, 3, 2)))
    assert closed[-1].key == "gift-sent"
    assert [one.subject for one in closed[-1].missing] == ["gift"]


@pytest.mark.parametrize(
    ("kind", "roles", "expected"),
    [
        ("decision", ("incoming",), []),
        ("decision", ("interim",), ["The step name decides about the unknown role interim."]),
        ("task", ("incoming",), ["The step name decides who holds a role, but is no decision."]),
    ],
)
def test_what_a_decision_decides_is_a_role_of_the_playbook(kind, roles, expected):
    step = Step("name", "Name somebody", "lead", "cutover", kind=kind, decides=roles)

    assert [str(problem) for problem in with_steps(step).problems()] == expected


def test_every_shipped_decision_about_people_says_about_which_role():
    decided = {step.key: step.decides for playbook in SHIPPED for step in playbook.steps() if step.decides}

    assert decided == {
        "confirm-rep": ("incoming",),
        "name-interim": ("interim", "incoming"),
        "decide-successor": ("incoming",),
    }
