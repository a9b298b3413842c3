"""The leaders' weekly digest: whose is due, and what stands in it."""

from transitions.selectors.weekly.readers import Leader, due_now, leader_of
from transitions.selectors.weekly.told import has_news, told, weekly_of

__all__ = ["Leader", "due_now", "has_news", "leader_of", "told", "weekly_of"]
