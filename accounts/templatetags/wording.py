"""How documents are worded on a page: messages, amounts, initials."""

from django import template

from accounts.rendering import text

register = template.Library()

register.filter("said", text.translate)
register.filter("money", text.money)
register.filter("money_in_short", text.money_in_short)
register.filter("initials", text.initials)
