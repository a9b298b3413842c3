"""Publishing weights: what is published never changes; a change is the next version."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import Person
from accounts.models.base import StaleVersion
from accounts.rules.text import Message, clean_text, gettext_noop
from transitions.models import FitWeights
from transitions.rules.fit import Weights, problems
from transitions.rules.fit.weights import dumps
from transitions.selectors.fit import weights_in_force

_ = gettext_noop


class WeightsRefused(Exception):
    """The weights cannot be used. Carries (field, sentence) pairs as `problems`."""

    def __init__(self, found: Sequence[tuple[str, Message]]) -> None:
        super().__init__("; ".join(f"{field}: {message}" for field, message in found))
        self.problems = list(found)


@transaction.atomic
def publish_weights(*, weights: Weights, why: str, over: int, by: Person, now: datetime) -> FitWeights:
    """Publish weights as the version after `over`, the version that was looked at.

    Proposals and standing cover go by them from now on; what was proposed before says its own version.
    Raises WeightsRefused (fields "why" and "") and StaleVersion when somebody published meanwhile.
    """
    found = [("", message) for message in problems(weights)]
    if not clean_text(why):
        found.append(("why", Message(_("Say why: whoever wonders about a proposal reads it."))))
    current = weights_in_force()
    if not found and dumps(weights) == dumps(current):
        found.append(("", Message(_("These are the weights that count already."))))
    if found:
        raise WeightsRefused(found)
    newest = FitWeights.objects.order_by("-version").first()
    if current.version != over:
        raise StaleVersion(newest or FitWeights(version=1))
    try:
        with transaction.atomic():
            return FitWeights.objects.create(
                version=over + 1, content=dumps(weights), why=why, published_at=now, published_by=by
            )
    except IntegrityError:  # at the very same moment
        raise StaleVersion(FitWeights.objects.latest("version")) from None
