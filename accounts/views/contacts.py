"""The people map of an account: who is there, and who of ours knows whom."""

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.forms.clients import AcquaintanceForm, ContactForm
from accounts.models import Account, Acquaintance, Contact
from accounts.permissions import AuthenticatedRequest, allowed
from accounts.rendering.text import translate
from accounts.selectors import clients as selectors
from accounts.services import clients as services
from accounts.views.clients import around
from accounts.views.editing import edited, on_live_account, pressed, version_of


def address(account: Account) -> str:
    return reverse("account-contacts", args=[account.uuid])


@allowed("see_accounts", Account)
def contacts(request: AuthenticatedRequest, account: Account) -> HttpResponse:
    people = selectors.people_map(account)
    context = {"people": people, "hints": [translate(hint) for hint in people.hints]}
    return TemplateResponse(
        request, "accounts/clients/contacts.html", around(request, account, "contacts") | context
    )


@allowed("work_account", Account)
@on_live_account
def add(request: AuthenticatedRequest, account: Account) -> HttpResponse:
    form = ContactForm(request.POST or None, instance=Contact(account=account))
    return edited(
        request,
        form,
        deed=lambda: services.add_contact(contact=form.instance, by=request.user.person, now=timezone.now()),
        done=_("The contact was added."),
        back=address(account),
        back_label=account.name,
        title=_("Add a contact"),
        action=_("Add"),
    )


@allowed("work_account", Contact)
@on_live_account
def edit(request: AuthenticatedRequest, contact: Contact) -> HttpResponse:
    form = ContactForm(request.POST or None, instance=contact)
    return edited(
        request,
        form,
        deed=lambda: services.edit_contact(
            contact=contact, version=form.version, by=request.user.person, now=timezone.now()
        ),
        done=_("Saved."),
        back=address(contact.account),
        back_label=contact.account.name,
        title=contact.name,
    )


@require_POST
@allowed("work_account", Contact)
@on_live_account
def archive(request: AuthenticatedRequest, contact: Contact) -> HttpResponse:
    version = version_of(request)
    return pressed(
        request,
        lambda: services.archive_contact(
            contact=contact, version=version, by=request.user.person, now=timezone.now()
        ),
        done=_("%(contact)s was archived.") % {"contact": contact.name},
        undo=reverse("contact-unarchive", args=[contact.uuid]),
        back=address(contact.account),
    )


@require_POST
@allowed("work_account", Contact)
@on_live_account
def unarchive(request: AuthenticatedRequest, contact: Contact) -> HttpResponse:
    return pressed(
        request,
        lambda: services.unarchive_contact(contact=contact, by=request.user.person, now=timezone.now()),
        done=_("%(contact)s is back.") % {"contact": contact.name},
        back=address(contact.account),
    )


@allowed("work_account", Contact)
@on_live_account
def acquaint(request: AuthenticatedRequest, contact: Contact) -> HttpResponse:
    form = AcquaintanceForm(request.POST or None, instance=Acquaintance(contact=contact))
    return edited(
        request,
        form,
        deed=lambda: services.note_acquaintance(contact=contact, **form.kept),
        done=_("Noted."),
        back=address(contact.account),
        back_label=contact.account.name,
        title=_("Who knows %(contact)s?") % {"contact": contact.name},
        action=_("Note it"),
    )


@require_POST
@allowed("work_account", Acquaintance)
@on_live_account
def forget(request: AuthenticatedRequest, acquaintance: Acquaintance) -> HttpResponse:
    back = address(acquaintance.account)
    return pressed(
        request,
        lambda: services.forget_acquaintance(acquaintance=acquaintance),
        done=_("Taken out."),
        back=back,
    )
