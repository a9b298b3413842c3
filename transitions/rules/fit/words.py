"""How well one rep fits one account, said in words: every part with its evidence, every bar with its
reason.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from accounts.rules.people import SELLING_STYLES, WORKING_STYLES
from accounts.rules.text import Message
from accounts.rules.text import gettext_noop as _
from accounts.rules.text import ngettext_noop as _n
from transitions.rules.fit import scores
from transitions.rules.fit.facts import AccountFacts, Period, RepFacts
from transitions.rules.fit.weights import PARTS, STANDARD, Weights

SENIORITY = {
    "junior": _("Junior"),
    "mid": _("Experienced"),
    "senior": _("Senior"),
    "principal": _("Principal"),
}
TIER = {"strategic": _("Strategic"), "standard": _("Standard"), "small": _("Small")}
MOST_REASONS = 3


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that counts. `score` is None where nothing is known; then `counted` is what it counts as."""

    key: str
    title: Message
    score: float | None
    counted: float
    weight: float
    evidence: Message

    @property
    def points(self) -> float:
        return self.weight * self.counted


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a rep fits: 0 to 1 in all, the parts it is made of, and what rules the rep out."""

    rep: RepFacts
    total: float
    parts: tuple[Part, ...]
    barred: tuple[Message, ...]
    version: int

    @property
    def open(self) -> bool:
        return not self.barred


@dataclass(frozen=True, slots=True)
class Comparison:
    """Why one rep and not another: what speaks for the first, and what for the other all the same."""

    verdict: Message
    pro: tuple[Message, ...]
    con: tuple[Message, ...]


def fit(rep: RepFacts, account: AccountFacts, *, period: Period, weights: Weights = STANDARD) -> Fit:
    """Judge one rep for one account. `weights` must have no `problems`."""
    found = scores.scores([rep], [account], weights, period)
    parts = []
    for key in PARTS:
        weight = weights.parts.get(key, 0.0)
        score = float(found[key][0, 0])
        known = not np.isnan(score)
        parts.append(
            Part(
                key=key,
                title=Message(PARTS[key]),
                score=score if known else None,
                counted=score if known else weights.unknown,
                weight=weight,
                evidence=EVIDENCE[key](rep, account, period) if known else missing(key, rep, account),
            )
        )
    overall = float(scores.total(found, weights)[0, 0])
    return Fit(rep, overall, tuple(parts), barred(rep, account, weights), weights.version)


def ranked(fits: Sequence[Fit]) -> tuple[Fit, ...]:
    """The best first; whoever is barred comes last."""
    return tuple(sorted(fits, key=lambda one: (not one.open, -one.total, one.rep.name, one.rep.key)))


def compare(a: Fit, b: Fit) -> Comparison:
    """Say why rep `a` and not rep `b`: the parts that make the difference, the largest first."""
    names = {"rep": a.rep.name, "other": b.rep.name}
    if a.open and not b.open:
        return Comparison(Message(_("%(other)s is ruled out, %(rep)s is not."), names), b.barred, ())
    others = {part.key: part for part in b.parts}
    apart = [(part.points - others[part.key].points, part) for part in a.parts if part.key in others]
    apart.sort(key=lambda one: -abs(one[0]))
    least = 0.01 * sum(part.weight for part in a.parts)
    pro = [difference(part, others[part.key], names) for gap, part in apart if gap > least]
    con = [difference(others[part.key], part, turned(names)) for gap, part in apart if -gap > least]
    score = names | {"score": round(100 * a.total), "second": round(100 * b.total)}
    if abs(a.total - b.total) < 0.005:
        verdict = Message(_("%(rep)s and %(other)s fit equally well: %(score)d of 100."), score)
    elif a.total > b.total:
        verdict = Message(
            _("%(rep)s fits better than %(other)s: %(score)d against %(second)d of 100."), score
        )
    else:
        verdict = Message(
            _("%(other)s fits better than %(rep)s: %(second)d against %(score)d of 100."), score
        )
    return Comparison(verdict, tuple(pro[:MOST_REASONS]), tuple(con[:MOST_REASONS]))


def turned(names: dict[str, str]) -> dict[str, str]:
    return {"rep": names["other"], "other": names["rep"]}


def difference(better: Part, worse: Part, names: dict[str, str]) -> Message:
    params = names | {"part": better.title, "better": better.evidence, "worse": worse.evidence}
    return Message(_("%(part)s: %(rep)s: %(better)s %(other)s: %(worse)s"), params)


def barred(rep: RepFacts, account: AccountFacts, weights: Weights) -> tuple[Message, ...]:
    """What rules this rep out for this account, each with its reason."""
    found = scores.bars([rep], [account], weights)
    said = []
    if found["seniority"][0, 0]:
        params: dict[str, object] = {
            "tier": Message(TIER[account.tier]),
            "floor": Message(SENIORITY[weights.floor[account.tier]]),
            "own": Message(SENIORITY.get(rep.seniority, SENIORITY["junior"])),
        }
        sentence = _("The tier of the client (%(tier)s) asks for at least: %(floor)s. This rep is: %(own)s.")
        said.append(Message(sentence, params))
    if found["clash"][0, 0]:
        sentences = {
            "client": _("The client does not want to work with this rep."),
            "rep": _("The rep does not want to work with this client."),
        }
        for by in account.clashes[rep.key] or ("",):
            said.append(Message(sentences.get(by, _("A clash between this rep and the client is noted."))))
    if found["language"][0, 0]:
        languages = ", ".join(account.languages)
        said.append(
            Message(_("The client needs one of these languages: %(languages)s."), {"languages": languages})
        )
    if found["capacity"][0, 0]:
        params = {
            "load": number(account.load),
            "room": number(max(rep.room, 0.0)),
            "capacity": number(rep.capacity),
        }
        said.append(
            Message(
                _("The account takes %(load)s workload points; %(room)s of %(capacity)s are free."),
                params,
            )
        )
    return tuple(said)


def number(value: float) -> str:
    return f"{value:g}"


def listed(words: Sequence[str]) -> str:
    return ", ".join(words)


def overlap(ours: Sequence[str], theirs: Sequence[str]) -> list[str]:
    """What both have, in the account's spelling."""
    have = set(scores.plain(ours))
    return [word for word in theirs if word.strip().casefold() in have]


def known_of(ours: Sequence[str], theirs: Sequence[str]) -> Message:
    both = overlap(ours, theirs)
    if not both:
        return Message(_("Nothing of: %(wanted)s."), {"wanted": listed(theirs)})
    return Message(_("%(both)s, of: %(wanted)s."), {"both": listed(both), "wanted": listed(theirs)})


def industry(rep: RepFacts, account: AccountFacts, period: Period) -> Message:
    if overlap(rep.industries, [account.industry]):
        return Message(_("Knows the industry: %(industry)s."), {"industry": account.industry})
    return Message(_("Has not worked in: %(industry)s."), {"industry": account.industry})


def similarity(rep: RepFacts, account: AccountFacts, period: Period) -> Message:
    leaver = account.outgoing
    assert leaver is not None
    both = overlap([*rep.industries, *rep.products], [*leaver.industries, *leaver.products])
    if not both:
        return Message(_("Has no experience in common with %(leaver)s."), {"leaver": leaver.name})
    return Message(
        _("Shares with %(leaver)s: %(both)s."),
        {"leaver": leaver.name, "both": listed(list(dict.fromkeys(both)))},
    )


def relationships(rep: RepFacts, account: AccountFacts, period: Period) -> Message:
    strengths = account.known_by.get(rep.key, ())
    if strengths:
        sentence = _n("Knows %(count)d contact there.", "Knows %(count)d contacts there.")
        return Message.counted(sentence, {"count": len(strengths)}, count="count")
    if rep.key in account.involved:
        return Message(_("Works on the account already."))
    return Message(_("Knows nobody there yet."))


def joined(rep: RepFacts, account: AccountFacts, period: Period) -> Message:
    assert rep.joined_on is not None
    months = max(0, (period.today - rep.joined_on).days // 30)
    sentence = _n("With us for %(count)d month.", "With us for %(count)d months.")
    return Message.counted(sentence, {"count": months}, count="count")


def seniority(rep: RepFacts, account: AccountFacts, period: Period) -> Message:
    own = Message(SENIORITY.get(rep.seniority, SENIORITY["junior"]))
    tier = Message(TIER.get(account.tier, TIER["standard"]))
    return Message(_("Seniority: %(own)s; tier of the client: %(tier)s."), {"own": own, "tier": tier})


def workload(rep: RepFacts, account: AccountFacts, period: Period) -> Message:
    params = {
        "after": number(rep.workload + rep.planned + account.load),
        "planned": number(rep.planned),
        "capacity": number(rep.capacity),
    }
    return Message(_("Would carry %(after)s of %(capacity)s points, %(planned)s of them planned."), params)


def language(rep: RepFacts, account: AccountFacts, period: Period) -> Message:
    return known_of(rep.languages, account.languages)


def time_zone(rep: RepFacts, account: AccountFacts, period: Period) -> Message:
    assert rep.utc_offset is not None
    assert account.utc_offset is not None
    apart = abs(rep.utc_offset - account.utc_offset) % 24
    hours = number(round(max(0.0, scores.WORKING_HOURS - min(apart, 24 - apart)), 2))
    return Message(_("Working hours in common on a day: %(hours)s."), {"hours": hours})


def working_style(rep: RepFacts, account: AccountFacts, period: Period) -> Message:
    return styles_of(rep.working_styles, account.working_styles, WORKING_STYLES)


def selling_style(rep: RepFacts, account: AccountFacts, period: Period) -> Message:
    return styles_of(rep.selling_styles, account.selling_styles, SELLING_STYLES)


def styles_of(ours: Sequence[str], theirs: Sequence[str], titles: Mapping[str, str]) -> Message:
    """As `known_of`, of styles by their keys."""
    wanted, both = titled(theirs, titles), overlap(ours, theirs)
    if not both:
        return Message(_("Nothing of: %(wanted)s."), {"wanted": wanted})
    return Message(_("%(both)s, of: %(wanted)s."), {"both": titled(both, titles), "wanted": wanted})


def titled(keys: Sequence[str], titles: Mapping[str, str]) -> Message:
    """The titles of `keys` in a row, each in the reader's language."""
    names = {f"n{number}": Message(titles.get(key, key)) for number, key in enumerate(keys)}
    return Message(", ".join(f"%({name})s" for name in names), names)


def products(rep: RepFacts, account: AccountFacts, period: Period) -> Message:
    return known_of(rep.products, account.products)


def leave(rep: RepFacts, account: AccountFacts, period: Period) -> Message:
    days = scores.days_away(rep, period)
    if not days:
        return Message(_("No leave planned in the care period."))
    sentence = _n("Away on %(count)d day of the care period.", "Away on %(count)d days of the care period.")
    return Message.counted(sentence, {"count": days}, count="count")


def missing(key: str, rep: RepFacts, account: AccountFacts) -> Message:
    """Whose side lacks what would be needed to judge: said, so that somebody can fill it in."""
    if key == "similarity":
        if account.outgoing is None:
            return Message(_("No outgoing rep is known to compare with."))
        return Message(_("Nothing is noted of the outgoing rep's experience."))
    ours = {
        "industry": rep.industries,
        "products": rep.products,
        "language": rep.languages,
        "working_style": rep.working_styles,
        "selling_style": rep.selling_styles,
        "joined": rep.joined_on,
        "time_zone": rep.utc_offset is not None,
    }
    if key in ours and not ours[key]:
        return Message(_("Not noted for this rep."))
    return Message(_("Not noted for this client."))


EVIDENCE: dict[str, Callable[[RepFacts, AccountFacts, Period], Message]] = {
    "similarity": similarity,
    "industry": industry,
    "products": products,
    "relationships": relationships,
    "joined": joined,
    "seniority": seniority,
    "workload": workload,
    "language": language,
    "time_zone": time_zone,
    "working_style": working_style,
    "selling_style": selling_style,
    "leave": leave,
}
