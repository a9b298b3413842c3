"""Client accounts and the people there."""

from datetime import date
from functools import partial
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.forms.clients import (
    AccountFilters,
    AccountForm,
    ArchiveForm,
    ChangeOwnerForm,
    NewAccountForm,
)
from accounts.forms.fields import country_choices
from accounts.models import Account, Tier
from accounts.permissions import AuthenticatedRequest, allowed, rights
from accounts.rendering.numbers import day, money
from accounts.rendering.text import translate
from accounts.rules.clients import renewal_state
from accounts.selectors import clients as selectors
from accounts.selectors.organisation import organisation_of
from accounts.services import clients as services
from accounts.views import listing
from accounts.views.editing import Refused, edited, on_live_account, pressed

COLUMNS = (
    listing.Column("name", gettext_lazy("Name"), order=("name",)),
    listing.Column("tier", gettext_lazy("Tier"), order=("tier", "name"), value="tier_label"),
    listing.Column(
        "value",
        gettext_lazy("Yearly value"),
        order=("yearly_value",),
        value="yearly_value",
        nullable=True,
        numeric=True,
    ),
    listing.Column(
        "renewal", gettext_lazy("Renewal"), order=("renewal_on",), value="renewal_on", nullable=True
    ),
    listing.Column("owner", gettext_lazy("Owner"), order=("owner", "name"), nullable=True),
    listing.Column(
        "team", gettext_lazy("Team"), order=("team_name", "name"), value="team_name", nullable=True
    ),
    listing.Column("industry", gettext_lazy("Industry"), order=("industry", "name")),
    listing.Column("country", gettext_lazy("Country"), order=("country", "name"), value="country_name"),
    listing.Column("external_id", gettext_lazy("External id"), shown=False),
)


@allowed("see_accounts")
def accounts(request: AuthenticatedRequest) -> HttpResponseBase:
    return listing.answer(
        request,
        "accounts/clients/list.html",
        Account.objects.visible_to(request.user, at_once=True),
        filters=AccountFilters,
        columns=COLUMNS,
        sort="name",
        name="accounts",
        shape=selectors.listed,
        decorate=partial(_written, today=timezone.localdate(), currency=organisation_of(request).currency),
        context={"may": rights(request)},
    )


def _written(rows: list[dict[str, Any]], *, today: date, currency: str) -> list[dict[str, Any]]:
    """The rows with what a person reads, made here: filters in a template cost several times as much."""
    tiers = {value: str(label) for value, label in Tier.choices}
    countries = dict(country_choices()) | {"": ""}
    place = reverse("accounts")
    for row in rows:
        row["url"] = f"{place}{row['uuid']}/"
        row["tier_label"] = tiers[row["tier"]]
        row["value"] = money(row["yearly_value"], currency)
        row["renewal"] = day(row["renewal_on"])
        row["renewal_state"] = renewal_state(row["renewal_on"], today)
        row["country_name"] = countries.get(row["country"], row["country"])
    return rows


def around(request: AuthenticatedRequest, account: Account, tab: str) -> dict[str, Any]:
    """What every tab of an account's page shows around its own content."""
    return {
        "account": account,
        "tab": tab,
        "may": rights(request),
        "owner": account.assignments.owners().shown().select_related("person").first(),
        "tally": selectors.tally_of(account),
        "renewal_state": renewal_state(account.renewal_on, timezone.localdate()),
        "country": dict(country_choices()).get(account.country, account.country) if account.country else "",
    }


@allowed("see_accounts", Account)
def account(request: AuthenticatedRequest, account: Account) -> HttpResponse:
    today = timezone.localdate()
    held, past = selectors.roles_of(account)
    requests, commitments = selectors.waiting_of(account, today)
    context = {
        "held": held,
        "past": past,
        "family": selectors.family_of(account, request.user),
        "hints": [translate(hint) for hint in selectors.people_map(account).hints],
        "requests": requests,
        "commitments": commitments,
        "latest": account.touchpoints.live().select_related("person", "contact").order_by("-happened_at")[:5],
        "today": today,
    }
    return TemplateResponse(
        request, "accounts/clients/account.html", around(request, account, "overview") | context
    )


@allowed("create_account")
def add(request: AuthenticatedRequest) -> HttpResponse:
    form = NewAccountForm(request.POST or None, user=request.user)

    def deed() -> str:
        owner = form.cleaned_data["owner"]
        made = services.create(account=form.instance, owner=owner, by=request.user.person, now=timezone.now())
        return reverse("account", args=[made.uuid])

    return edited(
        request,
        form,
        deed,
        done=_("The account was added."),
        back=reverse("accounts"),
        back_label=_("Accounts"),
        title=_("Add an account"),
        action=_("Add"),
    )


@allowed("edit_account", Account)
@on_live_account
def edit(request: AuthenticatedRequest, account: Account) -> HttpResponse:
    form = AccountForm(request.POST or None, instance=account, user=request.user)

    def deed() -> None:
        try:
            services.edit(account=account, version=form.version, by=request.user.person, now=timezone.now())
        except services.ParentLoop:
            form.add_error("parent", _("This account belongs to the one you are editing."))
            raise Refused from None

    return edited(
        request,
        form,
        deed,
        done=_("Saved."),
        back=reverse("account", args=[account.uuid]),
        back_label=account.name,
        title=_("Edit the account"),
    )


@allowed("change_owner", Account)
@on_live_account
def change_owner(request: AuthenticatedRequest, account: Account) -> HttpResponse:
    form = ChangeOwnerForm(request.POST or None)
    return edited(
        request,
        form,
        deed=lambda: services.change_owner(
            account=account, by=request.user.person, now=timezone.now(), **form.cleaned_data
        ),
        done=_("The owner was changed."),
        back=reverse("account", args=[account.uuid]),
        back_label=account.name,
        title=_("Change the owner"),
        intro=_("Use this to correct a mistake. A real change of hands deserves a handover plan."),
    )


@allowed("archive_account", Account)
@on_live_account
def archive(request: AuthenticatedRequest, account: Account) -> HttpResponse:
    form = ArchiveForm(request.POST or None, initial={"version": account.version})

    def deed() -> None:
        services.archive(account=account, by=request.user.person, now=timezone.now(), **form.cleaned_data)

    return edited(
        request,
        form,
        deed,
        done=_("Archived. Nothing was deleted: you can bring it back at any time."),
        back=reverse("account", args=[account.uuid]),
        back_label=account.name,
        title=_("Archive %(account)s?") % {"account": account.name},
        intro=_(
            "It leaves lists, counts and reminders. Everything known about it stays and can be brought back."
        ),
        action=_("Archive"),
        action_class="btn-danger-quiet",
    )


@require_POST
@allowed("archive_account", Account)
def unarchive(request: AuthenticatedRequest, account: Account) -> HttpResponse:
    return pressed(
        request,
        lambda: services.unarchive(account=account, by=request.user.person, now=timezone.now()),
        done=_("The account is back."),
        back=reverse("account", args=[account.uuid]),
    )
