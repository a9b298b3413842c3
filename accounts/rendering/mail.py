"""Mail in its reader's language and the company's colours: subject, text and HTML."""

from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext, override

from accounts.documents.chat import ChatFailedLetter
from accounts.documents.people import InvitationLetter
from accounts.rendering.deliveries import inlined
from accounts.rules.organisation import palette


@dataclass(frozen=True, slots=True)
class Brand:
    """What every mail says about whom it comes from."""

    name: str
    colour: str


@dataclass(frozen=True, slots=True)
class Written:
    subject: str
    text: str
    html: str


def invitation(letter: InvitationLetter, brand: Brand, *, language: str) -> Written:
    """Return the mail that invites somebody in."""
    with override(language):
        subject = gettext("%(invited_by)s invites you to %(organisation)s") % {
            "invited_by": letter.invited_by,
            "organisation": letter.organisation,
        }
        return _written("invitation", subject, brand, language, {"letter": letter})


def test_mail(brand: Brand, *, language: str) -> Written:
    """Return the mail that shows that mail works."""
    with override(language):
        subject = gettext("A test mail from %(organisation)s") % {"organisation": brand.name}
        return _written("test", subject, brand, language, {})


def chat_failed(letter: ChatFailedLetter, brand: Brand, *, language: str) -> Written:
    """Return the mail that tells its owner that a chat takes nothing."""
    with override(language):
        subject = gettext("The digest does not reach the chat “%(chat)s”") % {"chat": letter.chat}
        rows = [
            gettext("Hello %(name)s,") % {"name": letter.name},
            gettext("the chat “%(chat)s” (%(address)s) has not taken our messages.")
            % {"chat": letter.chat, "address": letter.address},
            gettext("The last answer was: %(answer)s")
            % {"answer": gettext(letter.answer) if letter.answer else "–"},
            gettext("Nothing is sent there any more; your mails are not affected."),
            gettext("See what is wrong, then send a test message: if it arrives, the chat is on again."),
            letter.page,
        ]
    return notice(subject, "\n\n".join(rows) + "\n", brand, language=language)


def notice(subject: str, text: str, brand: Brand, *, language: str) -> Written:
    """Return a mail of plain text, with a link in it at most."""
    return Written(subject, text, _html("notice", subject, brand, language, {"text": text}))


def _written(name: str, subject: str, brand: Brand, language: str, context: dict[str, Any]) -> Written:
    text = render_to_string(f"mail/{name}.txt", {**context, "organisation": brand.name})
    return Written(subject, text.strip() + "\n", _html(name, subject, brand, language, context))


def _html(name: str, subject: str, brand: Brand, language: str, context: dict[str, Any]) -> str:
    around = {
        "subject": subject,
        "language": language,
        "organisation": brand.name,
        "light": palette(brand.colour, dark=False),
        "dark": palette(brand.colour, dark=True),
    }
    return inlined(render_to_string(f"mail/{name}.html", {**context, **around}))
