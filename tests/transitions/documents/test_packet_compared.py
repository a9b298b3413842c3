"""What changed between two versions, line by line."""

from datetime import date

from accounts.rules.text import Message
from transitions.documents.packet import (
    INTERNAL,
    Column,
    Course,
    Draft,
    Fact,
    Milestone,
    Note,
    Row,
    Table,
    Waypoint,
    build,
    difference,
)

DAY, LATER = date(2027, 4, 20), date(2027, 4, 27)


def made(drafts, course=None):
    return build(edition=INTERNAL, language="en", client="Halvorsen", drafts=drafts, course=course)


def told(*notes):
    return {"work": Draft(notes=tuple(Note(text) for text in notes))}


def states(before, after):
    return {one.key: [pair.state for pair in one.pairs] for one in difference(before, after)}


def test_the_same_content_differs_in_nothing():
    assert difference(made(told("One", "Two")), made(told("One", "Two"))) == ()


def test_a_line_more_and_a_line_less_stand_on_their_side():
    more = difference(made(told("One")), made(told("One", "Two")))
    less = difference(made(told("One", "Two")), made(told("Two")))

    [(new,)] = [one.pairs for one in more]
    [(gone,)] = [one.pairs for one in less]
    assert (new.state, new.before, new.after.pieces[0].values) == ("new", None, ("Two",))
    assert (gone.state, gone.after, gone.before.pieces[0].values) == ("gone", None, ("One",))
    assert [one.same for one in more] == [1]


def test_a_line_between_the_same_neighbours_changed():
    assert states(made(told("A", "Old", "Z")), made(told("A", "New", "Z"))) == {"work": ["changed"]}


def test_facts_rows_gaps_and_dates_are_compared_too():
    def all_of(renewal, asked, on):
        drafts = {
            "contract": Draft(facts=(Fact(Message("Renewal"), renewal),)),
            "issues": Draft(
                tables=(Table(Message("Open"), (Column(Message("What")),), (Row((asked,)),)),),
            ),
        }
        course = Course(
            waypoints=(Waypoint("draft", Message("Draft"), 0, "prepare", on, done=False),),
            milestones=(Milestone("cutover", Message("Cutover"), on),),
        )
        return made(drafts, course)

    found = states(all_of(None, "Pumps", DAY), all_of(DAY, "Seals", LATER))

    assert found["contract"] == ["changed", "gone"]  # the date came, and with it the gap went
    assert found["issues"] == ["changed"]
    assert found["course"] == ["changed", "changed"]
