"""Scores of all reps for all accounts at once, as matrices (reps x accounts); no words here.

A score lies between 0 and 1; NaN where nothing is known. One rep and one account go the same way, so that a
proposal for a book and the page about one client never disagree.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from transitions.rules.fit.facts import SENIORITIES, AccountFacts, Period, RepFacts
from transitions.rules.fit.weights import PARTS, Weights

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Reps: TypeAlias = Sequence[RepFacts]
Accounts: TypeAlias = Sequence[AccountFacts]
WORKING_HOURS = 8.0
TRUSTED = 3.0


def scores(reps: Reps, accounts: Accounts, weights: Weights, period: Period) -> dict[str, Floats]:
    """The score of every part."""
    return {key: SCORED[key](reps, accounts, weights, period) for key in PARTS}


def total(parts: dict[str, Floats], weights: Weights, *, without: Sequence[str] = ()) -> Floats:
    """The weighted mean of the parts; what is not known counts as `weights.unknown`."""
    counted = {key: weight for key, weight in weights.parts.items() if weight > 0 and key not in without}
    shape = next(iter(parts.values())).shape
    found = np.zeros(shape)
    for key, weight in counted.items():
        found += weight * np.where(np.isnan(parts[key]), weights.unknown, parts[key])
    return found / sum(counted.values()) if counted else found + weights.unknown


def bars(reps: Reps, accounts: Accounts, weights: Weights) -> dict[str, Bools]:
    """The hard limits, by kind: where True, this rep may not take this account, however well they fit."""
    shape = (len(reps), len(accounts))
    rank = np.array([level(rep.seniority) for rep in reps]).reshape(-1, 1)
    floor = np.array([level(weights.floor.get(account.tier, "junior")) for account in accounts])
    clash = np.zeros(shape, bool)
    at = {rep.key: row for row, rep in enumerate(reps)}
    for column, account in enumerate(accounts):
        for key in account.clashes:
            if key in at:
                clash[at[key], column] = True
    required = np.array([account.language_required and bool(account.languages) for account in accounts], bool)
    spoken = shared([rep.languages for rep in reps], [account.languages for account in accounts]) > 0
    room = np.array([rep.room for rep in reps]).reshape(-1, 1)
    load = np.array([account.load for account in accounts])
    return {
        "seniority": np.broadcast_to(rank < floor[None, :], shape),
        "clash": clash,
        "language": required[None, :] & ~spoken,
        "capacity": np.broadcast_to(load[None, :] > room + 1e-9, shape),
    }


def level(seniority: str) -> int:
    return SENIORITIES.index(seniority) if seniority in SENIORITIES else 0


def plain(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip().casefold() for word in words if word.strip()))


def shared(ours: Sequence[Sequence[str]], theirs: Sequence[Sequence[str]]) -> Floats:
    """How many words each pair has in common."""
    left, right = [plain(words) for words in ours], [plain(words) for words in theirs]
    number = {
        word: place for place, word in enumerate(dict.fromkeys(word for words in right for word in words))
    }
    if not number:
        return np.zeros((len(left), len(right)))
    a, b = np.zeros((len(left), len(number))), np.zeros((len(right), len(number)))
    for matrix, rows in ((a, left), (b, right)):
        for row, words in enumerate(rows):
            matrix[row, [number[word] for word in words if word in number]] = 1.0
    found: Floats = a @ b.T
    return found


def share(ours: Sequence[Sequence[str]], theirs: Sequence[Sequence[str]]) -> Floats:
    """Which share of what the account has the rep has too; NaN where either has nothing noted."""
    wanted = np.array([len(plain(words)) for words in theirs], dtype=np.float64)
    found = shared(ours, theirs) / np.where(wanted > 0, wanted, np.nan)[None, :]
    found[[not plain(words) for words in ours]] = np.nan
    return found


def industry(reps: Reps, accounts: Accounts, weights: Weights, period: Period) -> Floats:
    return share([rep.industries for rep in reps], [(account.industry,) for account in accounts])


def products(reps: Reps, accounts: Accounts, weights: Weights, period: Period) -> Floats:
    return share([rep.products for rep in reps], [account.products for account in accounts])


def language(reps: Reps, accounts: Accounts, weights: Weights, period: Period) -> Floats:
    return np.minimum(share([rep.languages for rep in reps], [one.languages for one in accounts]) * 1e9, 1.0)


def working_style(reps: Reps, accounts: Accounts, weights: Weights, period: Period) -> Floats:
    return share([rep.working_styles for rep in reps], [account.working_styles for account in accounts])


def selling_style(reps: Reps, accounts: Accounts, weights: Weights, period: Period) -> Floats:
    return share([rep.selling_styles for rep in reps], [account.selling_styles for account in accounts])


def likeness(rep: RepFacts, other: RepFacts) -> float:
    """How much a rep resembles another: what the other knows and the rep too, and how senior both are."""
    found, counted = 0.0, 0.0
    for ours, theirs in ((rep.industries, other.industries), (rep.products, other.products)):
        if wanted := set(plain(theirs)):
            found += 0.4 * len(wanted & set(plain(ours))) / len(wanted)
            counted += 0.4
    found += 0.2 * (1 - abs(level(rep.seniority) - level(other.seniority)) / (len(SENIORITIES) - 1))
    return found / (counted + 0.2) if counted else float("nan")


def similarity(reps: Reps, accounts: Accounts, weights: Weights, period: Period) -> Floats:
    found = np.full((len(reps), len(accounts)), np.nan)
    leavers = {account.outgoing.key: account.outgoing for account in accounts if account.outgoing}
    columns: dict[int, list[int]] = {}
    for column, account in enumerate(accounts):
        if account.outgoing:
            columns.setdefault(account.outgoing.key, []).append(column)
    for key, at in columns.items():
        found[:, at] = np.array([likeness(rep, leavers[key]) for rep in reps])[:, None]
    return found


def relationships(reps: Reps, accounts: Accounts, weights: Weights, period: Period) -> Floats:
    """Strengths of all contacts known, out of two who trust: a third one adds little."""
    found = np.zeros((len(reps), len(accounts)))
    at = {rep.key: row for row, rep in enumerate(reps)}
    for column, account in enumerate(accounts):
        for key, strengths in account.known_by.items():
            if key in at:
                found[at[key], column] = min(1.0, sum(strengths) / (2 * TRUSTED))
        for key in account.involved:
            if key in at:
                found[at[key], column] = max(found[at[key], column], 0.5)
    return found


def joined(reps: Reps, accounts: Accounts, weights: Weights, period: Period) -> Floats:
    days = np.array(
        [np.nan if rep.joined_on is None else (period.today - rep.joined_on).days for rep in reps]
    )
    scale = (days - weights.new_until) / (weights.settled_after - weights.new_until)
    return np.tile(np.clip(scale, 0.0, 1.0)[:, None], (1, len(accounts)))


def seniority(reps: Reps, accounts: Accounts, weights: Weights, period: Period) -> Floats:
    """1 at the seniority wished for; half a step less for each one below, a little less above."""
    rank = np.array([level(rep.seniority) for rep in reps], dtype=np.float64)[:, None]
    wished = np.array([level(weights.wished.get(one.tier, "junior")) for one in accounts], dtype=np.float64)
    away = rank - wished[None, :]
    found: Floats = np.clip(np.where(away < 0, 1 + 0.5 * away, 1 - 0.1 * away), 0.0, 1.0)
    return found


def workload(reps: Reps, accounts: Accounts, weights: Weights, period: Period) -> Floats:
    held = np.array([rep.workload + rep.planned for rep in reps], dtype=np.float64)[:, None]
    full = np.maximum(np.array([rep.capacity for rep in reps], dtype=np.float64), 1e-9)[:, None]
    share_of = (held + np.array([account.load for account in accounts], dtype=np.float64)[None, :]) / full
    found: Floats = np.clip((1 - share_of) / (1 - weights.busy_from), 0.0, 1.0)
    return found


def time_zone(reps: Reps, accounts: Accounts, weights: Weights, period: Period) -> Floats:
    ours = np.array([np.nan if rep.utc_offset is None else rep.utc_offset for rep in reps])
    theirs = np.array([np.nan if one.utc_offset is None else one.utc_offset for one in accounts])
    apart = np.abs(ours[:, None] - theirs[None, :]) % 24
    common = np.maximum(WORKING_HOURS - np.minimum(apart, 24 - apart), 0.0)
    found: Floats = np.minimum(common / weights.hours_wanted, 1.0)
    return found


def leave(reps: Reps, accounts: Accounts, weights: Weights, period: Period) -> Floats:
    away = np.array([days_away(rep, period) for rep in reps], dtype=np.float64)
    return np.tile((1 - away / period.days)[:, None], (1, len(accounts)))


def days_away(rep: RepFacts, period: Period) -> int:
    """Days of leave within the care period, each counted once."""
    days: set[date] = set()
    for from_on, until_on in rep.leave:
        first = max(from_on, period.from_on)
        last = min(until_on or period.until_on, period.until_on)
        days.update(first + timedelta(days=day) for day in range((last - first).days + 1))
    return len(days)


SCORED: dict[str, Callable[[Reps, Accounts, Weights, Period], Floats]] = {
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
