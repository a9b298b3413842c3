"""The interview as its pages answer: resumed, kept while typing, and shown to the later of two people."""

import pytest
from django.urls import reverse

from accounts.models import BriefingEntry
from tests.factories import NOW, make_account

HTMX = {"HX-Request": "true"}
QUERIES = 8


@pytest.fixture
def acme(cast):
    return make_account("Acme", team=cast.east, owner=cast.olga)


def section_url(acme, section="first"):
    return reverse("interview-section", args=[acme.uuid, section])


def typed(cast, **fields):
    base = {"question": "never", "version": 0, "text": "Never on a Friday.", "provenance": "said_by"}
    return base | {"said_by": cast.olga.pk} | fields


def test_the_interview_begins_at_the_first_open_question(acme, cast, sign_in):
    client = sign_in("olga")

    answer = client.get(reverse("interview", args=[acme.uuid]))

    assert answer.url == section_url(acme)
    page = client.get(answer.url).content.decode()
    assert "What is the one thing not to do?" in page
    assert "0 of 26 questions answered" in page


def test_typing_keeps_the_answer_and_answers_with_its_version_and_the_progress(acme, cast, sign_in):
    answer = sign_in("olga").post(section_url(acme), typed(cast), headers=HTMX)

    html = answer.content.decode()
    assert BriefingEntry.objects.get().text == "Never on a Friday."
    assert 'name="version" value="1"' in html
    assert "1 of 26 questions answered" in html
    assert "<textarea" not in html  # what is being typed stays untouched


def test_without_a_script_the_page_comes_back_to_the_question(acme, cast, sign_in):
    answer = sign_in("olga").post(section_url(acme), typed(cast))

    assert answer.url == section_url(acme) + "#q-never"


def test_the_later_of_two_people_sees_both_texts_and_loses_neither(acme, cast, sign_in):
    sign_in("ivan").post(section_url(acme), typed(cast, text="Ivan was quicker."), headers=HTMX)
    olga = sign_in("olga")

    answer = olga.post(section_url(acme), typed(cast, text="Olga was slower."), headers=HTMX)

    html = answer.content.decode()
    assert answer.status_code == 409
    assert "Ivan was quicker." in html
    assert 'name="version" value="0"' in html  # typing on is refused again until she decides
    assert BriefingEntry.objects.get().text == "Ivan was quicker."
    over = typed(cast, text="Olga was slower.", over=1)
    assert olga.post(section_url(acme), over, headers=HTMX).status_code == 200
    assert BriefingEntry.objects.get().text == "Olga was slower."


def test_without_a_script_the_later_gets_the_page_with_what_was_typed(acme, cast, sign_in):
    sign_in("ivan").post(section_url(acme), typed(cast, text="Ivan was quicker."))

    answer = sign_in("olga").post(section_url(acme), typed(cast, text="Olga was slower."))

    assert answer.status_code == 409
    assert "Olga was slower." in answer.content.decode()
    assert "Ivan was quicker." in answer.content.decode()


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"said_by": ""}, "Say who said it."),
        ({"text": "", "due_on": "2027-05-01"}, "Say who finds it out by then."),
        ({"text": "a\x00b"}, "invisible character"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_it(acme, cast, sign_in, fields, says):
    answer = sign_in("olga").post(section_url(acme), typed(cast, **fields), headers=HTMX)

    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert BriefingEntry.objects.count() == 0


def test_a_german_answer_is_saved_and_not_a_promise_that_was_kept(acme, cast, sign_in):
    cast.olga.language = "de"
    cast.olga.save()

    answer = sign_in("olga").post(section_url(acme), typed(cast), headers=HTMX)

    assert "Gespeichert." in answer.content.decode()
    assert "Eingehalten" not in answer.content.decode()


def test_what_stands_there_is_still_said_beside_what_cannot_be_kept(acme, cast, sign_in):
    olga = sign_in("olga")
    olga.post(section_url(acme), typed(cast), headers=HTMX)

    answer = olga.post(section_url(acme), typed(cast, version=1, text="long " * 5000), headers=HTMX)

    html = answer.content.decode()
    assert "at most 20000 fit" in html
    assert "Answered on" in html
    assert "Not answered yet" not in html


def test_a_gap_names_who_finds_it_out(acme, cast, sign_in):
    client = sign_in("olga")

    client.post(section_url(acme), typed(cast, text="", owner=cast.olga.pk, due_on="2027-05-01"))

    entry = BriefingEntry.objects.get()
    assert (entry.text, entry.owner, entry.provenance) == ("", cast.olga, "to_confirm")
    assert "Olga Ortiz finds it out" in client.get(section_url(acme)).content.decode()


def test_a_note_answers_a_question_at_the_press_of_a_button(acme, cast, sign_in):
    note = BriefingEntry.objects.create(account=acme, section="first", text="A note.", updated_at=NOW)
    client = sign_in("olga")
    assert "A note." in client.get(section_url(acme)).content.decode()

    client.post(reverse("briefing-assign", args=[note.uuid]), {"version": 1, "question": "mood"})

    assert BriefingEntry.objects.get().question == "mood"


@pytest.mark.parametrize("question", ["goals", "nothing", ""])
def test_a_question_of_another_section_is_a_bad_request(acme, cast, sign_in, question):
    assert sign_in("olga").post(section_url(acme), typed(cast, question=question)).status_code == 400


def test_an_unknown_section_is_not_found(acme, sign_in):
    assert sign_in("olga").get(section_url(acme, "cover")).status_code == 404


def test_whoever_only_reads_accounts_is_not_interviewed(acme, cast, sign_in):
    assert sign_in("sam").get(section_url(acme)).status_code == 403


def test_the_page_costs_as_much_with_many_answers_as_with_none(
    acme, cast, sign_in, django_assert_num_queries
):
    client = sign_in("olga")
    client.get(section_url(acme))
    with django_assert_num_queries(QUERIES):
        client.get(section_url(acme))
    for question in ("first-1", "first-2", "mood"):
        client.post(section_url(acme), typed(cast, question=question))

    with django_assert_num_queries(QUERIES):
        client.get(section_url(acme))
