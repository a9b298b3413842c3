from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Who: people, teams, client accounts, what passed between us, how we reach people."""

    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts import checks  # noqa: F401  registering is the import's purpose
