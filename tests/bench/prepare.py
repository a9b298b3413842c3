"""Make a fresh database of one size and print the pages to measure as JSON."""

import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def main() -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    name = settings.DATABASES["default"]["NAME"]
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
    call_command("migrate", verbosity=0)

    from tests.bench.seed import first_account_of, first_plan_of, large_plan_of, seed

    sessions = seed(accounts=int(sys.argv[1]), now=timezone.now())
    large = large_plan_of("rep0@example.com")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    plan = first_plan_of("rep0@example.com")
    pages = {
        "floor": ["/floor", sessions["rep"]],
        "My day (rep)": ["/", sessions["rep"]],
        "Plan page (rep)": [plan, sessions["rep"]],
        "Large plan (rep)": [f"/plans/{large.uuid}/", sessions["rep"]],
        # As it is for somebody who works through it: one of its steps is another one each time.
        "Large plan, one step changed": [
            f"/plans/{large.uuid}/",
            sessions["rep"],
            "UPDATE transitions_planstep SET version = version + 1,"
            " due_on = due_on + 1 - 2 * (version % 2)"
            f" WHERE id = {large.steps.order_by('-due_on').values_list('pk', flat=True)[0]}",
        ],
        "Accounts (rep)": ["/accounts/", sessions["rep"]],
        "Accounts (leader)": ["/accounts/", sessions["leader"]],
        "Accounts (executive, all)": ["/accounts/", sessions["executive"]],
        "Transitions (leader)": ["/transitions/", sessions["leader"]],
        "Transitions (executive, all)": ["/transitions/", sessions["executive"]],
    }
    if "--full" in sys.argv:
        pages |= {
            "Account page (rep)": [first_account_of("rep0@example.com"), sessions["rep"]],
            "History of a plan (rep)": [f"{plan}history/", sessions["rep"]],
            "Plans (rep)": ["/plans/", sessions["rep"]],
            "Plans (executive, all)": ["/plans/", sessions["executive"]],
            "People (executive)": ["/people/", sessions["executive"]],
        }
    print(json.dumps(pages))


if __name__ == "__main__":
    main()
