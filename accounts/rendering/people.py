"""Letters to people as subject, text and HTML."""

from django.template.loader import render_to_string
from django.utils.translation import gettext, override

from accounts.documents.people import InvitationLetter
from accounts.rendering.deliveries import inlined


def invitation(letter: InvitationLetter, *, language: str) -> tuple[str, str, str]:
    """Return subject, text and HTML of the mail that invites somebody in."""
    with override(language):
        subject = gettext("%(invited_by)s invites you to %(organisation)s") % {
            "invited_by": letter.invited_by,
            "organisation": letter.organisation,
        }
        context = {"letter": letter, "subject": subject}
        text = render_to_string("accounts/mail/invitation.txt", context)
        html = render_to_string("accounts/mail/invitation.html", context)
    return subject, text.strip() + "\n", inlined(html)


def notice(subject: str, text: str) -> str:
    """Return the HTML of a mail that is plain text with a link in it at most."""
    return inlined(render_to_string("accounts/mail/notice.html", {"subject": subject, "text": text}))
