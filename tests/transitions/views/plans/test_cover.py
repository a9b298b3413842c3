from datetime import timedelta

import pytest

from accounts.models import BriefingEntry, Commitment, Touchpoint
from accounts.services import briefing
from tests.factories import CUTOVER, NOW, start_plan

DURING = NOW + timedelta(days=(CUTOVER - NOW.date()).days + 10)
AFTER = DURING + timedelta(days=300)


@pytest.fixture
def leave(cast, account):
    return start_plan(
        account, cast.vera, playbook="soft-leave", reason="leave", people={"incoming": [cast.ivan]}
    )


def write(account, text, by, at):
    entry = BriefingEntry(account=account, section="health", text=text, owner=by)
    return briefing.add(entry=entry, by=by, now=at)


def test_what_others_left_during_the_cover_comes_back(cast, account, leave, sign_in):
    write(account, "They want a second line.", cast.ivan, DURING)
    write(account, "Known for years.", cast.ivan, NOW)
    write(account, "The owner's own note.", cast.olga, DURING)
    write(account, "Long after the return.", cast.ivan, AFTER)
    made = {"account": account, "made_on": DURING.date()}
    Commitment.objects.create(text="A second line by May", owner=cast.ivan, **made)
    Commitment.objects.create(text="Olga's promise", owner=cast.olga, **made)
    for at, subject in ((DURING, "Talked about May"), (NOW, "Long before")):
        Touchpoint.objects.create(
            account=account, person=cast.ivan, channel="phone", happened_at=at, subject=subject
        )

    notes = sign_in("olga").get(f"/plans/{leave.uuid}/hand-back/").context["notes"]

    assert [(one.text, one.by) for one in notes.written] == [("They want a second line.", "Ivan Ilic")]
    assert [one.text for one in notes.promised] == ["A second line by May"]
    assert [one.subject for one in notes.touched] == ["Talked about May"]


def test_an_empty_hand_back_says_what_will_stand_there(leave, sign_in):
    assert "Nothing written yet" in sign_in("olga").get(f"/plans/{leave.uuid}/hand-back/").content.decode()


def test_the_page_of_a_cover_leads_to_it_and_a_lasting_change_has_none(cast, plan, sign_in):
    assert "hand-back" not in sign_in("olga").get(f"/plans/{plan.uuid}/").content.decode()
    assert sign_in("olga").get(f"/plans/{plan.uuid}/hand-back/").status_code == 404


def test_the_hand_back_costs_as_much_for_much_as_for_little(
    cast, account, leave, sign_in, django_assert_num_queries
):
    client, address = sign_in("olga"), f"/plans/{leave.uuid}/hand-back/"
    client.get(address)
    write(account, "One.", cast.ivan, DURING)
    with django_assert_num_queries(QUERIES):
        client.get(address)
    for number in range(20):
        write(account, f"Note {number}.", cast.ivan, DURING)

    with django_assert_num_queries(QUERIES):
        client.get(address)


QUERIES = 11


def test_who_sees_the_plan_and_not_the_account_reads_nothing_of_it(cast, account, sign_in):
    write(account, "They want a second line.", cast.ivan, DURING)
    secret = start_plan(
        account,
        cast.vera,
        playbook="soft-leave",
        reason="leave",
        people={"incoming": [cast.ivan]},
        confidential=True,
        readers=[cast.stella],
    )

    answer = sign_in("stella").get(f"/plans/{secret.uuid}/hand-back/")

    assert answer.status_code == 200
    assert answer.context["notes"].empty
