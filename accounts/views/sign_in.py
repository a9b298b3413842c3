"""Pages of allauth that would let people do by themselves what administrators do here."""

from django.http import Http404, HttpRequest, HttpResponse

from accounts.permissions import public


@public
def closed(request: HttpRequest) -> HttpResponse:
    """An address is changed on the person's page, where everything that hangs on it follows."""
    raise Http404
