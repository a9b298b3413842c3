import pytest

from tests.factories import NOW
from tests.transitions.conftest import make_packet
from transitions.models import ReadinessQuestion
from transitions.services import successors


@pytest.fixture
def packed(cast, plan):
    make_packet(plan, cast.olga)
    return plan


@pytest.fixture
def question(cast, packed):
    return successors.ask(plan=packed, asked="Who signs?", expected="Dora, never Carl", by=cast.olga, now=NOW)


def test_the_page_says_what_comes_first(plan, sign_in):
    html = sign_in("ivan").get(f"/plans/{plan.uuid}/readiness/").content.decode()

    assert "No packet has been made yet." in html
    assert "No question yet" in html
    assert "Accept the handover" not in html


def test_the_incoming_rep_reads_answers_and_accepts(cast, packed, question, sign_in):
    address = f"/plans/{packed.uuid}/readiness/"
    ivan, olga = sign_in("ivan"), sign_in("olga")

    ivan.post(f"{address}read/", {"packet": 1})
    assert "Dora, never Carl" not in ivan.get(address).content.decode()
    ivan.post(f"/questions/{question.uuid}/answer/", {"version": 1, "answer": "Dora."})
    assert "Dora, never Carl" in ivan.get(address).content.decode()
    olga.post(f"/questions/{question.uuid}/judge/", {"version": 2, "verdict": "right"})
    missing = ivan.get(address).content.decode()
    assert f'<a href="{address}rehearse/">Rehearse the introduction' in missing
    assert "Accept the handover" not in missing
    told = {"partner": cast.olga.pk, "held_on": "2026-03-02", "went": "Twice, and it sits."}
    rehearsed = ivan.post(f"{address}rehearse/", told, follow=True).content.decode()
    assert "Ivan Ilic with Olga Ortiz, 2 Mar 2026" in rehearsed
    html = ivan.post(f"{address}accept/", {"packet": 1}, follow=True).content.decode()

    assert "Ivan Ilic accepted the handover" in html


def test_what_is_missing_is_said_when_somebody_accepts_too_early(packed, question, sign_in):
    answer = sign_in("ivan").post(f"/plans/{packed.uuid}/readiness/accept/", {"packet": 1}, follow=True)

    assert "Read the newest version of the packet, and say so." in answer.content.decode()


def test_a_packet_made_meanwhile_is_read_first(cast, packed, sign_in):
    make_packet(packed, cast.olga)

    answer = sign_in("ivan").post(f"/plans/{packed.uuid}/readiness/read/", {"packet": 1}, follow=True)

    assert "A newer packet was made meanwhile." in answer.content.decode()


def test_the_incoming_rep_returns_it_to_somebody(cast, packed, sign_in):
    html = (
        sign_in("ivan")
        .post(
            f"/plans/{packed.uuid}/readiness/return/",
            {"reason": "No price history", "owner": cast.olga.pk},
            follow=True,
        )
        .content.decode()
    )

    assert "No price history" in html
    assert "Olga Ortiz, by" in html


def test_training_and_a_question_are_added_by_whoever_hands_over(packed, sign_in):
    olga = sign_in("olga")

    olga.post(
        f"/plans/{packed.uuid}/readiness/training/", {"what": "The ward module", "due_on": "2027-06-01"}
    )
    olga.post(f"/plans/{packed.uuid}/readiness/ask/", {"asked": "Who signs?"})

    html = olga.get(f"/plans/{packed.uuid}/readiness/").content.decode()
    assert "The ward module" in html
    assert "Who signs?" in html


def test_only_whoever_it_is_about_may(packed, question, sign_in):
    olga, ivan = sign_in("olga"), sign_in("ivan")

    for verb in ("read", "accept", "return"):
        assert olga.post(f"/plans/{packed.uuid}/readiness/{verb}/").status_code == 403
    for verb in ("judge", "withdraw"):
        assert ivan.post(f"/questions/{question.uuid}/{verb}/", {"version": 1}).status_code == 403


def test_somebody_faster_loses_nobodys_answer(cast, packed, question, sign_in):
    successors.answer(question=question, version=1, answer="Carl.", by=cast.ivan, now=NOW)

    answer = sign_in("ivan").post(
        f"/questions/{question.uuid}/answer/", {"version": 1, "answer": "Dora, I think."}
    )

    assert answer.status_code == 409
    assert "Dora, I think." in answer.content.decode()


def test_a_question_is_withdrawn(packed, question, sign_in):
    sign_in("olga").post(f"/questions/{question.uuid}/withdraw/", {"version": 1})

    assert not ReadinessQuestion.objects.live().exists()


@pytest.fixture
def rehearsal(cast, plan):
    return successors.note_rehearsal(
        plan=plan, partner=cast.olga, held_on=NOW.date(), went="Well.", by=cast.ivan, now=NOW
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"partner": "ivan"}, "Rehearse it with somebody else."),
        ({"held_on": "2199-01-01"}, "This day has not come yet."),
        ({"held_on": "yesterday"}, "Enter a valid date."),
        ({"went": ""}, "This field is required."),
        ({"partner": "nobody"}, "Select a valid choice."),
    ],
)
def test_a_rehearsal_that_cannot_be_keeps_what_was_typed(cast, plan, sign_in, given, said):
    told = {"partner": cast.olga.pk, "held_on": "2026-03-02", "went": "<b>Well</b> %s", **given}
    told["partner"] = cast.ivan.pk if told["partner"] == "ivan" else told["partner"]

    answer = sign_in("ivan").post(f"/plans/{plan.uuid}/readiness/rehearse/", told)

    html = answer.content.decode()
    assert said in html
    assert "<b>Well</b>" not in html
    assert plan.introduction_rehearsals.count() == 0


def test_a_rehearsal_is_corrected_and_withdrawn_by_whoever_rehearsed(cast, plan, rehearsal, sign_in):
    ivan, address = sign_in("ivan"), f"/rehearsals/{rehearsal.uuid}"
    told = {"partner": cast.vera.pk, "held_on": "2026-03-02", "went": "Better.", "version": 1}
    assert sign_in("olga").post(f"{address}/edit/", told).status_code == 403

    assert "Better." in ivan.post(f"{address}/edit/", told, follow=True).content.decode()
    late = ivan.post(f"{address}/edit/", {**told, "went": "Best."})
    assert (late.status_code, "Best." in late.content.decode()) == (409, True)
    html = ivan.post(f"{address}/withdraw/", {"version": 2}, follow=True).content.decode()

    assert "Nobody has rehearsed the introduction yet." in html
