"""Plans in Django's admin, for reading: see `accounts.admin`. Plans that are not released stay hidden."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from accounts.admin import ReadOnly, Visible
from transitions.models import (
    Acceptance,
    Anchor,
    ChangeSet,
    Concern,
    CustomerMeeting,
    Extra,
    HandoverPlan,
    Packet,
    PacketReading,
    PlanStep,
    PlaybookVersion,
    Praise,
    ReadinessQuestion,
    SponsorCheckIn,
    StageChange,
    Waiver,
    WarmUp,
)


class OfPlan(ReadOnly):
    """Rows of plans that the administrator sees."""

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        seen = HandoverPlan.objects.visible_to(request.user).values("pk")  # type: ignore[arg-type]
        return super().get_queryset(request).filter(plan__in=seen)


@admin.register(PlaybookVersion)
class PlaybookVersionAdmin(ReadOnly):
    list_display = ("key", "version", "name", "mode", "published_at")
    list_filter = ("mode",)
    search_fields = ("key", "name")


@admin.register(HandoverPlan)
class HandoverPlanAdmin(Visible):
    list_display = ("pk", "account", "mode", "reason", "stage", "state", "created_by", "created_at")
    list_select_related = ("account", "created_by")
    list_filter = ("state", "mode", "stage")
    search_fields = ("account__name",)
    exclude = ("reason_detail",)


@admin.register(Anchor)
class AnchorAdmin(OfPlan):
    list_display = ("plan_id", "key", "falls_on", "promised_at")
    list_filter = ("key",)
    search_fields = ("plan__account__name",)


@admin.register(PlanStep)
class PlanStepAdmin(Visible):
    list_display = ("title", "plan_id", "stage", "kind", "due_on", "pinned", "owner", "done_at")
    list_select_related = ("owner",)
    list_filter = ("kind", "stage")
    search_fields = ("title", "plan__account__name")


@admin.register(StageChange)
class StageChangeAdmin(OfPlan):
    list_display = ("plan_id", "from_stage", "to_stage", "by", "changed_at")
    list_select_related = ("by",)
    search_fields = ("plan__account__name",)


@admin.register(Waiver)
class WaiverAdmin(OfPlan):
    list_display = ("plan_id", "gate", "by", "waived_at")
    list_select_related = ("by",)
    search_fields = ("gate", "plan__account__name")


@admin.register(ChangeSet)
class ChangeSetAdmin(OfPlan):
    list_display = ("plan_id", "verb", "by", "at", "why")
    list_select_related = ("by",)
    list_filter = ("verb",)
    search_fields = ("plan__account__name",)


@admin.register(SponsorCheckIn)
class SponsorCheckInAdmin(OfPlan):
    list_display = ("plan_id", "step", "channel", "delivered_on", "delivered_channel", "let_go_at")
    list_select_related = ("step",)
    list_filter = ("channel", "delivered_channel")
    search_fields = ("step__title", "plan__account__name")


@admin.register(WarmUp)
class WarmUpAdmin(OfPlan):
    list_display = ("plan_id", "series", "by", "decided_at")
    list_select_related = ("by",)
    search_fields = ("plan__account__name",)


@admin.register(Concern)
class ConcernAdmin(Visible):
    list_display = ("plan_id", "seriousness", "owner", "raised_on", "promised_on", "confirmed_on")
    list_select_related = ("owner",)
    list_filter = ("seriousness",)
    search_fields = ("words", "plan__account__name")


@admin.register(CustomerMeeting)
class CustomerMeetingAdmin(Visible):
    list_display = ("plan_id", "purpose", "channel", "starts_at", "channel_held", "held_at")
    list_filter = ("purpose", "channel")
    search_fields = ("plan__account__name",)


@admin.register(Praise)
class PraiseAdmin(Visible):
    list_display = ("plan_id", "said_by", "said_on")
    list_select_related = ("said_by",)
    search_fields = ("words", "plan__account__name")


@admin.register(Extra)
class ExtraAdmin(Visible):
    list_display = ("plan_id", "what", "owner", "planned_on", "budget", "spent", "done_on")
    list_select_related = ("owner",)
    search_fields = ("what", "plan__account__name")


@admin.register(Packet)
class PacketAdmin(Visible):
    list_display = ("plan_id", "edition", "version", "pages", "made_by", "made_at")
    list_select_related = ("made_by",)
    list_filter = ("edition",)
    search_fields = ("plan__account__name",)
    exclude = ("content",)


@admin.register(PacketReading)
class PacketReadingAdmin(ReadOnly):
    list_display = ("packet", "person", "read_at")
    list_select_related = ("packet", "person")
    search_fields = ("packet__plan__account__name",)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        seen = HandoverPlan.objects.visible_to(request.user).values("pk")  # type: ignore[arg-type]
        return super().get_queryset(request).filter(packet__plan__in=seen)


@admin.register(ReadinessQuestion)
class ReadinessQuestionAdmin(Visible):
    list_display = ("plan_id", "asked", "answered_by", "answered_at", "verdict", "judged_by")
    list_select_related = ("answered_by", "judged_by")
    list_filter = ("verdict",)
    search_fields = ("asked", "plan__account__name")


@admin.register(Acceptance)
class AcceptanceAdmin(OfPlan):
    list_display = ("plan_id", "packet", "person", "accepted_at", "returned_at")
    list_select_related = ("packet", "person")
    search_fields = ("plan__account__name",)
