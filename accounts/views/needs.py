"""What a client needs of whoever looks after them, and clashes."""

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.forms.needs import ClashForm, NeedsForm, SettleForm
from accounts.models import Account, Clash, ClientNeeds, Side
from accounts.permissions import AuthenticatedRequest, allowed, may
from accounts.rendering.text import translate
from accounts.rules.people import SELLING_STYLES, WORKING_STYLES
from accounts.services import needs as services
from accounts.views.clients import around
from accounts.views.editing import Refused, edited, on_live_account


def address(account: Account) -> str:
    return reverse("account-needs", args=[account.uuid])


@allowed("see_accounts", Account)
def needs(request: AuthenticatedRequest, account: Account) -> HttpResponse:
    row = ClientNeeds.objects.filter(account=account).first() or ClientNeeds()
    clashes = Clash.objects.visible_to(request.user).filter(account=account)
    context = {
        "needs": row,
        "working": [_(WORKING_STYLES.get(key, key)) for key in row.working_styles],
        "selling": [_(SELLING_STYLES.get(key, key)) for key in row.selling_styles],
        "clashes": clashes.select_related("person", "noted_by", "withdrawn_by").order_by("-noted_at"),
        "decides": may(request.user, "note_clash", account),
        "is_rep": hasattr(request.user.person, "rep"),
    }
    return TemplateResponse(request, "accounts/needs/needs.html", around(request, account, "needs") | context)


@allowed("work_account", Account)
@on_live_account
def edit(request: AuthenticatedRequest, account: Account) -> HttpResponse:
    form = NeedsForm(request.POST or None, needs=ClientNeeds.objects.filter(account=account).first())
    return edited(
        request,
        form,
        deed=lambda: services.edit_needs(
            account=account, **form.cleaned_data, by=request.user.person, now=timezone.now()
        ),
        done=_("Saved."),
        back=address(account),
        back_label=account.name,
        title=_("What %(name)s needs") % {"name": account.name},
        intro=_(
            "What finding the right successor goes by. Empty means: not known, and it counts neither way."
        ),
    )


@allowed("work_account", Account)
@on_live_account
def note(request: AuthenticatedRequest, account: Account) -> HttpResponse:
    """A leader notes it of anybody; a rep of themselves."""
    alone = None if may(request.user, "note_clash", account) else request.user.person
    form = ClashForm(request.POST or None, alone=alone)

    def deed() -> None:
        given = {"person": alone, "side": Side.REP} | form.cleaned_data
        try:
            services.note_clash(account=account, **given, by=request.user.person, now=timezone.now())
        except services.ClashRefused as error:
            field = error.field if error.field in form.fields else None
            form.add_error(field, translate(error.message))
            raise Refused from None

    return edited(
        request,
        form,
        deed,
        done=_("Noted. This rep is not offered for this client any more."),
        back=address(account),
        back_label=account.name,
        title=_("Note a clash"),
        intro=_(
            "The rep is ruled out for this client until it is settled. No packet and no client reads it."
        ),
        action=_("Note it"),
    )


@allowed("note_clash", Clash)
@on_live_account
def settle(request: AuthenticatedRequest, clash: Clash) -> HttpResponse:
    form = SettleForm(request.POST or None, initial={"version": clash.version})

    def deed() -> None:
        try:
            services.withdraw_clash(
                clash=clash, **form.cleaned_data, by=request.user.person, now=timezone.now()
            )
        except services.ClashRefused as error:
            form.add_error(error.field or None, translate(error.message))
            raise Refused from None

    return edited(
        request,
        form,
        deed,
        done=_("Settled. The rep may be offered again."),
        back=address(clash.account),
        back_label=clash.account.name,
        title=_("Settle the clash"),
        intro=_("%(name)s may be offered for this client again.") % {"name": clash.person.name},
        action=_("Settle it"),
    )
