"""What is typed about departments."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import PersonField, VerbForm, version_field
from accounts.forms.people import LineInput
from accounts.models import Department


class DepartmentForm(VerbForm):
    name = LineInput(label=_("Name"), max_length=100)
    person = PersonField(
        label=_("Who answers for it"),
        help_text=_(
            "Reads what a client is told of a change, and sees to it that the department says the same."
        ),
    )
    version = version_field()

    def __init__(self, *args: Any, department: Department | None = None, **kwargs: Any) -> None:
        if department is not None:
            shown = {"name": department.name, "person": department.person_id, "version": department.version}
            kwargs["initial"] = shown
        super().__init__(*args, **kwargs)
        if department is None:
            del self.fields["version"]
        else:
            self.fields["person"].also(department.person_id)
