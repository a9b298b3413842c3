"""Django's makemessages, which also knows our way to mark a sentence with its plural."""

from django.core.management.commands.makemessages import Command as Makemessages


class Command(Makemessages):
    xgettext_options = [*Makemessages.xgettext_options, "--keyword=ngettext_noop:1,2"]
