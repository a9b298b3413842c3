from django.apps import AppConfig


class TransitionsConfig(AppConfig):
    """What: handover plans and everything hung on them."""

    name = "transitions"
    default_auto_field = "django.db.models.BigAutoField"
