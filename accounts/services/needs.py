"""What a client needs of a rep, and clashes between a client and a rep."""

from datetime import datetime

from django.db import transaction

from accounts.models import Account, Clash, ClientNeeds, Person
from accounts.models.base import StaleVersion
from accounts.rules.text import Message, clean_text, gettext_noop
from accounts.services.history import keep, keep_claimed

_ = gettext_noop


class ClashRefused(Exception):
    """The clash cannot be noted. Carries `field` and `message`."""

    def __init__(self, field: str, message: Message) -> None:
        super().__init__(str(message))
        self.field, self.message = field, message


@transaction.atomic
def edit_needs(
    *,
    account: Account,
    version: int,
    products: list[str],
    languages: list[str],
    language_required: bool,
    working_styles: list[str],
    selling_styles: list[str],
    by: Person,
    now: datetime,
) -> ClientNeeds:
    """Keep what the client needs. `version` is 0 where nothing was noted yet. Raises StaleVersion."""
    Account.objects.select_for_update().get(pk=account.pk)
    row = ClientNeeds.objects.filter(account=account).first()
    if (row.version if row else 0) != version:
        raise StaleVersion(row or ClientNeeds(account=account))
    needs = row or ClientNeeds(account=account)
    needs.products, needs.languages, needs.language_required = products, languages, language_required
    needs.working_styles, needs.selling_styles = working_styles, selling_styles
    return keep_claimed(needs, version=version, by=by, now=now) if row else keep(needs, by=by, now=now)


@transaction.atomic
def note_clash(
    *, account: Account, person: Person, side: str, words: str, by: Person, now: datetime
) -> Clash:
    """Note that client and rep do not get along; the rep is not offered for this client any more.

    What stands already from the same side is not noted twice: it is returned as it is. Raises ClashRefused
    for somebody who is no rep (field "person") and without words (field "words").
    """
    if not clean_text(words):
        raise ClashRefused("words", Message(_("Say what happened: it is read before anybody decides.")))
    if not hasattr(person, "rep"):
        raise ClashRefused("person", Message(_("%(name)s is no rep."), {"name": person.name}))
    Account.objects.select_for_update().get(pk=account.pk)
    standing = Clash.objects.standing().filter(account=account, person=person, side=side).first()
    if standing is not None:
        return standing
    clash = Clash(account=account, person=person, side=side, words=words, noted_by=by, noted_at=now)
    return keep(clash, by=by, now=now)


@transaction.atomic
def withdraw_clash(*, clash: Clash, why: str, version: int, by: Person, now: datetime) -> Clash:
    """Say that it is settled; the rep may be offered again.

    Raises StaleVersion and ClashRefused (field "why"; "" for one that is settled already).
    """
    if clash.withdrawn_at is not None:
        raise ClashRefused("", Message(_("It is settled already.")))
    if not clean_text(why):
        raise ClashRefused("why", Message(_("Say why it is settled.")))
    clash.withdrawn_at, clash.withdrawn_by, clash.withdrawn_why = now, by, why
    return keep_claimed(clash, version=version, by=by, now=now)
