"""One rep and one client: every part says why, every bar has its reason."""

from dataclasses import replace
from datetime import date

import pytest

from transitions.rules.fit import (
    PARTS,
    STANDARD,
    AccountFacts,
    Period,
    RepFacts,
    compare,
    fit,
    problems,
    ranked,
)

PERIOD = Period(date(2027, 3, 1), date(2027, 3, 15), date(2027, 6, 12))
OLGA = RepFacts(1, "Olga", "senior", ("Retail", "Logistics"), ("Scanner", "Cloud"), ("en",))
IVAN = RepFacts(
    2,
    "Ivan",
    "senior",
    ("retail", "Energy"),
    ("Cloud",),
    ("en", "de"),
    utc_offset=1,
    working_styles=("structured",),
    selling_styles=("advises",),
    capacity=40,
    workload=10,
    planned=3,
    joined_on=date(2020, 1, 1),
)
ACME = AccountFacts(
    10,
    "Acme",
    tier="strategic",
    industry="Retail",
    products=("Cloud", "Scanner"),
    languages=("de",),
    utc_offset=-5,
    working_styles=("structured",),
    selling_styles=("negotiates",),
    load=8,
    outgoing=OLGA,
    known_by={2: (3, 1)},
)


def part(key, *, rep=IVAN, account=ACME, period=PERIOD):
    return next(one for one in fit(rep, account, period=period).parts if one.key == key)


@pytest.mark.parametrize(
    ("key", "score", "says"),
    [
        ("industry", 1, "Knows the industry: Retail."),
        ("products", 0.5, "Cloud, of: Cloud, Scanner."),
        ("similarity", 0.6, "Shares with Olga: Retail, Cloud."),
        ("relationships", 4 / 6, "Knows 2 contacts there."),
        ("joined", 1, "With us for 87 months."),
        ("seniority", 1, "Seniority: Senior; tier of the client: Strategic."),
        ("workload", 19 / 40 / 0.3, "Would carry 21 of 40 points, 3 of them planned."),
        ("language", 1, "de, of: de."),
        ("time_zone", 2 / 6, "Working hours in common on a day: 2."),
        ("working_style", 1, "Plans ahead and keeps to it, of: Plans ahead and keeps to it."),
        ("selling_style", 0, "Nothing of: negotiates."),
        ("leave", 1, "No leave planned in the care period."),
    ],
)
def test_each_part_has_a_score_and_says_why(key, score, says):
    found = part(key)
    assert found.score == pytest.approx(min(score, 1))
    assert str(found.evidence) == says
    assert found.weight == STANDARD.parts[key]
    assert str(found.title) == PARTS[key]


@pytest.mark.parametrize(
    ("key", "rep", "account", "says"),
    [
        ("industry", {"industries": ()}, {}, "Not noted for this rep."),
        ("industry", {}, {"industry": ""}, "Not noted for this client."),
        ("products", {}, {"products": ()}, "Not noted for this client."),
        ("time_zone", {"utc_offset": None}, {}, "Not noted for this rep."),
        ("joined", {"joined_on": None}, {}, "Not noted for this rep."),
        ("similarity", {}, {"outgoing": None}, "No outgoing rep is known to compare with."),
        (
            "similarity",
            {},
            {"outgoing": RepFacts(1, "Olga")},
            "Nothing is noted of the outgoing rep's experience.",
        ),
    ],
)
def test_what_is_not_known_counts_half_and_says_so(key, rep, account, says):
    found = part(key, rep=replace(IVAN, **rep), account=replace(ACME, **account))
    assert (found.score, found.counted) == (None, STANDARD.unknown)
    assert str(found.evidence) == says


def test_the_total_is_the_weighted_mean_of_the_parts():
    found = fit(IVAN, ACME, period=PERIOD)
    weights = sum(one.weight for one in found.parts)
    assert found.total == pytest.approx(sum(one.points for one in found.parts) / weights)
    assert 0 <= found.total <= 1
    assert found.version == STANDARD.version


def test_similar_beats_star_and_new_hires_do_worst():
    """A principal who knows other industries and products loses to somebody like the leaver."""
    star = replace(
        IVAN,
        key=3,
        name="Star",
        seniority="principal",
        industries=("Energy",),
        products=("Robots",),
        workload=0,
    )
    similar = replace(IVAN, key=4, name="Similar", seniority="mid")
    new = replace(similar, key=5, name="New", joined_on=date(2027, 2, 1))
    account = replace(ACME, known_by={})
    names = [
        one.rep.name for one in ranked([fit(rep, account, period=PERIOD) for rep in (star, new, similar)])
    ]
    assert names.index("Similar") < names.index("Star")
    assert names.index("Similar") < names.index("New")


@pytest.mark.parametrize(("months", "score"), [(1, 0), (6, 0), (15, 0.5), (24, 1), (60, 1)])
def test_a_new_hire_counts_little_until_settled(months, score):
    rep = replace(IVAN, joined_on=date.fromordinal(PERIOD.today.toordinal() - round(months * 30.4)))
    assert part("joined", rep=rep).score == pytest.approx(score, abs=0.01)


def test_leave_in_the_care_period_counts_by_its_days():
    rep = replace(IVAN, leave=((date(2027, 3, 1), date(2027, 3, 24)), (date(2027, 3, 20), date(2027, 4, 3))))
    found = part("leave", rep=rep)
    assert found.score == pytest.approx(1 - 20 / 90)
    assert str(found.evidence) == "Away on 20 days of the care period."
    assert part("leave", rep=replace(IVAN, leave=((date(2027, 5, 14), None),))).score == pytest.approx(
        1 - 30 / 90
    )


@pytest.mark.parametrize(
    ("rep", "account", "says"),
    [
        (
            {"seniority": "junior"},
            {},
            "The tier of the client (Strategic) asks for at least: Experienced. This rep is: Junior.",
        ),
        ({}, {"clashes": {2: ("client",)}}, "The client does not want to work with this rep."),
        ({}, {"clashes": {2: ("rep",)}}, "The rep does not want to work with this client."),
        ({"languages": ("en",)}, {"language_required": True}, "The client needs one of these languages: de."),
        ({"workload": 30}, {}, "The account takes 8 workload points; 7 of 40 are free."),
    ],
)
def test_a_hard_limit_rules_out_and_says_why(rep, account, says):
    found = fit(replace(IVAN, **rep), replace(ACME, **account), period=PERIOD)
    assert [str(reason) for reason in found.barred] == [says]
    assert not found.open
    assert fit(IVAN, ACME, period=PERIOD).open


def test_whoever_is_ruled_out_comes_last():
    barred = fit(replace(IVAN, key=7), replace(ACME, clashes={7: ("client",)}), period=PERIOD)
    poor = fit(RepFacts(8, "Poor", "mid"), ACME, period=PERIOD)
    assert barred.total > poor.total
    assert ranked([barred, poor]) == (poor, barred)


def test_a_comparison_says_why_this_one_and_not_the_next():
    bea = replace(IVAN, key=3, name="Bea", industries=("Energy",), languages=("en",), workload=0)
    found = compare(fit(IVAN, ACME, period=PERIOD), fit(bea, ACME, period=PERIOD))
    assert str(found.verdict).startswith("Ivan fits better than Bea: ")
    assert any(
        str(one) == "Industry: Ivan: Knows the industry: Retail. Bea: Has not worked in: Retail."
        for one in found.pro
    )
    turned = compare(fit(bea, ACME, period=PERIOD), fit(IVAN, ACME, period=PERIOD))
    assert str(turned.verdict).startswith("Ivan fits better than Bea: ")
    assert turned.con == found.pro


def test_a_comparison_with_somebody_ruled_out_says_what_rules_them_out():
    bea = fit(replace(IVAN, key=3, name="Bea", seniority="junior"), ACME, period=PERIOD)
    found = compare(fit(IVAN, ACME, period=PERIOD), bea)
    assert str(found.verdict) == "Bea is ruled out, Ivan is not."
    assert found.pro == bea.barred


def test_the_defaults_have_no_problems():
    assert problems(STANDARD) == ()
    assert set(STANDARD.parts) == set(PARTS)


@pytest.mark.parametrize(
    "changed",
    [
        {"parts": {"luck": 1.0, "industry": 1.0}},
        {"parts": {"industry": -1.0}},
        {"parts": {"industry": 0.0}},
        {"parts": {}},
        {"unknown": 1.5},
        {"floor": {"strategic": "boss", "standard": "mid", "small": "mid"}},
        {"floor": {"strategic": "mid"}},
        {"floor": {"strategic": "principal", "standard": "mid", "small": "junior"}},
        {"new_until": 800},
        {"busy_from": 1.0},
        {"hours_wanted": 0.0},
        {"tier_weight": {"strategic": 1.0}},
        {"disruption": -1.0},
        {"imbalance": ((0.0, 0.0), (0.5, 2.0), (1.0, 3.0))},
        {"imbalance": ((0.0, 0.0),)},
    ],
)
def test_weights_that_make_no_sense_are_named(changed):
    found = problems(replace(STANDARD, **changed))
    assert found
    assert all(str(one) for one in found)
