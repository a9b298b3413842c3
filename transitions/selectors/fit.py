"""Which weights count, and which counted before."""

from transitions.models import FitWeights
from transitions.rules.fit import STANDARD, Weights
from transitions.rules.fit.weights import loads


def weights_in_force() -> Weights:
    """The newest published weights, or what the product comes with. One query."""
    newest = FitWeights.objects.order_by("-version").first()
    return loads(newest.content, newest.version) if newest else STANDARD


def weights_of_version(version: int) -> Weights:
    """The weights of a version that was published, or what the product comes with. One query."""
    row = FitWeights.objects.filter(version=version).first()
    return loads(row.content, row.version) if row else STANDARD


def published_weights() -> list[FitWeights]:
    """Every version, the newest first. One query."""
    return list(FitWeights.objects.select_related("published_by").order_by("-version"))
