"""The test mail as subject, text and HTML."""

from django.template.loader import render_to_string
from django.utils.translation import gettext, override

from accounts.rendering.deliveries import inlined


def test_mail(organisation: str, *, language: str) -> tuple[str, str, str]:
    """Return subject, text and HTML of the mail that shows that mail works."""
    with override(language):
        subject = gettext("A test mail from %(organisation)s") % {"organisation": organisation}
        context = {"organisation": organisation, "subject": subject}
        text = render_to_string("accounts/mail/test.txt", context)
        html = render_to_string("accounts/mail/test.html", context)
    return subject, text.strip() + "\n", inlined(html)
