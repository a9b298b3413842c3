"""How lists of plans and the board are narrowed."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, FilterSet, ModelChoiceFilter

from accounts.forms.filters import Flag, Search
from accounts.models import Team, Tier
from transitions.models import Mode, PlanRole, PlanState, Reason
from transitions.rules.playbooks import SHIPPED

EVERY = "all"
STAGES = {stage.key: _(stage.title) for playbook in SHIPPED for stage in playbook.stages}


def teams_of(request: Any) -> QuerySet[Team]:
    """The teams whose plans the reader sees by office: all, or those they are in and lead."""
    if request.user.reads_everything:
        return Team.objects.all()
    return Team.objects.filter(pk__in=request.user.team_ids())


class PlanFilters(FilterSet):
    """`now` is set by the list that uses it."""

    now: datetime

    q = Search(fields=["account__name"], label=_("Search by account"))
    state = ChoiceFilter(
        choices=[(EVERY, _("Any state")), *PlanState.choices],
        label=_("State"),
        empty_label=_("Open or on hold"),
        method="in_state",
    )
    mode = ChoiceFilter(choices=Mode.choices, label=_("Mode"), empty_label=_("Any"))
    stage = ChoiceFilter(choices=list(STAGES.items()), label=_("Stage"), empty_label=_("Any"))
    reason = ChoiceFilter(choices=Reason.choices, label=_("Reason"), empty_label=_("Any"))
    tier = ChoiceFilter(choices=Tier.choices, label=_("Tier"), empty_label=_("Any"))
    team = ModelChoiceFilter(queryset=teams_of, label=_("Team"), empty_label=_("Any"), method="in_team")
    late = Flag(label=_("Late"), method="only_late")
    mine = Flag(label=_("Mine"), method="only_mine")

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        if not self.form.cleaned_data.get("state"):
            queryset = queryset.filter(state__in=(PlanState.OPEN, PlanState.ON_HOLD))
        return super().filter_queryset(queryset)

    def in_state(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows if value == EVERY else rows.filter(state=value)

    def in_team(self, rows: QuerySet, name: str, team: Team) -> QuerySet:
        return rows.filter(account__team__in=Team.objects.under([team.path]))

    def only_late(self, rows: QuerySet, name: str, value: bool) -> QuerySet:
        return rows.filter(state=PlanState.OPEN, late_steps__gt=0) if value else rows

    def only_mine(self, rows: QuerySet, name: str, value: bool) -> QuerySet:
        person = self.request.user.person_id
        held = PlanRole.objects.filter(assignment__person=person, assignment__until_on=None)
        return rows.filter(Q(pk__in=held.values("plan")) | Q(created_by=person)) if value else rows
