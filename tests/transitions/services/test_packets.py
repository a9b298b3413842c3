import hashlib
import os
import signal
import subprocess
import threading
import time
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from PIL import Image
from pypdf import PdfReader

from accounts.models import BriefingEntry, ClientRequest, Commitment, Job, JobState, Organisation
from accounts.rules.briefing import SECTION_KEYS
from accounts.services import jobs
from accounts.tasks import run_jobs
from tests.factories import NOW, TODAY, make_account, make_contact
from tests.packets import make_plan, make_told_plan
from transitions.documents.packet import Colophon
from transitions.models import Packet
from transitions.rendering import pdf as rendering
from transitions.rendering.packet import print_html
from transitions.selectors.packets import packet_of
from transitions.services import packets


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def plan(cast):
    """A plan of which little is known, because that is drawn quickly."""
    return make_plan(cast, make_account("Bare Ltd", team=cast.east, owner=cast.olga))


@pytest.fixture
def told(cast):
    return make_told_plan(cast)


def make(plan, cast, edition="internal", now=NOW, **options):
    return packets.make(plan=plan, edition=edition, language="en", by=cast.olga, now=now, **options)


def ask(plan, cast, edition="internal"):
    return packets.request_packet(plan=plan, edition=edition, language="en", by=cast.olga, now=NOW)


def change(plan):
    BriefingEntry.objects.create(account=plan.account, section="goals", text="One more.", updated_at=NOW)


def text_of(packet):
    with packet.pdf.open("rb") as file:
        return "\n".join(page.extract_text() for page in PdfReader(BytesIO(file.read())).pages)


def stored_files(media):
    return sorted(media.rglob("*.pdf"))


def test_a_packet_is_stored_with_its_version_hash_and_pages(plan, cast, media):
    packet = make(plan, cast)

    with packet.pdf.open("rb") as file:
        content = file.read()
    assert content.startswith(b"%PDF-1.")
    assert packet.pdf_sha256 == hashlib.sha256(content).hexdigest()
    assert (packet.version, packet.edition, packet.made_by) == (1, "internal", cast.olga)
    assert packet.pages == len(PdfReader(BytesIO(content)).pages)
    assert len(stored_files(media)) == 1


def test_a_standard_packet_fits_in_six_pages(told, cast):
    assert make(told, cast).pages <= 6


def test_unchanged_content_is_not_drawn_again(plan, cast, media):
    first = make(plan, cast)

    again = make(plan, cast, now=NOW + timedelta(days=40))

    assert again == first
    assert len(stored_files(media)) == 1


def test_changed_content_is_the_next_version_and_the_first_keeps_its_bytes(plan, cast):
    first = make(plan, cast)
    change(plan)

    second = make(plan, cast)

    assert (first.version, second.version) == (1, 2)
    first.refresh_from_db()
    with first.pdf.open("rb") as file:
        assert hashlib.sha256(file.read()).hexdigest() == first.pdf_sha256


def test_editions_count_their_versions_apart(plan, cast):
    assert (make(plan, cast).version, make(plan, cast, "client").version) == (1, 1)


def test_equal_content_gives_equal_bytes(plan, cast):
    first = make(plan, cast)
    Packet.objects.all().delete()

    again = make(plan, cast)

    assert again.pdf_sha256 == first.pdf_sha256


def test_the_pdf_says_what_the_page_says(told, cast):
    text = text_of(make(told, cast))

    assert "Halvorsen & Daughters" in text
    assert "Open with the credit note, not with the plan." in text
    assert "Kostas Παπαδόπουλος" in text
    assert "Version 1" in text


def test_nothing_internal_is_in_the_clients_pdf(told, cast):
    secrets = (
        "Bea Brandt",
        "Promotion",
        "sore spot",
        "Decision maker",
        "Escalated",
        "Weekly attention",
        "CANARY",
    )
    internal = text_of(make(told, cast))

    packet = make(told, cast, "client")

    with packet.pdf.open("rb") as file:
        reader = PdfReader(BytesIO(file.read()))
    everything = text_of(packet) + str(reader.metadata) + str(reader.xmp_metadata) + str(reader.attachments)
    assert [word for word in secrets if word not in internal] == ["CANARY"]
    assert [word for word in secrets if word in everything] == []
    assert "Prices held for the 2027 season" in everything


def test_the_logo_is_drawn(plan, cast):
    png = BytesIO()
    Image.new("RGB", (200, 80), "navy").save(png, "PNG")
    Organisation.objects.filter(pk=1).update(logo=png.getvalue())

    packet = make(plan, cast)

    with packet.pdf.open("rb") as file:
        images = PdfReader(BytesIO(file.read())).pages[0].images
    assert len(images) == 1


def test_markup_in_names_and_notes_is_shown_and_not_obeyed(plan, cast):
    BriefingEntry.objects.create(
        account=plan.account,
        section="goals",
        text="<b>Bold</b> & {{ 7 }} <img src=x> javascript:alert(1) file:///etc/passwd",
        updated_at=NOW,
    )

    packet = make(plan, cast)

    assert "<b>Bold</b> & {{ 7 }} <img src=x> javascript:alert(1)" in text_of(packet)


def test_a_request_queues_one_job_for_two_clicks(plan, cast):
    first, second = ask(plan, cast), ask(plan, cast)

    assert first.packet is None
    assert first.job == second.job
    assert Job.objects.count() == 1


def test_a_request_for_unchanged_content_answers_with_the_stored_one(plan, cast):
    stored = make(plan, cast)

    assert ask(plan, cast) == packets.Asked(packet=stored)
    assert Job.objects.count() == 0


def test_the_job_makes_the_packet_and_leads_to_it(plan, cast):
    job = ask(plan, cast).job

    run_jobs()
    run_jobs()

    job.refresh_from_db()
    packet = Packet.objects.get()
    assert (job.state, job.done, job.total) == (JobState.DONE, 3, 3)
    assert job.result == {"url": f"/packets/{packet.uuid}/pdf/"}


def test_who_lost_the_right_meanwhile_gets_no_packet(plan, cast):
    job = ask(plan, cast).job
    cast.users["olga"].is_active = False
    cast.users["olga"].save()

    run_jobs()

    job.refresh_from_db()
    assert (job.state, job.reason) == (JobState.FAILED, "You may no longer make packets of this plan.")
    assert Packet.objects.count() == 0


def test_who_lost_sight_of_the_plan_meanwhile_gets_no_packet(plan, cast):
    job = ask(plan, cast).job
    plan.released_at = None
    plan.save()

    run_jobs()

    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert Packet.objects.count() == 0


@pytest.mark.parametrize(
    ("limit", "value", "code"),
    [
        ("PACKET_WALL_SECONDS", 0.05, "wall"),
        ("PACKET_MEMORY_MB", 130, "memory"),
        ("PACKET_CPU_SECONDS", 0, "cpu"),
    ],
)
def test_a_packet_that_breaks_a_limit_leaves_the_worker_to_the_next_job(
    plan, cast, settings, limit, value, code
):
    """F12: the first job fails with its reason, the next one is done, and no child stays behind."""
    wide = getattr(settings, limit)
    setattr(settings, limit, value)
    broken = ask(plan, cast).job
    run_jobs()
    setattr(settings, limit, wide)
    fine = ask(plan, cast, "client").job

    run_jobs()

    broken.refresh_from_db()
    fine.refresh_from_db()
    assert broken.state == JobState.FAILED
    assert broken.reason in {rendering.REASONS[code], rendering.REASONS["died"]}
    assert fine.state == JobState.DONE
    assert children_of(rendering.server().process.pid) == []


def children_of(pid):
    """Zombies included, once the server has had a moment to bury them."""
    for _try in range(200):
        listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True)
        if not listed.stdout.split():
            return []
        time.sleep(0.02)
    return listed.stdout.split()


def test_a_packet_too_heavy_to_draw_fails_with_its_reason(plan, cast, settings, media):
    settings.PACKET_WALL_SECONDS = 0.05
    job = ask(plan, cast).job

    run_jobs()

    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert job.reason == rendering.REASONS["wall"]
    assert (Packet.objects.count(), stored_files(media)) == (0, [])


def test_after_a_failure_another_try_can_succeed(plan, cast, settings):
    settings.PACKET_WALL_SECONDS = 0.05
    failed = ask(plan, cast).job
    run_jobs()
    failed.refresh_from_db()
    settings.PACKET_WALL_SECONDS = 30

    again = jobs.retry(job=failed, by=cast.olga, now=NOW)
    run_jobs()

    again.refresh_from_db()
    assert again.state == JobState.DONE
    assert Packet.objects.count() == 1


def test_a_killed_renderer_fails_the_job_and_not_the_worker(plan, cast):
    rendering.render_pdf("<!doctype html><html lang=en><title>x</title><p>Warm</p></html>")
    job = ask(plan, cast).job
    stop = threading.Event()
    hunting = threading.Thread(target=kill_children, args=(rendering.server().process.pid, stop))
    hunting.start()

    run_jobs()

    stop.set()
    hunting.join()
    job.refresh_from_db()
    assert (job.state, job.reason) == (JobState.FAILED, rendering.REASONS["died"])


def kill_children(server, stop):
    while not stop.is_set():
        listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(server)], capture_output=True, text=True)
        for pid in listed.stdout.split():
            os.kill(int(pid), signal.SIGKILL)
            stop.set()
        time.sleep(0.01)


def test_a_version_taken_meanwhile_is_not_overwritten(plan, cast, media):
    """Another worker stores version 1 while ours is drawn: ours becomes the next, with no stray file."""
    meanwhile = []

    def other_stores(done):
        if done == 2 and not meanwhile:
            meanwhile.append(
                Packet.objects.create(
                    plan=plan,
                    version=1,
                    content={},
                    content_hash="f" * 64,
                    pdf="packets/other.pdf",
                    pdf_sha256="f" * 64,
                    made_by=cast.ivan,
                    made_at=NOW,
                )
            )

    packet = make(plan, cast, progress=other_stores)

    assert packet.version == 2
    assert Packet.objects.count() == 2
    assert len(stored_files(media)) == 1


@pytest.mark.slow
@pytest.mark.skipif(connection.vendor != "sqlite", reason="drawing knows no database: once is enough")
def test_the_fullest_packet_is_drawn_within_the_limits(told, cast):
    """Every cap reached: the caps and the limits must fit each other."""
    fill(told, cast)
    content = packet_of(told, edition="internal", language="en")
    html = print_html(content, Colophon("Northwind Care", 1, "41c0e245"))

    # Processor time is the measure: a busy machine may take longer by the clock.
    limits = rendering.Limits(cpu_seconds=20, wall_seconds=300, memory_mb=1500)
    drawn = rendering.server().render(html, limits=limits)

    assert 20 < drawn.pages < 60


def fill(plan, cast):
    BriefingEntry.objects.bulk_create(
        BriefingEntry(
            account=plan.account,
            section=section,
            text=f"Wörd {number} <b>Жя</b> " * 150,
            updated_at=NOW,
            said_by=cast.olga,
            provenance="said_by",
        )
        for section in SECTION_KEYS
        for number in range(20)
    )
    for number in range(60):
        contact = make_contact(plan.account, f"Contact {number}", dos_and_donts="Never " * 300)
        shared = {"account": plan.account, "contact": contact, "owner": cast.olga}
        ClientRequest.objects.create(title="Wish " * 90, opened_on=TODAY, **shared)
        Commitment.objects.create(text="Promise " * 60, made_on=TODAY, **shared)
