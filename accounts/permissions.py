"""Rows by `visible_to`, verbs by the table: a stranger gets 404, a colleague without the right 403."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.models import Account, Assignment, ClientRequest, Commitment, User
from accounts.models.prepared import prepared
from accounts.rules.verbs import VERBS
from accounts.selectors.absence import stands_in


class AuthenticatedRequest(HttpRequest):
    """A request that `allowed` has let in: somebody is signed in."""

    user: User


Standing = Callable[[User, Model | None], set[str]]


def standing(user: User, row: Model | None = None) -> set[str]:
    """The roles that `user` holds in general and on `row`, an account or something of an account."""
    held = {str(user.role)}
    account = row if isinstance(row, Account) else getattr(row, "account", None)
    if account is not None:
        held |= standing_on_account(user, account)
    if isinstance(row, ClientRequest | Commitment) and _answers_for(user, row, held):
        held.add("ower")
    return held


def _answers_for(user: User, row: ClientRequest | Commitment, held: set[str]) -> bool:
    """Whether it is theirs, or, asked where nothing else lets them, they stand in for whose it is."""
    return row.owner_id == user.person_id or steps_in(user, row.owner_id, held, VERBS["settle"])


def steps_in(user: User, owner: int | None, held: set[str], enough: frozenset[str]) -> bool:
    """Whether `user` stands in for `owner`, who is on leave; asked where nothing they hold is `enough`."""
    if owner is None or user.asked_at is None or not enough.isdisjoint(held):
        return False
    return stands_in(user.person_id, owner, user.asked_at)


def standing_on_account(user: User, account: Account) -> set[str]:
    held = {role for (role,) in _held(account=account.pk, person=user.person_id)}
    if account.team_id in user.led_team_ids():
        held.add("lead")
    return held


@prepared
def _held(*, account: int, person: int) -> QuerySet:
    return Assignment.objects.live().shown().filter(account=account, person=person).values_list("role")


def gatekeeper(verbs: Mapping[str, frozenset[str]], standing: Standing) -> tuple[Callable, Callable]:
    """Return `may(user, verb, row)` and the decorator `allowed(verb, Model)` for one table of verbs."""

    def may(user: User, verb: str, row: Model | None = None) -> bool:
        return not verbs[verb].isdisjoint(standing(user, row))

    def allowed(
        verb: str,
        model: type[Model] | None = None,
        *,
        find: Callable[[User, UUID], Model | None] | None = None,
    ) -> Callable:
        """Let in whoever may `verb`; hand over the visible row that the address names by `uuid`.

        `find` looks for it instead, where a view needs more than the row; it knows what the user sees.
        """
        verbs[verb]  # a verb missing from the table is a mistake found at import

        def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
            @wraps(view)
            def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
                if not request.user.is_authenticated and request.method == "POST":
                    # Leading on to the sign-in would lose what was typed without a word.
                    return render(request, "errors/signed_out.html", status=403)
                if not request.user.is_authenticated:
                    return redirect_to_login(request.get_full_path())
                row = None
                if model is not None:
                    uuid = kwargs.pop("uuid")
                    if find is None:
                        rows = model._default_manager.visible_to(request.user)  # type: ignore[attr-defined]
                        row = get_object_or_404(rows, uuid=uuid)
                    elif (row := find(request.user, uuid)) is None:
                        raise Http404
                    args = (row, *args)
                # Kept for `rights`: a page asks about many verbs, and each would read the standing again.
                request.standing = standing(request.user, row)  # type: ignore[attr-defined]
                if verbs[verb].isdisjoint(request.standing):  # type: ignore[attr-defined]
                    raise PermissionDenied
                return view(request, *args, **kwargs)

            guarded.access = verb  # type: ignore[attr-defined]
            guarded.access_model = model  # type: ignore[attr-defined]
            return guarded

        return decorate

    return may, allowed


def rights(request: HttpRequest, verbs: Mapping[str, frozenset[str]] = VERBS) -> dict[str, bool]:
    """What the signed-in person may do with the row of this view, for its template. No query."""
    held = request.standing  # type: ignore[attr-defined]
    return {verb: not holders.isdisjoint(held) for verb, holders in verbs.items()}


may, allowed = gatekeeper(VERBS, standing)


def public(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """State that a view needs no sign-in. It looks up what it shows by a secret, or shows nothing."""
    view.access = "public"  # type: ignore[attr-defined]
    view.access_model = None  # type: ignore[attr-defined]
    return view
