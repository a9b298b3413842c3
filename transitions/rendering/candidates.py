"""What the client is told when the second choice takes over: prepared, in their language, never sent."""

from datetime import date

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.rendering.numbers import day


def to_client(
    *, trigger: str, former: str, person: str, outgoing: str, cutover: date | None, language: str
) -> str:
    """A letter to make one's own. It blames nobody: a clash is ours to solve, not the client's to read of."""
    with translation.override(language):
        names = {"former": former, "person": person, "outgoing": outgoing}
        opening = {
            "clash": _(
                "We want you to be in the best hands, so we looked again at who looks after you from now on: "
                "it will be %(person)s instead of %(former)s."
            ),
            "leaves": _(
                "%(former)s, whom we had named to you, cannot take over after all. %(person)s will look "
                "after you instead."
            ),
            "client": _(
                "You asked us for somebody else, and thank you for saying so. %(person)s will look after you "
                "instead of %(former)s."
            ),
        }[trigger]
        ready = _(
            "%(person)s was named from the beginning should this be needed, and is reading everything that "
            "we know of you now, so that you need not tell anything twice."
        )
        meanwhile = _(
            "We would like to introduce %(person)s to you in person. Until then %(outgoing)s is there "
            "for you as before."
        )
        paragraphs = [opening % names, ready % names]
        if outgoing:
            paragraphs.append(meanwhile % names)
        if cutover is not None:
            paragraphs.append(_("The change itself stays planned for %(day)s.") % {"day": day(cutover)})
        paragraphs.append(_("Whatever we have promised you stands."))
        return "\n\n".join(paragraphs)
