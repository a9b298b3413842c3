"""To whom a version went: one of ours by mail with a link, somebody at the client by hand."""

import pytest

from accounts.models import Delivery, DeliveryState
from tests.factories import NOW, make_account, make_contact
from tests.packets import make_plan
from tests.transitions.conftest import make_packet
from transitions.models import Acceptance, ChangeSet, PacketOpening, PacketReading, PacketSending
from transitions.selectors.packets import reach_of
from transitions.services import packets
from transitions.services.plans import PlanRefused


@pytest.fixture
def packet(cast):
    return make_packet(make_plan(cast, make_account("Bare Ltd", team=cast.east, owner=cast.olga)), cast.olga)


@pytest.fixture
def theirs(packet):
    packet.edition = "client"
    packet.save()
    return packet


def send(packet, person, cast):
    return packets.send(packet=packet, person=person, by=cast.olga, now=NOW)


def test_one_of_ours_gets_a_link_and_nothing_of_the_content(packet, cast):
    send(packet, cast.ivan, cast)

    mail = Delivery.objects.get()
    assert (mail.person, mail.address) == (cast.ivan, cast.ivan.email)
    assert f"/packets/{packet.uuid}/" in mail.text
    assert "Prices" not in mail.text + mail.html
    assert ChangeSet.objects.get(verb="send_packet").by == cast.olga


def test_sending_twice_is_as_once(packet, cast):
    send(packet, cast.ivan, cast)
    send(packet, cast.ivan, cast)

    assert (PacketSending.objects.count(), Delivery.objects.count()) == (1, 1)


def test_whoever_does_not_see_the_plan_is_sent_nothing(packet, cast):
    with pytest.raises(PlanRefused):
        send(packet, cast.stella, cast)

    assert Delivery.objects.count() == 0


def test_whoever_has_no_address_is_sent_nothing(packet, cast):
    cast.ivan.email = ""
    cast.ivan.save()

    with pytest.raises(PlanRefused):
        send(packet, cast.ivan, cast)


def test_who_lost_sight_of_the_plan_before_the_mail_went_out_gets_none(packet, cast):
    send(packet, cast.ivan, cast)
    mail = Delivery.objects.get()
    assert packets.why_not(delivery=mail, now=NOW) == ""

    cast.users["ivan"].is_active = False
    cast.users["ivan"].save()

    assert packets.why_not(delivery=mail, now=NOW)
    assert mail.state == DeliveryState.QUEUED


def test_only_the_client_edition_is_handed_to_the_client(packet, cast):
    contact = make_contact(packet.plan.account, "Carla Client")

    with pytest.raises(PlanRefused):
        packets.hand_over(packet=packet, contact=contact, by=cast.olga, now=NOW)


def test_the_client_edition_is_handed_to_nobody_elses_client(theirs, cast):
    other = make_contact(make_account("Other", team=cast.east, owner=cast.olga))

    with pytest.raises(PlanRefused):
        packets.hand_over(packet=theirs, contact=other, by=cast.olga, now=NOW)


def test_handing_over_is_noted_and_sends_nothing(theirs, cast):
    contact = make_contact(theirs.plan.account, "Carla Client")

    packets.hand_over(packet=theirs, contact=contact, by=cast.olga, now=NOW)

    assert Delivery.objects.count() == 0
    assert [(one.name, one.at_client, one.sent_by) for one in reach_of(theirs)] == [
        ("Carla Client", True, "Olga Ortiz")
    ]


def test_the_first_opening_is_kept(packet, cast):
    packets.note_opened(packet=packet, by=cast.ivan, now=NOW)
    packets.note_opened(packet=packet, by=cast.ivan, now=NOW.replace(year=2028))

    assert PacketOpening.objects.get().opened_at == NOW


def test_whom_it_reached_tells_sent_opened_read_and_accepted_of_each(packet, cast):
    send(packet, cast.ivan, cast)
    packets.note_opened(packet=packet, by=cast.ivan, now=NOW)
    PacketReading.objects.create(packet=packet, person=cast.ivan, read_at=NOW)
    Acceptance.objects.create(plan=packet.plan, packet=packet, person=cast.ivan, accepted_at=NOW)
    packets.note_opened(packet=packet, by=cast.vera, now=NOW)

    ivan, vera = reach_of(packet)

    assert (ivan.sent_at, ivan.opened_at, ivan.read_at, ivan.accepted_at) == (NOW, NOW, NOW, NOW)
    assert (vera.name, vera.sent_at, vera.opened_at) == ("Vera Voss", None, NOW)
