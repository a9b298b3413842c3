from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pypdf import PdfReader

from tests.packets import make_told_plan
from transitions.models import Packet


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def run(*words):
    out = StringIO()
    call_command("render_packet", *map(str, words), stdout=out)
    return out.getvalue()


def test_it_writes_the_pdf_without_broker_or_worker(cast, tmp_path):
    plan = make_told_plan(cast)

    said = run(plan.uuid, "--out", tmp_path / "packet.pdf", "--edition", "client")

    assert "Client edition, version 1" in said
    assert "Halvorsen" in PdfReader(tmp_path / "packet.pdf").pages[0].extract_text()
    assert Packet.objects.get().made_by == cast.vera


def test_a_second_run_takes_the_stored_one(cast, tmp_path):
    plan = make_told_plan(cast)
    run(plan.uuid, "--out", tmp_path / "one.pdf", "--by", cast.olga.email)

    run(plan.uuid, "--out", tmp_path / "two.pdf")

    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()
    assert Packet.objects.get().made_by == cast.olga


@pytest.mark.parametrize("uuid", ["not-a-uuid", "00000000-0000-0000-0000-000000000000"])
def test_an_unknown_plan_is_named(db, tmp_path, uuid):
    with pytest.raises(CommandError, match="There is no plan"):
        run(uuid, "--out", tmp_path / "x.pdf")


def test_an_unknown_person_is_named(cast, tmp_path):
    with pytest.raises(CommandError, match="no person"):
        run(make_told_plan(cast).uuid, "--out", tmp_path / "x.pdf", "--by", "nobody@example.com")


def test_a_place_that_cannot_be_written_is_said(cast, tmp_path):
    with pytest.raises(CommandError, match="Cannot write"):
        run(make_told_plan(cast).uuid, "--out", tmp_path / "missing" / "x.pdf")
