"""How well a rep fits an account, and a whole book as a question for `assign`. See docs/fit.md."""

from transitions.rules.fit.book import Question, question
from transitions.rules.fit.facts import AccountFacts, Period, RepFacts
from transitions.rules.fit.weights import DEFAULTS, PARTS, STANDARD, Weights, problems
from transitions.rules.fit.words import Comparison, Fit, Part, compare, fit, ranked

__all__ = [
    "DEFAULTS",
    "PARTS",
    "STANDARD",
    "AccountFacts",
    "Comparison",
    "Fit",
    "Part",
    "Period",
    "Question",
    "RepFacts",
    "Weights",
    "compare",
    "fit",
    "problems",
    "question",
    "ranked",
]
