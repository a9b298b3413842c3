import csv
from datetime import timedelta
from io import StringIO

from tests.factories import NOW, TODAY
from transitions.services import plans


def entries(client, plan, **asked):
    return client.get(f"/plans/{plan.uuid}/history/", asked).context["entries"]


def move(plan, by, to, now, why="Their fair."):
    plan.refresh_from_db()
    plans.move_anchor(plan=plan, key="cutover", to=to, version=plan.version, by=by, now=now, why=why)


def test_the_history_is_narrowed_by_kind_person_days_and_words(cast, plan, first_step, sign_in):
    later = NOW + timedelta(days=3)
    plans.complete_step(step=first_step, version=1, by=cast.olga, now=NOW + timedelta(hours=1))
    move(plan, cast.vera, TODAY + timedelta(days=120), later)
    client = sign_in("vera")

    assert [entry.kind for entry in entries(client, plan)] == ["dates", "step", "stage"]
    assert [entry.kind for entry in entries(client, plan, kind="step")] == ["step"]
    assert [entry.by for entry in entries(client, plan, by="Vera Voss")] == ["Vera Voss"] * 2
    assert [entry.kind for entry in entries(client, plan, since=later.date())] == ["dates"]
    assert [entry.kind for entry in entries(client, plan, until=TODAY)] == ["step", "stage"]
    assert [entry.kind for entry in entries(client, plan, q="their FAIR")] == ["dates"]
    assert entries(client, plan, q="nothing like it") == []


def test_a_history_in_which_nothing_fits_says_so(plan, sign_in):
    shown = sign_in("olga").get(f"/plans/{plan.uuid}/history/", {"q": "moon"}).content.decode()

    assert "Nothing fits" in shown


def test_the_history_is_taken_away_as_csv_with_before_and_after(cast, plan, sign_in):
    move(plan, cast.vera, TODAY + timedelta(days=120), NOW, why="=1+1")

    answer = sign_in("olga").get(f"/plans/{plan.uuid}/history/", {"kind": "dates", "format": "csv"})

    head, *rows = csv.reader(StringIO(answer.getvalue().decode("utf-8-sig")))
    assert head == ["When", "Who", "Kind", "What", "Why", "Of what", "Before", "After"]
    cutover = next(row for row in rows if row[5] == "Cutover")
    assert cutover[1:4] == ["Vera Voss", "Dates", "A date moved."]
    assert cutover[6:] == ["2027-06-15", "2027-06-30"]
    assert not cutover[4].startswith("=")  # no program runs what somebody typed


def test_another_format_is_refused(plan, sign_in):
    assert sign_in("olga").get(f"/plans/{plan.uuid}/history/", {"format": "exe"}).status_code == 400


def test_the_history_comes_in_pages_of_fifty_at_the_same_cost(cast, plan, sign_in, django_assert_num_queries):
    client = sign_in("vera")
    plans.add_note(plan=plan, text="Note 0", by=cast.olga, now=NOW)
    entries(client, plan)
    with django_assert_num_queries(10):
        entries(client, plan)
    for number in range(60):
        plans.add_note(plan=plan, text=f"Note {number}", by=cast.olga, now=NOW)
    with django_assert_num_queries(10):
        assert len(entries(client, plan)) == 50
    assert len(entries(client, plan, page=2)) == 12
