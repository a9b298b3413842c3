from accounts.rules.text import Message
from tests.factories import NOW
from transitions.documents.plan import Change, Entry
from transitions.rendering.history import story


def told(*changes):
    entry = Entry(kind="readiness", at=NOW, by="Ivan Ilic", message=Message("Accepted."), changes=changes)
    return story([entry], undoes=False)


def test_a_deed_whose_sentence_says_all_shows_no_empty_change():
    drawn = told(Change(Message(""), "", ""))

    assert "Accepted." in drawn
    assert "<details" not in drawn
    assert "–" not in drawn


def test_what_came_or_went_is_shown_from_and_to():
    drawn = told(Change(Message("Answer"), "", "As the packet says."), Change(Message("Day"), "Monday", ""))

    assert "2 changes" in drawn
    assert "<li>Answer: As the packet says.</li>" in drawn
    assert '<li>Day: <span class="was">Monday</span> → –</li>' in drawn


def test_a_question_keeps_its_own_mark():
    drawn = told(Change(Message("Who decides?"), "", "Carla."))

    assert "<li>Who decides? Carla.</li>" in drawn
