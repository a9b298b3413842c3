from datetime import timedelta

import pytest

from accounts.rules.deliveries import Answer, Next, Record, after_answer, after_crash, retry_after

FIRST = Record(attempts=1)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer.SENT, Next("sent", FIRST)),
        (Answer.REFUSED, Next("dead", FIRST)),
        (Answer.GONE, Next("cancelled", FIRST)),
        (Answer.LATER, Next("queued", FIRST, timedelta(minutes=1))),
        (Answer.UNREACHABLE, Next("queued", FIRST, timedelta(minutes=1))),
        (Answer.SILENT, Next("queued", Record(1, retransmissions=1), timedelta(minutes=1))),
    ],
)
def test_each_answer_leads_to_one_state(answer, expected):
    assert after_answer(answer, FIRST, hold=False) == expected


def test_hold_changes_what_silence_means_and_nothing_else():
    differing = {
        answer
        for answer in set(Answer) - {Answer.OVERTAKEN}
        if after_answer(answer, FIRST, hold=True) != after_answer(answer, FIRST, hold=False)
    }

    assert differing == {Answer.SILENT}
    assert after_answer(Answer.SILENT, FIRST, hold=True) == Next("unsure", FIRST)


def test_silence_is_answered_with_one_more_sending_and_then_with_a_question():
    again = after_answer(Answer.SILENT, FIRST, hold=False)

    assert after_answer(Answer.SILENT, again.record, hold=False) == Next("unsure", again.record)
    assert after_crash("data", again.record, hold=False).state == "unsure"


def test_a_crash_before_the_last_line_is_tried_again_at_once_and_the_third_parks_the_message():
    first = after_crash("leased", Record(1), hold=True)
    second = after_crash("leased", first.record, hold=True)
    third = after_crash("leased", second.record, hold=True)

    assert [first.state, second.state, third.state] == ["leased", "leased", "dead"]
    assert third.record == Record(1, crashes=3)


def test_a_crash_after_the_last_line_counts_as_silence():
    assert after_crash("data", Record(1), hold=True) == Next("unsure", Record(1, crashes=1))
    assert after_crash("data", Record(1), hold=False) == Next("leased", Record(1, 1, 1))


def test_tries_grow_further_apart_and_end_after_three_days():
    waits = []
    while (wait := retry_after(len(waits) + 1)) is not None:
        waits.append(wait)

    assert waits == sorted(waits)
    assert timedelta(days=3) < sum(waits, timedelta()) < timedelta(days=4)
    assert after_answer(Answer.LATER, Record(len(waits) + 1), hold=False).state == "dead"
