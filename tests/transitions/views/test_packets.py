from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from accounts.models import Job, JobState
from accounts.tasks import run_jobs
from tests.factories import NOW
from tests.packets import make_told_plan
from transitions.documents.packet import content_hash, dumps
from transitions.models import Packet
from transitions.selectors.packets import packet_of


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def plan(cast):
    return make_told_plan(cast)


@pytest.fixture
def stored(plan, cast, settings, tmp_path):
    """A stored packet whose PDF is quick to come by."""
    folder = tmp_path / "media" / "packets"
    folder.mkdir(parents=True)
    (folder / "one.pdf").write_bytes(b"%PDF-1.7 bytes")
    content = packet_of(plan, edition="internal", language="en")
    return Packet.objects.create(
        plan=plan,
        version=1,
        content=dumps(content),
        content_hash=content_hash(content),
        pdf="packets/one.pdf",
        pdf_sha256="0" * 64,
        pages=4,
        made_by=cast.olga,
        made_at=NOW,
    )


def test_the_page_shows_the_internal_edition_first(plan, sign_in):
    page = sign_in("olga").get(f"/plans/{plan.uuid}/packet/")

    html = page.content.decode()
    assert "Three things to know first" in html
    assert "Do not mention the tender" in html
    assert "Make the PDF" in html


def test_the_client_edition_of_the_page_holds_no_internal_word(plan, sign_in):
    page = sign_in("olga").get(f"/plans/{plan.uuid}/packet/?edition=client")

    html = page.content.decode()
    assert "What we promised you" in html
    assert [word for word in ("Do not mention", "Bea Brandt", "Promotion", "sore spot") if word in html] == []


def test_the_client_edition_is_made_in_the_language_that_was_chosen(plan, sign_in):
    client = sign_in("olga")
    address = f"/plans/{plan.uuid}/packet/"
    assert "What we promised you" in client.get(f"{address}?edition=client").content.decode()

    german = client.get(f"{address}?edition=client&language=de").content.decode()
    assert 'name="language" value="de"' in german
    assert "What we promised you" not in german
    assert "Make the PDF" in german  # the page stays in the reader's own language
    asked = client.post(f"{address}make/", {"edition": "client", "language": "de"})
    assert asked.url == f"{address}?edition=client&language=de"
    assert Job.objects.get().params["language"] == "de"
    unknown = client.post(f"{address}make/", {"edition": "client", "language": "tlh"})
    assert unknown.status_code == 400


def test_a_client_edition_that_names_nobody_new_says_so_to_us(plan, sign_in):
    client, address = sign_in("olga"), f"/plans/{plan.uuid}/packet/"
    missing = "No incoming rep is named yet"
    assert missing not in client.get(f"{address}?edition=client").content.decode()

    plan.roles.filter(assignment__role="incoming").delete()

    assert missing in client.get(f"{address}?edition=client").content.decode()
    assert missing not in client.get(address).content.decode()


def test_the_next_client_edition_speaks_the_language_of_the_one_they_have(plan, stored, sign_in):
    Packet.objects.update(edition="client", language="de")

    client, address = sign_in("olga"), f"/plans/{plan.uuid}/packet/"

    theirs, ours = client.get(f"{address}?edition=client"), client.get(address)
    assert '<article class="packet card" lang="de">' in theirs.content.decode()
    assert '<article class="packet card" lang="en">' in ours.content.decode()


def test_an_unknown_edition_is_a_bad_request(plan, sign_in):
    assert sign_in("olga").get(f"/plans/{plan.uuid}/packet/?edition=press").status_code == 400
    assert sign_in("olga").post(f"/plans/{plan.uuid}/packet/make/", {"edition": "press"}).status_code == 400


def test_a_reason_that_cannot_be_kept_leads_back_to_the_edition_that_was_asked_for(plan, sign_in):
    asked = {"edition": "client", "why": "a\u202eb"}

    page = sign_in("olga").post(f"/plans/{plan.uuid}/packet/make/", asked, follow=True)

    assert page.request["QUERY_STRING"] == "edition=client"
    assert "invisible character" in page.content.decode()


def test_making_leads_from_the_button_to_the_file(plan, sign_in):
    client = sign_in("olga")

    waiting = client.post(f"/plans/{plan.uuid}/packet/make/", {"edition": "client"}, follow=True)
    run_jobs()
    done = client.get(f"/plans/{plan.uuid}/packet/?edition=client")

    packet = Packet.objects.get()
    assert "Waiting for its turn" in waiting.content.decode()
    assert f"/packets/{packet.uuid}/pdf/" in done.content.decode()
    assert "Make the PDF" not in done.content.decode()
    answer = client.get(f"/packets/{packet.uuid}/pdf/")
    assert PdfReader(BytesIO(b"".join(answer.streaming_content))).pages


def test_a_failed_job_shows_its_reason_on_the_page(plan, cast, sign_in):
    sign_in("olga").post(f"/plans/{plan.uuid}/packet/make/", {"edition": "internal"})
    Job.objects.update(state=JobState.FAILED, reason="It was too long.")

    page = sign_in("olga").get(f"/plans/{plan.uuid}/packet/")

    assert "It was too long." in page.content.decode()
    assert "Try again" in page.content.decode()


def test_asking_for_what_is_stored_makes_no_job(plan, stored, sign_in):
    page = sign_in("olga").post(f"/plans/{plan.uuid}/packet/make/", {"edition": "internal"}, follow=True)

    assert "Nothing has changed since version 1" in page.content.decode()
    assert Job.objects.count() == 0


def test_the_pdf_opens_in_place_and_is_kept_nowhere(stored, sign_in):
    answer = sign_in("olga").get(f"/packets/{stored.uuid}/pdf/")

    assert b"".join(answer.streaming_content) == b"%PDF-1.7 bytes"
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'inline; filename="halvorsen-daughters-internal-1.pdf"'
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_the_pdf_can_be_downloaded(stored, sign_in):
    answer = sign_in("olga").get(f"/packets/{stored.uuid}/pdf/?download")

    assert answer["Content-Disposition"].startswith("attachment;")


def test_a_lost_file_is_not_found_rather_than_an_error(stored, sign_in):
    stored.pdf.storage.delete(stored.pdf.name)

    assert sign_in("olga").get(f"/packets/{stored.uuid}/pdf/").status_code == 404


def test_a_version_whose_file_is_lost_is_made_anew(stored, plan, sign_in):
    client, address = sign_in("olga"), f"/plans/{plan.uuid}/packet/"
    assert "Make the PDF" not in client.get(address).content.decode()
    stored.pdf.storage.delete(stored.pdf.name)

    assert "Make the PDF" in client.get(address).content.decode()
    client.post(f"{address}make/", {"edition": "internal"})
    run_jobs.run()

    assert list(Packet.objects.order_by("pk").values_list("version", flat=True)) == [1, 2]


def test_a_stored_version_shows_what_it_said_then(stored, plan, sign_in):
    plan.account.name = "Renamed Ltd"
    plan.account.save()

    html = sign_in("olga").get(f"/packets/{stored.uuid}/").content.decode()

    assert "<h1>Halvorsen &amp; Daughters</h1>" in html


def test_a_stranger_finds_nothing(plan, stored, sign_in):
    for name in ("stella", "walt"):
        client = sign_in(name)
        assert client.get(f"/plans/{plan.uuid}/packet/").status_code == 404
        assert client.post(f"/plans/{plan.uuid}/packet/make/", {"edition": "internal"}).status_code == 404
        assert client.get(f"/packets/{stored.uuid}/").status_code == 404
        assert client.get(f"/packets/{stored.uuid}/pdf/").status_code == 404


def test_a_confidential_plan_shows_its_packet_to_its_readers_only(plan, stored, sign_in):
    plan.released_at = None
    plan.save()
    plan.readers.create(person=plan.created_by)

    assert sign_in("olga").get(f"/packets/{stored.uuid}/pdf/").status_code == 404
    assert sign_in("sam").get(f"/plans/{plan.uuid}/packet/").status_code == 404
    assert sign_in("vera").get(f"/plans/{plan.uuid}/packet/").status_code == 200


def test_a_colleague_without_the_right_may_look_but_not_make(plan, sign_in):
    client = sign_in("bea")

    page = client.get(f"/plans/{plan.uuid}/packet/")

    assert page.status_code == 200
    assert "Make the PDF" not in page.content.decode()
    assert client.post(f"/plans/{plan.uuid}/packet/make/", {"edition": "internal"}).status_code == 403


def test_signing_in_comes_first(plan, stored, client):
    for address in (
        f"/plans/{plan.uuid}/packet/",
        f"/packets/{stored.uuid}/",
        f"/packets/{stored.uuid}/pdf/",
    ):
        assert client.get(address).status_code == 302


def test_the_page_costs_the_same_for_one_version_and_for_many(
    plan, stored, cast, sign_in, django_assert_num_queries
):
    client = sign_in("olga")
    address = f"/plans/{plan.uuid}/packet/"
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for version in range(2, 6):
        Packet.objects.create(
            plan=plan,
            version=version,
            content=stored.content,
            content_hash=stored.content_hash,
            pdf="packets/one.pdf",
            pdf_sha256="0" * 64,
            made_by=cast.ivan,
            made_at=NOW,
        )

    with django_assert_num_queries(len(one)):
        client.get(address)
