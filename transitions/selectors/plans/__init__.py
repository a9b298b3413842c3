"""Plans as pages, digests and rules read them."""

from transitions.selectors.plans.board import board
from transitions.selectors.plans.cover import cover_notes
from transitions.selectors.plans.day import my_day
from transitions.selectors.plans.due import due_items
from transitions.selectors.plans.facts import facts_of
from transitions.selectors.plans.guardrails import guards_page
from transitions.selectors.plans.history import history_of
from transitions.selectors.plans.lines import as_lines, with_people
from transitions.selectors.plans.lists import plans_list
from transitions.selectors.plans.page import plan_in_full, plan_page
from transitions.selectors.plans.preview import preview, usual_cutover
from transitions.selectors.plans.starting import open_plan_of, startable

__all__ = [
    "as_lines",
    "board",
    "cover_notes",
    "due_items",
    "facts_of",
    "guards_page",
    "history_of",
    "plan_in_full",
    "my_day",
    "plan_page",
    "plans_list",
    "preview",
    "open_plan_of",
    "startable",
    "usual_cutover",
    "with_people",
]
