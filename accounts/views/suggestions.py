"""Suggestions for fields with too many values for a select: what the person who types may see."""

from collections.abc import Callable, Iterator

from django.http import Http404, JsonResponse

from accounts.forms.fields import country_choices
from accounts.models import Account, Person, User
from accounts.permissions import AuthenticatedRequest, allowed
from accounts.selectors.clients import same_names, suggested

MOST = 12
LONGEST = 200


def _accounts(user: User, typed: str) -> Iterator[str]:
    rows = Account.objects.visible_to(user).live().filter(name__icontains=typed)
    found = list(rows.order_by("name", "pk").values_list("uuid", "name")[:MOST])
    shared = same_names(Account.objects.visible_to(user), [name for _uuid, name in found])
    for uuid, name in found:
        yield f"{name} · {str(uuid)[:8]}" if name in shared else name


def _owners(user: User, typed: str) -> Iterator[str]:
    yield from suggested(Person.objects.visible_to(user).live(), "name", typed, most=MOST)


def _industries(user: User, typed: str) -> Iterator[str]:
    yield from suggested(Account.objects.visible_to(user).live(), "industry", typed, most=MOST)


def _countries(user: User, typed: str) -> Iterator[str]:
    key = typed.casefold()
    named = [name for code, name in country_choices() if code and key in name.casefold()]
    yield from named[:MOST]


SOURCES: dict[str, Callable[[User, str], Iterator[str]]] = {
    "accounts": _accounts,
    "owners": _owners,
    "industries": _industries,
    "countries": _countries,
}


@allowed("see_accounts")
def suggest(request: AuthenticatedRequest, what: str) -> JsonResponse:
    if what not in SOURCES:
        raise Http404
    typed = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    return JsonResponse({"options": [{"value": value} for value in SOURCES[what](request.user, typed)]})
