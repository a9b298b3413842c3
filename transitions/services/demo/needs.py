"""What clients of the demo company need of a rep, and what its reps bring: so that fits rest on something."""

from datetime import datetime

from accounts.models import Assignment, ClientNeeds, Person, Rep
from accounts.rules.people import SELLING_STYLES, WORKING_STYLES
from accounts.services.history import keep_new
from accounts.services.needs import note_clash
from transitions.rules.demo.generator import PRODUCTS
from transitions.services.demo.facts import Known

SPOKEN = {"DE": "de", "AT": "de", "CH": "de", "FR": "fr", "IT": "it", "ES": "es", "MX": "es", "SE": "sv"}
NAMES = tuple(name for name, _series, _price in PRODUCTS)
MUST = "strategic"  # clients of this tier insist on their language
WORKING, SELLING = tuple(WORKING_STYLES), tuple(SELLING_STYLES)


def write_needs(rows: Known, *, by: Person, now: datetime) -> None:
    """What each client needs, what each rep knows and how they work, and one clash."""
    accounts = sorted(rows.accounts.values(), key=lambda account: account.name)
    found = []
    for at, account in enumerate(accounts):
        spoken = SPOKEN.get(account.country)
        found.append(
            ClientNeeds(
                account=account,
                products=[NAMES[at % len(NAMES)], NAMES[(at + 2) % len(NAMES)]],
                languages=[spoken] if spoken else ["en"],
                language_required=spoken is not None and account.tier == MUST,
                working_styles=[WORKING[at % len(WORKING)]],
                selling_styles=[SELLING[at % len(SELLING)]],
            )
        )
    keep_new(found, ClientNeeds, by=by, now=now)
    industries: dict[int, set[str]] = {}
    owned = Assignment.objects.owners().values_list("person", "account__industry")
    for person, industry in owned:
        industries.setdefault(person, set()).add(industry)
    reps = list(Rep.objects.order_by("person__name"))
    for at, rep in enumerate(reps):
        rep.industries = sorted(industries.get(rep.person_id, ()))[:4]
        rep.products = [NAMES[(at + step) % len(NAMES)] for step in range(3)]
        rep.working_styles = [WORKING[at % len(WORKING)], WORKING[(at + 2) % len(WORKING)]]
        rep.selling_styles = [SELLING[at % len(SELLING)]]
    Rep.objects.bulk_update(reps, ["industries", "products", "working_styles", "selling_styles"])
    note_clash(
        account=rows.accounts["Coldline Freight"],
        person=rows.people["Daniel Reyes"],
        side="client",
        words="Their dispatcher asked not to be called by him again after the recall of 2024.",
        by=by,
        now=now,
    )
