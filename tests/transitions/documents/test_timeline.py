from datetime import date, timedelta

import pytest

from accounts.rules.text import Message
from transitions.documents.timeline import Point, build

START = date(2027, 3, 1)
STAGES = [(key, Message(key.title()), "ahead") for key in ("prepare", "empty", "settle")]


def point(key, stage, days, state="ahead"):
    return Point(key, Message(key), 0, stage, START + timedelta(days=days), state)


def made(points, today=START, anchors=()):
    return build(today=today, stages=STAGES, points=points, anchors=list(anchors))


def test_a_stage_is_a_bar_from_its_first_to_its_last_step():
    line = made([point("a", "prepare", 0), point("b", "prepare", 47), point("c", "settle", 94)])

    assert [(bar.key, bar.row, bar.x, bar.width) for bar in line.bars] == [
        ("prepare", 0, 3.0, 47.0),
        ("settle", 1, 97.0, 0.8),
    ]
    assert [(mark.key, mark.x, mark.row) for mark in line.marks] == [
        ("a", 3.0, 0),
        ("b", 50.0, 0),
        ("c", 97.0, 1),
    ]
    assert line.rows == 2


def test_everything_lies_inside_the_picture():
    flags = [("cutover", Message("Cutover"), START + timedelta(days=200))]
    line = made([point("a", "prepare", -10), point("b", "settle", 90)], anchors=flags)

    places = (
        [mark.x for mark in line.marks] + [flag.x for flag in line.flags] + [tick.x for tick in line.ticks]
    )
    assert all(0 <= place <= 100 for place in places)


@pytest.mark.parametrize(("days", "shown"), [(-4, False), (0, True), (94, True), (98, False)])
def test_today_has_a_line_while_the_plan_runs(days, shown):
    line = made([point("a", "prepare", 0), point("b", "settle", 94)], today=START + timedelta(days=days))

    assert (line.today_x is not None) is shown


@pytest.mark.parametrize(
    ("length", "first"), [(30, date(2027, 3, 1)), (200, date(2027, 3, 1)), (900, date(2027, 4, 1))]
)
def test_the_scale_fits_the_length(length, first):
    line = made([point("a", "prepare", 0), point("b", "settle", length)])

    assert line.ticks[0].on == first
    assert 4 <= len(line.ticks) <= 12


def test_a_plan_without_dates_is_an_empty_line():
    assert made([]).bars == ()
