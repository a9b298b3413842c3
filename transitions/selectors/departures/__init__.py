"""Departures as pages and verbs see them: what somebody holds, whole books, proposals, standing cover."""

from transitions.selectors.departures.cover import cover_list, cover_page
from transitions.selectors.departures.facts import read_book
from transitions.selectors.departures.holdings import holdings
from transitions.selectors.departures.page import (
    candidates_for,
    compared,
    departures_list,
    explained,
    loads_of,
    plans_of,
    problems_of,
    table_of,
)

__all__ = [
    "candidates_for",
    "compared",
    "cover_list",
    "cover_page",
    "departures_list",
    "explained",
    "holdings",
    "loads_of",
    "plans_of",
    "problems_of",
    "read_book",
    "table_of",
]
