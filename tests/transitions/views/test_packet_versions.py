"""Versions as their pages show them: why, what changed, whom they reached, and a code from paper."""

import pytest

from accounts.models import BriefingEntry, Delivery
from tests.factories import NOW
from tests.packets import make_told_plan
from transitions.documents.packet import content_hash, dumps
from transitions.models import Packet, PacketOpening, PacketSending
from transitions.selectors.packets import packet_of


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    folder = tmp_path / "media" / "packets"
    folder.mkdir(parents=True)
    (folder / "one.pdf").write_bytes(b"%PDF-1.7 bytes")


@pytest.fixture
def plan(cast):
    return make_told_plan(cast)


def store(plan, cast, version=1, edition="internal", why=""):
    content = packet_of(plan, edition=edition, language="en")
    return Packet.objects.create(
        plan=plan,
        version=version,
        edition=edition,
        content=dumps(content),
        content_hash=content_hash(content),
        pdf="packets/one.pdf",
        pdf_sha256="0" * 64,
        made_by=cast.olga,
        made_at=NOW,
        why=why,
    )


@pytest.fixture
def two(plan, cast):
    first = store(plan, cast)
    BriefingEntry.objects.filter(question="mood").update(text="Angry since Monday.")
    return first, store(plan, cast, version=2, why="The mood turned.")


def test_what_changed_stands_side_by_side_with_who_and_why(two, sign_in):
    html = sign_in("olga").get(f"/packets/{two[1].uuid}/difference/").content.decode()

    assert "Friendly, a little tired of us" in html
    assert "Angry since Monday." in html
    assert "The mood turned." in html
    assert "The returned pumps are a sore spot" not in html  # what is as before


@pytest.mark.parametrize("than", ["2", "1"])
def test_versions_are_compared_the_older_first_whichever_was_opened(two, sign_in, than):
    opened = two[0] if than == "2" else two[1]

    html = sign_in("olga").get(f"/packets/{opened.uuid}/difference/?than={than}").content.decode()

    assert html.index("Friendly, a little tired") < html.index("Angry since Monday.")


def test_the_first_version_has_nothing_to_be_compared_with(two, sign_in):
    html = sign_in("olga").get(f"/packets/{two[0].uuid}/difference/").content.decode()

    assert "This is the first version" in html


@pytest.mark.parametrize("than", ["7", "x", "99999999999"])
def test_a_version_that_is_not_there_is_not_found(two, sign_in, than):
    assert sign_in("olga").get(f"/packets/{two[0].uuid}/difference/?than={than}").status_code == 404


def test_a_code_from_paper_leads_to_its_version_and_says_whether_it_is_the_newest(two, sign_in):
    olga = sign_in("olga")

    old = olga.get("/packets/verify/", {"code": two[0].code.lower().replace("-", " ")}).content.decode()
    new = olga.get("/packets/verify/", {"code": two[1].code}).content.decode()

    assert f"/packets/{two[0].uuid}/" in old
    assert "There is a newer one: version 2." in old
    assert "This is the newest version." in new


@pytest.mark.parametrize("code", ["0000-0000", "nonsense", ""])
def test_a_code_that_belongs_to_nothing_says_so(two, sign_in, code):
    html = sign_in("olga").get("/packets/verify/", {"code": code}).content.decode()

    assert "No packet that you may see bears this code." in html


def test_a_strangers_look_at_a_code_finds_nothing(two, sign_in):
    html = sign_in("stella").get("/packets/verify/", {"code": two[1].code}).content.decode()

    assert "No packet that you may see bears this code." in html
    assert "Halvorsen" not in html


def test_a_version_is_sent_from_its_page_and_the_page_says_so(two, cast, sign_in):
    olga = sign_in("olga")

    page = olga.post(f"/packets/{two[1].uuid}/send/", {"person": cast.ivan.pk}, follow=True)

    assert "The link is on its way." in page.content.decode()
    assert Delivery.objects.get().person == cast.ivan
    assert PacketSending.objects.get().person == cast.ivan


def test_whoever_was_sent_it_already_is_not_said_to_get_it_again(two, cast, sign_in):
    olga = sign_in("olga")
    olga.post(f"/packets/{two[1].uuid}/send/", {"person": cast.ivan.pk})

    page = olga.post(f"/packets/{two[1].uuid}/send/", {"person": cast.ivan.pk}, follow=True)

    html = page.content.decode()
    assert "Ivan Ilic was sent this version already, on " in html
    assert html.count("The link is on its way.") <= 1  # what the first time said
    assert Delivery.objects.count() == 1


def test_a_client_edition_is_noted_as_handed_over(plan, cast, sign_in):
    theirs = store(plan, cast, edition="client")
    contact = plan.account.contacts.get(name="Ingrid Halvorsen")

    page = sign_in("olga").post(f"/packets/{theirs.uuid}/send/", {"contact": contact.pk}, follow=True)

    assert "Ingrid Halvorsen" in page.content.decode()
    assert PacketSending.objects.get().contact == contact


def test_sending_to_nobody_in_particular_sends_nothing(two, cast, sign_in):
    sign_in("olga").post(f"/packets/{two[1].uuid}/send/", {"person": cast.stella.pk})
    sign_in("olga").post(f"/packets/{two[1].uuid}/send/", {})

    assert PacketSending.objects.count() == 0


@pytest.mark.parametrize("place", ["", "pdf/"])
def test_opening_is_kept_once_with_who_and_when(two, cast, sign_in, place):
    ivan = sign_in("ivan")

    ivan.get(f"/packets/{two[1].uuid}/{place}")
    ivan.get(f"/packets/{two[1].uuid}/{place}")

    assert PacketOpening.objects.get().person == cast.ivan


def test_the_preview_shows_both_editions_and_strikes_out_ours(plan, sign_in):
    html = sign_in("olga").get(f"/plans/{plan.uuid}/packet/preview/").content.decode()

    assert '<span class="piece piece-out">Second choice · Bea Brandt</span>' in html
    assert "What you want to reach" in html
    assert "What they want to reach" in html


def test_the_packet_page_says_how_complete_it_is_and_leads_to_the_interview(plan, sign_in):
    html = sign_in("olga").get(f"/plans/{plan.uuid}/packet/").content.decode()

    assert "92% complete" in html
    assert f"/accounts/{plan.account.uuid}/interview/" in html
