"""What is typed to sign in: allauth's forms in the words of this site, without each label said twice."""

from typing import Any

from allauth.account import forms
from django.utils.translation import gettext_lazy as _


class OurWords:
    """Labels for fields by their names; no placeholder, which repeats the label and then goes away."""

    words: dict[str, Any] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            field.label = self.words.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)


class SignInForm(OurWords, forms.LoginForm):
    words = {"remember": _("Stay signed in on this device")}


class ChangePasswordForm(OurWords, forms.ChangePasswordForm):
    words = {
        "oldpassword": _("Current password"),
        "password1": _("New password"),
        "password2": _("The new password again"),
    }


class ResetPasswordForm(OurWords, forms.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(OurWords, forms.ResetPasswordKeyForm):
    words = {"password1": _("New password"), "password2": _("The new password again")}


class ReauthenticateForm(OurWords, forms.ReauthenticateForm):
    pass
