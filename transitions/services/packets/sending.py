"""To whom a packet went, and who has opened it."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.documents.deliveries import Outgoing
from accounts.models import Contact, Delivery, Person, User
from accounts.rendering.mail import Brand
from accounts.rules.text import Message, gettext_noop
from accounts.selectors.organisation import organisation
from accounts.services import deliveries
from transitions.models import Edition, HandoverPlan, Packet, PacketOpening, PacketSending
from transitions.rendering.packet import letter
from transitions.services.opened import record
from transitions.services.refusals import PlanRefused

_ = gettext_noop
KIND = "packet"
UNSEEN = _("%(name)s does not see this plan, and so could not open the packet.")


@transaction.atomic
def send(*, packet: Packet, person: Person, by: Person, now: datetime) -> PacketSending:
    """Send one of ours the way to this version: a link, never the file. Twice is as once.

    Raises PlanRefused (field "person") for whoever could not open it, or has no address.
    """
    if not person.reachable:
        raise PlanRefused([("person", Message(_("%(name)s has no email address."), {"name": person.name}))])
    if not _sees(person, packet):
        raise PlanRefused([("person", Message(UNSEEN, {"name": person.name}))])
    sending, first = PacketSending.objects.get_or_create(
        packet=packet, person=person, defaults={"sent_by": by, "sent_at": now}
    )
    if first:
        deliveries.queue(_outgoing(packet, person, by), now=now)
        _told(packet, "send_packet", person.name, by=by, now=now)
    return sending


@transaction.atomic
def hand_over(*, packet: Packet, contact: Contact, by: Person, now: datetime) -> PacketSending:
    """Note that somebody at the client was given the client edition. Twice is as once.

    Raises PlanRefused (field "contact") for our own edition, and for somebody of another client.
    """
    if packet.edition != Edition.CLIENT:
        raise PlanRefused([("contact", Message(_("Only the client edition may be handed to a client.")))])
    if contact.account_id != packet.plan.account_id:
        raise PlanRefused([("contact", Message(_("This is nobody of this client.")))])
    sending, first = PacketSending.objects.get_or_create(
        packet=packet, contact=contact, defaults={"sent_by": by, "sent_at": now}
    )
    if first:
        _told(packet, "hand_packet", contact.name, by=by, now=now)
    return sending


def note_opened(*, packet: Packet, by: Person, now: datetime) -> None:
    """Keep when somebody opened this version for the first time."""
    if not PacketOpening.objects.filter(packet=packet, person=by).exists():
        PacketOpening.objects.get_or_create(packet=packet, person=by, defaults={"opened_at": now})


def why_not(*, delivery: Delivery, now: datetime) -> str:
    """Why the mail about a packet need not go out any more: its reader lost sight of the plan."""
    uuid = delivery.key.split(":")[1]
    packet = Packet.objects.filter(uuid=uuid).select_related("plan").first()
    if packet is None or delivery.person is None or not _sees(delivery.person, packet):
        return _("Its reader does not see this plan any more.")
    return ""


def _sees(person: Person, packet: Packet) -> bool:
    user = User.objects.filter(person=person, is_active=True).select_related("person").first()
    return user is not None and HandoverPlan.objects.visible_to(user).filter(pk=packet.plan_id).exists()


def _outgoing(packet: Packet, person: Person, by: Person) -> Outgoing:
    ours = organisation()
    language = person.language or ours.language
    mail = letter(
        client=packet.plan.account.name,
        version=packet.version,
        sender=by.name,
        link=settings.SITE_URL + reverse("packet-version", args=[packet.uuid]),
        brand=Brand(ours.name, ours.colour),
        language=language,
    )
    return Outgoing(
        key=f"{KIND}:{packet.uuid}:{person.pk}",
        kind=KIND,
        person_id=person.pk,
        address=person.email,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        headers={"Reply-To": by.email} if by.reachable else {},
        thread=f"plan:{packet.plan.uuid}",
    )


def _told(packet: Packet, verb: str, name: str, *, by: Person, now: datetime) -> None:
    label = f"{packet.version} → {name}"
    said = {"label": label, "before": {"said": ""}, "after": {"said": ""}}
    record(plan=packet.plan, verb=verb, changes=[{"model": "packet", **said}], by=by, now=now)
