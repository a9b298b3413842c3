"""The organisation's settings: its name, colours, logo, and the defaults for people and money."""

import hashlib
import uuid
from datetime import datetime, timedelta
from io import BytesIO

from django.db import transaction

from accounts.documents.deliveries import Outgoing
from accounts.models import Organisation, Person, User
from accounts.rendering.mail import Brand, test_mail
from accounts.rules.text import Message, gettext_noop
from accounts.selectors.organisation import organisation
from accounts.services import audit, deliveries

LOGO_BYTES_MOST = 1024 * 1024
LOGO_SIDE_MOST = 4000  # pixels of what is uploaded
LOGO_SHOWN = (640, 160)  # twice what any page shows, for sharp screens
TEST_MAIL_WAITS = timedelta(hours=1)
LOGO_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")


class LogoRefused(Exception):
    """Why a file cannot be the logo, for a person to read."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


@transaction.atomic
def edit(
    *,
    version: int,
    name: str,
    colour: str,
    currency: str,
    tz: str,
    country: str,
    language: str,
    free_days: list[list[str]] | None = None,
    escalate_after: int | None = None,
    cross_team_cover: bool | None = None,
    hold_kinds: list[str] | None = None,
    logo: bytes | None = None,
    remove_logo: bool = False,
    by: Person,
    now: datetime,
) -> Organisation:
    """Write the settings; `logo`, a new one as it was uploaded, is drawn anew as PNG.

    Raises StaleVersion when somebody was faster, and LogoRefused: then nothing is written.
    """
    drawn = redrawn(logo) if logo is not None else None
    Organisation.objects.get_or_create(pk=1)
    Organisation.objects.claim(pk=1, version=version)
    ours = Organisation.objects.get(pk=1)
    ours.name, ours.colour, ours.currency = name, colour.lower(), currency
    ours.tz, ours.country, ours.language = tz, country, language
    if free_days is not None:
        ours.free_days = free_days
    if escalate_after is not None:
        ours.escalate_after = escalate_after
    if cross_team_cover is not None:
        ours.cross_team_cover = cross_team_cover
    if hold_kinds is not None:
        ours.hold_kinds = sorted(set(hold_kinds))
    if drawn is not None:
        ours.logo, ours.logo_digest = drawn, hashlib.sha256(drawn).hexdigest()
    elif remove_logo:
        ours.logo, ours.logo_digest = None, ""
    ours.save()
    audit.record(verb="edit_organisation", rows=[ours], by=by, now=now)
    return ours


@transaction.atomic
def send_test_mail(*, by: User, now: datetime) -> None:
    """Queue a mail that `by` sends to themselves: what becomes of it shows whether mail works."""
    ours = organisation()
    mail = test_mail(Brand(ours.name, ours.colour), language=by.person.language or ours.language)
    deliveries.queue(
        Outgoing(
            key=f"test:{uuid.uuid4()}",
            kind="test",
            person_id=by.person_id,
            address=by.email,
            subject=mail.subject,
            text=mail.text,
            html=mail.html,
            expires_at=now + TEST_MAIL_WAITS,
        ),
        now=now,
    )


def redrawn(data: bytes) -> bytes:
    """Return the picture in `data` as a small PNG that carries nothing else. Raises LogoRefused.

    Only the pixels survive: no metadata, no second picture, no script in a comment.
    """
    from PIL import Image  # slow to import, and rarely needed

    if len(data) > LOGO_BYTES_MOST:
        raise LogoRefused(
            Message(
                gettext_noop("The file is larger than %(most)d kB. Save the logo smaller."),
                {"most": LOGO_BYTES_MOST // 1024},
            )
        )
    try:
        # The header alone says how large it is; nothing is unpacked before that is known.
        with Image.open(BytesIO(data), formats=LOGO_FORMATS) as picture:
            if max(picture.size) > LOGO_SIDE_MOST:
                raise LogoRefused(
                    Message(
                        gettext_noop("The picture is larger than %(most)d by %(most)d pixels."),
                        {"most": LOGO_SIDE_MOST},
                    )
                )
            small = picture.convert("RGBA")
        small.thumbnail(LOGO_SHOWN)
        clean = Image.new("RGBA", small.size)
        clean.paste(small)
    except LogoRefused:
        raise
    except Exception:  # whatever a broken or hostile file makes the decoder raise, it is not a picture
        raise LogoRefused(
            Message(gettext_noop("This is not a picture that can be read. Use PNG, JPEG, WebP or GIF."))
        ) from None
    written = BytesIO()
    clean.save(written, "PNG", optimize=True)
    return written.getvalue()
