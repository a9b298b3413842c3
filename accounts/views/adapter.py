"""allauth, told our rules: nobody signs themselves up, and mail goes through the outbox."""

from ipaddress import ip_address
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.models import User
from accounts.selectors.organisation import organisation
from accounts.services import sign_in


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People come by import or invitation; see accounts.services.people."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The address of this installation, never what the request claims its host to be."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.SITE_URL + path.replace("UID-KEY", key)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue a mail in its reader's language. A mail server that is down delays it, nothing else."""
        user = context.get("user") or self._addressee(email)
        if user is None:
            return
        ours = organisation()
        with override(user.person.language or ours.language):
            said = {**context, "user": user, "organisation": ours.name}
            subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", said).split())
            text = render_to_string(f"{template_prefix}_message.txt", said).strip() + "\n"
            reset_key = context["key"] if "password_reset_url" in context else ""
            sign_in.queue_mail(user=user, subject=subject, text=text, reset_key=reset_key, now=timezone.now())

    def _addressee(self, email: str) -> User | None:
        return User.objects.filter(email=email.lower(), is_active=True).select_related("person").first()

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """The account and the address together: the account alone would let anybody lock a victim out."""
        return f"{client_address(request)}:{attempted_email(request, credentials)}"


class ResetTokens:
    """What allauth asks for tokens of password resets; see accounts.services.sign_in."""

    def make_token(self, user: User) -> str:
        return sign_in.new_reset_key(now=timezone.now())

    def check_token(self, user: User, token: str) -> bool:
        return sign_in.reset_key_fits(user, token, now=timezone.now())


def attempted_email(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Whom somebody tries to sign in as, written one way: axes counts by it."""
    tried = credentials or {}
    email = tried.get("email") or tried.get("username") or tried.get("login")
    return str(email or request.POST.get("login", "")).strip().lower()[:254]


def client_address(request: HttpRequest) -> str:
    """Where a request comes from, as far as the proxies in front of us are trusted to say."""
    if settings.TRUSTED_PROXIES:
        hops = [hop.strip() for hop in request.headers.get("x-forwarded-for", "").split(",")]
        if len(hops) >= settings.TRUSTED_PROXIES and (
            address := plain_address(hops[-settings.TRUSTED_PROXIES])
        ):
            return address
    return plain_address(request.META.get("REMOTE_ADDR", "")) or "0.0.0.0"


def plain_address(said: str) -> str:
    """Return an address without brackets and port, or nothing where it is none."""
    if said.startswith("["):
        said = said[1:].partition("]")[0]
    elif said.count(":") == 1:
        said = said.partition(":")[0]
    try:
        return str(ip_address(said))
    except ValueError:
        return ""
