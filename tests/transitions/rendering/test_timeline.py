from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from accounts.rules.text import Message
from transitions.documents.timeline import Phase, Point, Timeline, build
from transitions.rendering.timeline import MARGIN, TOUCHING, WIDTH, drawing

TODAY = date(2027, 3, 2)


def point(day: int, *, stage: str = "prepare", state: str = "ahead", **fields) -> Point:
    number = fields.pop("number", 0)
    return Point(
        f"step-{day}", Message("A step"), number, stage, TODAY + timedelta(days=day), state, **fields
    )


CUTOVER = ("cutover", Message("Cutover"), TODAY + timedelta(days=30))


def timeline(*points: Point, anchors=(CUTOVER,)) -> Timeline:
    stages = [("prepare", Message("Prepare"), "now"), ("settle", Message("Settle in"), "ahead")]
    return build(today=TODAY, stages=stages, points=points, anchors=anchors)


def xs(drawn) -> list[float]:
    return [float(one.x) for one in drawn]


def test_marks_run_from_left_to_right_inside_the_picture():
    marks = drawing(timeline(*(point(day) for day in (0, 20, 60, 180)))).marks

    assert xs(marks) == sorted(xs(marks))
    assert MARGIN <= min(xs(marks)) <= max(xs(marks)) <= WIDTH - MARGIN


def test_marks_that_would_touch_become_one_with_a_number_and_the_most_urgent_look():
    same_day = (point(0, state="done"), point(0, state="late"), point(0), point(180))

    first, last = drawing(timeline(*same_day)).marks

    assert (first.count, first.state, last.count) == (3, "late", 1)
    assert first.title.count("\n") == 2


def test_no_two_marks_of_a_row_touch():
    marks = drawing(timeline(*(point(day) for day in range(0, 120, 2)))).marks

    gaps = [later - earlier for earlier, later in zip(xs(marks), xs(marks)[1:], strict=False)]
    assert min(gaps) > TOUCHING / 2


def test_busy_weeks_get_more_room_than_quiet_ones():
    crowded = [point(day) for day in range(20)]

    marks = drawing(timeline(*crowded, point(200))).marks

    assert xs(marks)[-2] > WIDTH * 0.4  # a tenth of the days, and nearly half of the picture


def test_a_mark_says_what_when_and_how_it_stands():
    [mark] = drawing(timeline(point(0, state="late", number=3), anchors=())).marks

    assert mark.title == "A step 3, 2 Mar 2027: late"


def test_anchors_of_one_day_share_a_flag_and_names_do_not_collide():
    day = TODAY + timedelta(days=5)
    anchors = [
        ("cutover", Message("Cutover"), day),
        ("departure", Message("Departure"), day),
        ("announcement", Message("Announcement"), day + timedelta(days=1)),
    ]

    flags = drawing(timeline(point(0), point(100), anchors=anchors)).flags

    assert [flag.text for flag in flags] == ["Cutover, Departure 7 Mar", "Announcement 8 Mar"]
    assert flags[0].y != flags[1].y


def test_today_outside_the_plan_has_no_line():
    assert drawing(timeline(point(100), anchors=())).today is None


def test_a_plan_without_steps_is_drawn_all_the_same():
    assert drawing(timeline(anchors=())).marks == ()


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_picture_is_well_formed_in_every_language(language):
    points = [point(0, state="late", compressed=True), point(7, state="done"), point(40, stage="settle")]
    points += [point(3, state="today"), point(9)]

    with translation.override(language):
        svg = render_to_string("documents/timeline.svg", {"drawing": drawing(timeline(*points))})

    root = ElementTree.fromstring(svg)
    numbers = [value for node in root.iter() for name, value in node.items() if name in ("x", "y", "x1", "r")]
    assert [number for number in numbers if "," in number] == []
    assert "style" not in {name for node in root.iter() for name in node.keys()}  # noqa: SIM118
    titles = [node.text for node in root.iter("{http://www.w3.org/2000/svg}title")]
    assert len(titles) == 8  # the picture, two stages, five steps


def test_what_people_named_their_steps_is_inert_in_the_picture():
    evil = Point("x", Message("</title><script>alert(1)</script>"), 0, "prepare", TODAY, "ahead")

    svg = render_to_string("documents/timeline.svg", {"drawing": drawing(timeline(evil))})

    assert "<script>" not in svg


def faded() -> Timeline:
    def part(key, start, end, outgoing):
        mail = (("incoming", 100 - outgoing), ("outgoing", outgoing))
        until = None if end is None else TODAY + timedelta(days=end)
        return Phase(key, Message(key), TODAY + timedelta(days=start), until, "incoming", "outgoing", mail)

    return build(
        today=TODAY,
        stages=[("prepare", Message("Prepare"), "now")],
        points=[point(0), point(40)],
        anchors=[],
        phases=[part("shadow", 5, 9, 75), part("share", 10, 14, 50), part("done", 15, None, 0)],
    )


def test_a_fade_is_a_band_whose_shares_are_those_of_the_mail():
    found = drawing(faded())

    assert [(phase.above, phase.below) for phase in found.phases] == [
        ("13.5", "4.5"),
        ("9.0", "9.0"),
        ("0.0", "18.0"),
    ]
    ends = [float(phase.x) + float(phase.width) for phase in found.phases]
    assert ends[:2] == pytest.approx([float(phase.x) for phase in found.phases[1:]], abs=0.2)
    assert ends[-1] <= WIDTH
    assert found.phases[0].title == (
        "7 Mar 2027 – 11 Mar 2027: shadow. Mail: 75% Outgoing rep, 25% Incoming rep."
    )


def test_a_fade_is_said_to_whom_cannot_see_it_and_makes_room_for_itself():
    found, plain = drawing(faded()), drawing(timeline(point(0), point(40), anchors=()))

    assert "from 17 Mar 2027: done." in found.summary
    assert found.height > plain.height
    assert plain.phases_name is None


def test_the_fade_is_sound_svg_with_flat_fills():
    svg = render_to_string("documents/timeline.svg", {"drawing": drawing(faded())})

    tree = ElementTree.fromstring(svg)
    rects = [rect for rect in tree.iter("{http://www.w3.org/2000/svg}rect") if "tl-l" in rect.get("class")]
    assert [rect.get("fill") for rect in rects] == ["#1f5c5a"] * 3
