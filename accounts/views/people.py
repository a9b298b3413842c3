"""Pages about people: the list, one person, adding, editing, archiving."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.forms.people import InviteForm, PeopleFilters, PersonForm, RepForm, RoleForm
from accounts.models import Person, Rep, Role
from accounts.models.base import StaleVersion
from accounts.permissions import AuthenticatedRequest, allowed, rights
from accounts.rendering.text import translate
from accounts.rules.countries import NAMES
from accounts.rules.people import SELLING_STYLES, WORKING_STYLES, suggested_role
from accounts.selectors import people as selectors
from accounts.selectors.organisation import organisation_of
from accounts.services import people as services
from accounts.views import listing
from accounts.views.editing import Deed, Refused, edited, pressed, version_of

COLUMNS = (
    listing.Column("name", gettext_lazy("Name"), order=("name",)),
    listing.Column(
        "team",
        gettext_lazy("Team"),
        order=("team__name", "name"),
        value=lambda person: person.team.name if person.team else "",
        nullable=True,
    ),
    listing.Column("email", gettext_lazy("Email")),
    listing.Column("owned", gettext_lazy("Accounts"), order=("owned", "name"), numeric=True),
    listing.Column("role", gettext_lazy("Sign-in"), value="role_name"),
    listing.Column("title", gettext_lazy("Title"), shown=False),
    listing.Column("phone", gettext_lazy("Phone"), shown=False),
    listing.Column("country", gettext_lazy("Country"), shown=False),
    listing.Column("tz", gettext_lazy("Time zone"), shown=False),
    listing.Column("external_id", gettext_lazy("External id"), shown=False),
)


def address(person: Person) -> str:
    return reverse("person", args=[person.uuid])


@allowed("see_people")
def people(request: AuthenticatedRequest) -> HttpResponseBase:
    rows = selectors.people(request.user, now=timezone.now(), today=timezone.localdate())
    return listing.answer(
        request,
        "accounts/people/list.html",
        rows,
        filters=PeopleFilters,
        columns=COLUMNS,
        sort="name",
        name="people",
        decorate=_with_role_names,
        context={"may": rights(request), "tab": "people"},
    )


def _with_role_names(rows: list[Any]) -> list[Any]:
    for row in rows:
        row.role_name = Role(row.role).label if row.role else ""
    return rows


@allowed("see_person", Person)
def person(request: AuthenticatedRequest, person: Person) -> HttpResponse:
    return person_page(request, person)


def person_page(
    request: AuthenticatedRequest, person: Person, *, invite: InviteForm | None = None
) -> HttpResponse:
    """The page of one person; `invite`: what was typed there and refused."""
    today = timezone.localdate()
    user = selectors.sign_in_of(person)
    rep = Rep.objects.filter(person=person).first()
    may = rights(request)
    context: dict[str, Any] = {
        "person": person,
        "rep": rep,
        "working": [_(WORKING_STYLES.get(key, key)) for key in rep.working_styles] if rep else [],
        "selling": [_(SELLING_STYLES.get(key, key)) for key in rep.selling_styles] if rep else [],
        "away": person.away_on(today),
        "country": _(NAMES[person.country]) if person.country in NAMES else person.country,
        "zone": (person.tz or organisation_of(request).tz).replace("_", " "),
        "sign_in": user,
        "roles": selectors.roles_held(person, request.user),
        "owes": selectors.obligations(person, request.user, today=today),
        "may": may,
        "mine": person.pk == request.user.person_id,
    }
    if may["manage_people"] and user is not None:
        context["role_form"] = RoleForm(initial={"role": user.role})
    elif may["manage_people"]:
        context["invitation"] = selectors.open_invitation_of(person, now=timezone.now())
        context["invite"] = invite or InviteForm(initial=_suggestion(person, rep))
    return TemplateResponse(request, "accounts/people/person.html", context)


def _suggestion(person: Person, rep: Rep | None) -> dict[str, str]:
    role = suggested_role(leads=selectors.is_lead(person), is_rep=rep is not None)
    return {"email": person.email, "role": role}


@allowed("manage_people")
def person_add(request: AuthenticatedRequest) -> HttpResponse:
    form = PersonForm(request.POST or None)

    def deed() -> str:
        return address(services.add(details=form.details(), by=request.user.person, now=timezone.now()))

    return edited(
        request,
        form,
        told(form, deed),
        done=_("The person was added."),
        back=reverse("people"),
        back_label=_("People"),
        title=_("Add a person"),
        intro=_(
            "Anyone on our side: reps, leaders, sponsors, support. A sign-in comes later, by invitation."
        ),
        action=_("Add"),
    )


@allowed("manage_people", Person)
def person_edit(request: AuthenticatedRequest, person: Person) -> HttpResponse:
    form = PersonForm(request.POST or None, person=person)

    def deed() -> None:
        services.edit(
            person=person,
            version=form.cleaned_data["version"],
            details=form.details(),
            by=request.user.person,
            now=timezone.now(),
        )

    return edited(
        request,
        form,
        told(form, deed),
        done=_("Saved."),
        back=address(person),
        back_label=person.name,
        title=_("Edit %(name)s") % {"name": person.name},
    )


@allowed("manage_people", Person)
def rep_edit(request: AuthenticatedRequest, person: Person) -> HttpResponse:
    rep = Rep.objects.filter(person=person).first()
    form = RepForm(request.POST or None, person=person, rep=rep)

    def deed() -> None:
        try:
            services.edit_rep(person=person, **form.cleaned_data, by=request.user.person, now=timezone.now())
        except StaleVersion:  # the person's version guards the profile; the profile is what was typed
            raise StaleVersion(Rep.objects.filter(person=person).first() or Rep(person=person)) from None

    return edited(
        request,
        form,
        deed,
        done=_("Saved."),
        back=address(person),
        back_label=person.name,
        title=_("Rep profile of %(name)s") % {"name": person.name},
        intro=_("What finding the right successor goes by: experience, languages, and how much fits."),
    )


def told(form: BaseForm, deed: Deed) -> Deed:
    """The same deed; where it is refused, the form says why, beside what can be corrected."""

    def telling() -> object:
        try:
            return deed()
        except services.PeopleRefused as refusal:
            put_into(form, refusal)
            raise Refused from None

    return telling


def put_into(form: BaseForm, refusal: services.PeopleRefused) -> None:
    for message in refusal.messages:
        form.add_error(refusal.field if refusal.field in form.fields else None, translate(message))


@allowed("manage_people", Person)
def person_archive(request: AuthenticatedRequest, person: Person) -> HttpResponse:
    """Asks first, and says what they still owe; afterwards their page says it."""
    if request.method == "POST":
        done = _("%(name)s is archived. Their sessions have ended and their invitations are revoked.")
        return _pressed(request, person, services.archive, done)
    context = {
        "person": person,
        "sign_in": selectors.sign_in_of(person),
        "owes": selectors.obligations(person, request.user, today=timezone.localdate()),
    }
    return TemplateResponse(request, "accounts/people/archive.html", context)


@require_POST
@allowed("manage_people", Person)
def person_reactivate(request: AuthenticatedRequest, person: Person) -> HttpResponse:
    return _pressed(request, person, services.reactivate, _("%(name)s works here again."))


def _pressed(
    request: AuthenticatedRequest, person: Person, verb: Callable[..., Any], done: str
) -> HttpResponse:
    version = version_of(request)
    try:
        return pressed(
            request,
            lambda: verb(person=person, version=version, by=request.user.person, now=timezone.now()),
            back=address(person),
            done=done % {"name": person.name},
        )
    except services.PeopleRefused as refusal:
        return _refused(request, person, refusal)


@require_POST
@allowed("manage_people", Person)
def person_role(request: AuthenticatedRequest, person: Person) -> HttpResponse:
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a role."))
        return redirect(address(person))
    role = form.cleaned_data["role"]
    try:
        services.give_role(person=person, role=role, by=request.user.person, now=timezone.now())
    except services.PeopleRefused as refusal:
        return _refused(request, person, refusal)
    words = {"name": person.name, "role": Role(role).label}
    messages.success(request, _("%(name)s now has the role %(role)s.") % words)
    return redirect(address(person))


def _refused(request: AuthenticatedRequest, person: Person, refusal: services.PeopleRefused) -> HttpResponse:
    for message in refusal.messages:
        messages.error(request, translate(message))
    return redirect(address(person))
