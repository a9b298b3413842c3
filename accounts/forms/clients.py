"""What is typed about client accounts and the people there, and what their list is filtered by."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, FilterSet

from accounts.forms.fields import (
    AccountField,
    PersonField,
    RowForm,
    VerbForm,
    country_choices,
    one_line,
    version_field,
)
from accounts.forms.filters import Flag, Pick, Search
from accounts.models import Account, Acquaintance, Assignment, Contact, Team, Tier, User
from accounts.rules.countries import code_of
from accounts.rules.text import BadText, clean_line
from accounts.selectors.clients import TeamChoice, teams_of


class AccountFilters(FilterSet):
    """`now` is set by the list that uses it."""

    now: datetime

    q = Search(fields=("name", "external_id"), label=_("Search accounts by name"))
    tier = ChoiceFilter(choices=Tier.choices, label=_("Tier"), empty_label=_("Any tier"))
    team = ChoiceFilter(method="in_team", label=_("Team"), empty_label=_("Any team"))
    owner = Pick(method="owned_by", label=_("Owner"), source=reverse_lazy("suggest", args=["owners"]))
    industry = Pick(
        lookup_expr="icontains",
        field_name="industry",
        label=_("Industry"),
        source=reverse_lazy("suggest", args=["industries"]),
    )
    country = Pick(
        method="in_country", label=_("Country"), source=reverse_lazy("suggest", args=["countries"])
    )
    renewal = ChoiceFilter(
        method="renewing",
        label=_("Renewal"),
        empty_label=_("Any renewal"),
        choices=[
            ("60", _("Within 60 days")),
            ("90", _("Within 90 days")),
            ("passed", _("Passed")),
            ("unknown", _("Not known")),
        ],
    )
    mine = Flag(method="owned_by_me", label=_("Mine"))
    unowned = Flag(method="owned_by_nobody", label=_("Without an owner"))
    archived = Flag(method="all_the_same", label=_("Archived"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.teams: Sequence[TeamChoice] = teams_of(self.request.user)
        if len(self.teams) < 2:
            del self.filters["team"]
        else:
            self.filters["team"].extra["choices"] = [(team.uuid, team.label) for team in self.teams]

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        archived = bool(self.form.cleaned_data.get("archived"))
        return super().filter_queryset(queryset.filter(archived_at__isnull=not archived))

    def unasked(self) -> QuerySet:
        """What the list shows when nothing is asked, without reading the form: most visits are such."""
        return self.queryset.filter(archived_at=None)

    def in_team(self, queryset: QuerySet, _name: str, uuid: str) -> QuerySet:
        path = next(team.path for team in self.teams if team.uuid == uuid)
        return queryset.filter(team__in=[team.pk for team in self.teams if team.path.startswith(path)])

    def owned_by(self, queryset: QuerySet, _name: str, typed: str) -> QuerySet:
        owned = Assignment.objects.owners().shown().filter(person__name__icontains=typed)
        return queryset.filter(pk__in=owned.values("account"))

    def owned_by_me(self, queryset: QuerySet, _name: str, _value: bool) -> QuerySet:
        mine = Assignment.objects.owners().shown().filter(person=self.request.user.person_id)
        return queryset.filter(pk__in=mine.values("account"))

    def owned_by_nobody(self, queryset: QuerySet, _name: str, _value: bool) -> QuerySet:
        return queryset.exclude(pk__in=Assignment.objects.owners().shown().values("account"))

    def in_country(self, queryset: QuerySet, _name: str, typed: str) -> QuerySet:
        key = typed.strip().casefold()
        named = [code for code, name in country_choices() if code and key in name.casefold()]
        code = code_of(typed)
        return queryset.filter(country__in=[code] if code else named)

    def renewing(self, queryset: QuerySet, _name: str, value: str) -> QuerySet:
        today = timezone.localdate(self.now)
        if value == "unknown":
            return queryset.filter(renewal_on=None)
        if value == "passed":
            return queryset.filter(renewal_on__lt=today)
        return queryset.filter(renewal_on__range=(today, today + timedelta(days=int(value))))

    def all_the_same(self, queryset: QuerySet, _name: str, _value: bool) -> QuerySet:
        """Decided in `filter_queryset`: without the tick, only live accounts."""
        return queryset


class AccountForm(RowForm):
    """An account's own facts. Teams and parents to choose from are those that `user` sees."""

    rows = (
        ("name",),
        ("tier", "team"),
        ("yearly_value", "renewal_on"),
        ("industry", "parent"),
        ("country", "tz"),
        ("free_days",),
        ("employees", "turnover", "founded"),
        ("owner",),
    )

    class Meta(RowForm.Meta):
        model = Account
        fields = (
            "name",
            "tier",
            "team",
            "yearly_value",
            "renewal_on",
            "industry",
            "parent",
            "country",
            "tz",
            "free_days",
            "employees",
            "turnover",
            "founded",
        )

    parent = AccountField(
        required=False,
        label=_("Parent account"),
        help_text=_("The company that this one belongs to, if it is a client too."),
        source=reverse_lazy("suggest", args=["accounts"]),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer_parents(Account.objects.visible_to(user))
        self._offer_teams(user)

    def _offer_parents(self, accounts: QuerySet[Account]) -> None:
        above = self.instance.parent_id
        if above is not None and not accounts.filter(pk=above).exists():
            del self.fields["parent"]  # its name is not for the eyes of whoever types here
        else:
            self.fields["parent"].rows = accounts

    def _offer_teams(self, user: User) -> None:
        field, kept = self.fields["team"], self.instance.team_id
        if user.reads_everything:
            field.queryset = Team.objects.all()
        else:
            field.queryset = Team.objects.filter(Q(pk__in=user.team_ids()) | Q(pk=kept))
            # Without a team, nobody but an administrator would find the account again.
            field.required = kept is not None or self.instance.pk is None
        field.empty_label = _("No team")


class NewAccountForm(AccountForm):
    owner = PersonField(
        required=False,
        label=_("Owner"),
        help_text=_("Who looks after this client. You can also choose later."),
    )


class ContactForm(RowForm):
    rows: Sequence[Sequence[str]] = (
        ("name",),
        ("title",),
        ("level", "role"),
        ("email", "phone"),
        ("channel", "last_touch_on"),
        ("dos_and_donts",),
    )

    class Meta(RowForm.Meta):
        model = Contact
        fields: Sequence[str] = (
            "name",
            "title",
            "level",
            "role",
            "email",
            "phone",
            "channel",
            "last_touch_on",
            "dos_and_donts",
        )

    def clean_email(self) -> str:
        """Django lets quoted control characters through; a mail header does not."""
        try:
            return clean_line(self.cleaned_data["email"], most=254)
        except BadText:
            raise forms.ValidationError(_("Enter a valid email address.")) from None


class AcquaintanceForm(RowForm):
    rows = (("person", "strength"), ("note",))

    class Meta(RowForm.Meta):
        model = Acquaintance
        fields = ("person", "strength", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].empty_label = _("Choose a person")

    @property
    def kept(self) -> dict[str, Any]:
        """What was typed, cleaned by the row's own fields."""
        return {name: getattr(self.instance, name) for name in self.Meta.fields}


class ChangeOwnerForm(VerbForm):
    person = PersonField(label=_("New owner"), empty_label=_("Choose a person"))
    why = forms.CharField(
        label=_("Why"),
        max_length=500,
        help_text=_("It stays in the history of the account, where colleagues read it."),
    )

    def clean_why(self) -> str:
        return one_line(self.cleaned_data["why"])


class ArchiveForm(VerbForm):
    """Confirms, over a version."""

    version = version_field()
    why = forms.CharField(label=_("Why"), max_length=100, required=False)

    def clean_why(self) -> str:
        return one_line(self.cleaned_data["why"])
