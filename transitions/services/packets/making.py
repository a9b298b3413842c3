"""Asking for a packet, making and storing it. What was stored once is never drawn again."""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from accounts.models import Job, Person
from accounts.rules.text import Message, gettext_noop
from accounts.selectors.organisation import organisation
from accounts.services import jobs
from transitions.documents.packet import Colophon, content_hash, dumps
from transitions.documents.packet import Packet as PacketDocument
from transitions.models import HandoverPlan, Packet
from transitions.rendering.packet import print_html
from transitions.rendering.pdf import AT_ONCE, Pdf, RenderFailed, render_pdf
from transitions.rules.packets import code_of
from transitions.selectors.packets import job_key, newest_packet, next_version, packet_of, still_holds

logger = logging.getLogger(__name__)

MOST_TRIES = 3  # when others store versions of the same packet meanwhile
STEPS = 3  # gather, draw, store

CROWDED = gettext_noop("Others made packets of this plan at the same moment. Try again.")


@dataclass(frozen=True, slots=True)
class Asked:
    """The answer to asking for a packet: the stored one, or the job that will make it."""

    packet: Packet | None = None
    job: Job | None = None


class Crowded(Exception):
    """Others kept storing versions while this one was drawn."""

    reason = Message(CROWDED)


def request_packet(
    *, plan: HandoverPlan, edition: str, language: str, why: str = "", by: Person, now: datetime
) -> Asked:
    """Ask for the packet as a PDF. Where nothing has changed since the newest version, that one is it.

    `why` says for what this version is made; it stands beside the content and is not part of it.
    """
    content = packet_of(plan, edition=edition, language=language)
    if stored := _unchanged(plan, content):
        return Asked(packet=stored)
    job = jobs.request(
        kind="packet",
        key=job_key(plan, edition, language, by),
        params={"plan": str(plan.uuid), "edition": edition, "language": language, "why": why},
        by=by,
        now=now,
    )
    return Asked(job=job)


def make(
    *,
    plan: HandoverPlan,
    edition: str,
    language: str,
    why: str = "",
    by: Person,
    now: datetime,
    progress: Callable[[int], None] = lambda done: None,
) -> Packet:
    """Draw and store the packet, or return the newest version where nothing has changed since.

    Raises RenderFailed when no PDF comes, and Crowded. Not atomic on purpose: drawing takes seconds, and
    the one row is written at the end, or not at all.
    """
    for _try in range(MOST_TRIES):
        content = packet_of(plan, edition=edition, language=language)
        if stored := _unchanged(plan, content):
            return stored
        progress(1)
        sheet = _laid_out(plan, content, by, now, why)
        packet = _bound(sheet, render_pdf(sheet.html, logo=sheet.logo))
        progress(2)
        if _stored(packet):
            return packet
    raise Crowded


def _unchanged(plan: HandoverPlan, content: PacketDocument) -> Packet | None:
    newest = newest_packet(plan, content.edition, content.language)
    return newest if newest is not None and still_holds(newest, content) else None


@dataclass(frozen=True, slots=True)
class Wanted:
    """One packet of many: of which plan, for whom, and when."""

    plan: HandoverPlan
    by: Person
    now: datetime
    why: str = ""


def make_many(
    *, wanted: Sequence[Wanted], edition: str, language: str
) -> list[Packet | RenderFailed | Crowded]:
    """Make the packets of several plans, as many drawn at once as the machine has room for.

    Returns, in the same order, each packet or why there is none; where nothing has changed since the newest
    version, that one. Threads only wait for the render
    server: what touches the database happens in the caller's thread, and in its transaction.
    """
    asked: list[Packet | _Sheet] = []
    for one in wanted:
        content = packet_of(one.plan, edition=edition, language=language)
        asked.append(_unchanged(one.plan, content) or _laid_out(one.plan, content, one.by, one.now, one.why))
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="packet") as pool:
        pdfs = list(pool.map(_printed, asked))
    made: list[Packet | RenderFailed | Crowded] = []
    for sheet, pdf in zip(asked, pdfs, strict=True):
        if isinstance(sheet, _Sheet) and isinstance(pdf, Pdf):
            packet = _bound(sheet, pdf)
            made.append(packet if _stored(packet) else Crowded())
        else:
            made.append(sheet if isinstance(sheet, Packet) else pdf)  # type: ignore[arg-type]
    return made


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A packet ready to be drawn: everything but the PDF."""

    packet: Packet
    html: str
    logo: bytes


def _printed(sheet: "Packet | _Sheet") -> Pdf | RenderFailed | None:
    if isinstance(sheet, Packet):
        return None  # stored already
    try:
        return render_pdf(sheet.html, logo=sheet.logo)
    except RenderFailed as failure:
        return failure


def _laid_out(plan: HandoverPlan, content: PacketDocument, by: Person, now: datetime, why: str) -> _Sheet:
    ours = organisation()
    logo = bytes(ours.logo or b"")
    digest = content_hash(content)
    version = next_version(plan, content.edition)
    colophon = Colophon(
        organisation=ours.name,
        version=version,
        code=code_of(digest),
        made_on=now.astimezone(ZoneInfo(ours.tz)).date(),
        made_by=by.name,
    )
    html = print_html(content, colophon, logo=bool(logo), country=ours.country)
    packet = Packet(
        plan=plan,
        edition=content.edition,
        language=content.language,
        version=version,
        content=dumps(content),
        content_hash=digest,
        completeness=content.completeness,
        made_by=by,
        made_at=now,
        why=why,
    )
    return _Sheet(packet, html, logo)


def _bound(sheet: _Sheet, pdf: Pdf) -> Packet:
    packet = sheet.packet
    packet.pdf_sha256, packet.pages = pdf.sha256, pdf.pages
    packet.pdf.save(f"{packet.uuid}.pdf", ContentFile(pdf.content), save=False)
    return packet


def _stored(packet: Packet) -> bool:
    """Write the row. False when that version was taken meanwhile; the file then goes as well."""
    try:
        with transaction.atomic():
            packet.save(force_insert=True)
    except IntegrityError:
        packet.pdf.delete(save=False)
        return False
    except BaseException:
        packet.pdf.delete(save=False)
        raise
    return True
