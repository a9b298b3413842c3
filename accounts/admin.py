"""Django's admin: a window for administrators, through which nothing can be changed.

Every change has a page of its own, with its rights, its history and its consequences. What is hidden
from an administrator elsewhere, such as a plan that is not released, is hidden here as well.
"""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from accounts.models import (
    Account,
    Acquaintance,
    Assignment,
    AuditEvent,
    BriefingEntry,
    ClientRequest,
    Commitment,
    Contact,
    Delivery,
    ImportRun,
    Invitation,
    Job,
    Organisation,
    Person,
    Rep,
    Team,
    Touchpoint,
    User,
)

# The one sign-in page, with its limits on guessing and its second factor, not the admin's own.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = admin.site.site_title = "Throughline"
admin.site.enable_nav_sidebar = False


class ReadOnly(admin.ModelAdmin):
    """Looking only, newest first unless a class says otherwise."""

    actions = None
    list_per_page = 50
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_staff)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_ordering(self, request: HttpRequest) -> Any:
        return self.ordering or ("-pk",)


class Visible(ReadOnly):
    """Only the rows that the administrator would see elsewhere, too."""

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rows = self.model._default_manager.visible_to(request.user)
        return rows.order_by(*self.get_ordering(request))


@admin.register(Organisation)
class OrganisationAdmin(ReadOnly):
    list_display = ("name", "currency", "tz", "country", "language")


@admin.register(Team)
class TeamAdmin(ReadOnly):
    list_display = ("name", "lead", "depth", "external_id")
    list_select_related = ("lead",)
    search_fields = ("name", "external_id")
    ordering = ("path",)


@admin.register(Person)
class PersonAdmin(Visible):
    list_display = ("name", "email", "title", "team", "tz", "archived_at")
    list_select_related = ("team",)
    search_fields = ("name", "email", "external_id")
    ordering = ("name", "pk")


@admin.register(User)
class UserAdmin(ReadOnly):
    list_display = ("email", "person", "role", "is_active", "last_login")
    list_select_related = ("person",)
    list_filter = ("role", "is_active")
    search_fields = ("email", "person__name")
    exclude = ("password", "groups", "user_permissions", "is_superuser")
    ordering = ("email",)


@admin.register(Rep)
class RepAdmin(ReadOnly):
    list_display = ("person", "seniority", "capacity", "joined_on")
    list_select_related = ("person",)
    list_filter = ("seniority",)
    search_fields = ("person__name",)


@admin.register(Invitation)
class InvitationAdmin(ReadOnly):
    list_display = ("email", "role", "person", "created_at", "expires_at", "accepted_at", "revoked_at")
    list_select_related = ("person",)
    search_fields = ("email", "person__name")
    exclude = ("token_hash",)


@admin.register(Account)
class AccountAdmin(Visible):
    list_display = ("name", "tier", "team", "yearly_value", "renewal_on", "country", "archived_at")
    list_select_related = ("team",)
    list_filter = ("tier",)
    search_fields = ("name", "external_id")
    ordering = ("name", "pk")


@admin.register(Contact)
class ContactAdmin(Visible):
    list_display = ("name", "account", "email", "level", "role", "last_touch_on")
    list_select_related = ("account",)
    list_filter = ("level", "role")
    search_fields = ("name", "email", "account__name")
    ordering = ("name", "pk")


@admin.register(Acquaintance)
class AcquaintanceAdmin(Visible):
    list_display = ("person", "contact", "strength")
    list_select_related = ("person", "contact")
    search_fields = ("person__name", "contact__name")


@admin.register(Assignment)
class AssignmentAdmin(ReadOnly):
    list_display = ("account", "person", "role", "from_on", "until_on", "why")
    list_select_related = ("account", "person")
    list_filter = ("role",)
    search_fields = ("account__name", "person__name")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Without the roles of plans that are still confidential."""
        return Assignment.objects.shown().order_by(*self.get_ordering(request))


@admin.register(BriefingEntry)
class BriefingEntryAdmin(Visible):
    list_display = ("account", "section", "audience", "provenance", "owner", "due_on")
    list_select_related = ("account", "owner")
    list_filter = ("section", "audience", "provenance")
    search_fields = ("account__name", "text")


@admin.register(ClientRequest)
class ClientRequestAdmin(Visible):
    list_display = ("title", "account", "owner", "opened_on", "promised_on", "closed_on", "escalated")
    list_select_related = ("account", "owner")
    list_filter = ("escalated",)
    search_fields = ("title", "account__name")


@admin.register(Commitment)
class CommitmentAdmin(Visible):
    list_display = ("text", "account", "owner", "made_on", "due_on", "kept_on")
    list_select_related = ("account", "owner")
    search_fields = ("text", "account__name")


@admin.register(Touchpoint)
class TouchpointAdmin(Visible):
    list_display = ("subject", "account", "person", "channel", "happened_at")
    list_select_related = ("account", "person")
    list_filter = ("channel",)
    search_fields = ("subject", "account__name")


@admin.register(Delivery)
class DeliveryAdmin(Visible):
    list_display = ("key", "kind", "address", "state", "due_at", "attempts", "sent_at")
    list_filter = ("state", "kind")
    search_fields = ("key", "address")
    exclude = ("text", "html", "token")


@admin.register(Job)
class JobAdmin(ReadOnly):
    list_display = ("kind", "key", "state", "done", "total", "attempts", "created_at", "finished_at")
    list_filter = ("kind", "state")
    search_fields = ("key",)
    exclude = ("token", "params", "result")


@admin.register(ImportRun)
class ImportRunAdmin(Visible):
    list_display = ("source", "state", "by", "created_at", "committed_at")
    list_select_related = ("by",)
    list_filter = ("state",)
    search_fields = ("source",)


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnly):
    list_display = ("at", "verb", "subject", "subject_id", "by_id_was")
    list_filter = ("verb",)
    search_fields = ("subject", "=subject_id")
