"""Names of keys, degrees of risk and distances in days, for the pages of plans."""

from django import template

from transitions.rendering import words

register = template.Library()

register.filter("title_of", words.title)
register.filter("risk_words", words.risk)
register.filter("days_away", words.days_away)
