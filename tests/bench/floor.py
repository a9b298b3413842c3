"""The floor: a signed-in view that reads 50 indexed rows and renders a 50-row table, and nothing else."""

from django.contrib.auth.decorators import login_required
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import override_settings
from django.urls import path

from accounts.models import Account

TABLE = """<!doctype html><html><head><title>Floor</title></head><body><table>
<thead><tr><th>Name</th><th>Tier</th><th>Industry</th><th>Country</th><th>Value</th></tr></thead><tbody>
{% for row in rows %}<tr><td>{{ row.name }}</td><td>{{ row.tier }}</td><td>{{ row.industry }}</td>
<td>{{ row.country }}</td><td>{{ row.yearly_value }}</td></tr>{% endfor %}</tbody></table></body></html>"""
_compiled = engines["django"].from_string(TABLE)


@login_required
def floor(request: HttpRequest) -> HttpResponse:
    rows = list(Account.objects.order_by("id")[:50])
    return HttpResponse(_compiled.render({"rows": rows}))


class FloorHandler(WSGIHandler):
    """Sessions and sign-in, no other middleware, and one address."""

    def get_response(self, request):
        request.urlconf = __name__
        return super().get_response(request)


urlpatterns = [path("floor", floor)]


def floor_application() -> FloorHandler:
    with override_settings(
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ]
    ):
        return FloorHandler()
