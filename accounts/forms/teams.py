"""What is typed about teams."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import PersonField, VerbForm, version_field
from accounts.forms.people import LineInput, TeamField
from accounts.models import Team


class TeamForm(VerbForm):
    name = LineInput(label=_("Name"))
    under = TeamField(label=_("Part of"), required=False, empty_label=_("Nothing: it stands at the top"))
    lead = PersonField(
        label=_("Lead"),
        required=False,
        help_text=_("Sees and decides everything in this team and in the teams under it."),
    )
    version = version_field()

    def __init__(self, *args: Any, team: Team | None = None, **kwargs: Any) -> None:
        if team is not None:
            kwargs["initial"] = {
                "name": team.name,
                "under": Team.objects.get_parent(team),
                "lead": team.lead_id,
                "version": team.version,
            }
        super().__init__(*args, **kwargs)
        if team is None:
            del self.fields["version"]
        else:
            self.fields["lead"].also(team.lead_id)
            # Not under itself, nor under what lies below it.
            self.fields["under"].queryset = Team.objects.exclude(path__startswith=team.path)
