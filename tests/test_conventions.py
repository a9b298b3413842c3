"""What a machine can check of how this house is built. Each rule says why it is one."""

import ast
import importlib
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.module_loading import import_string

from accounts.rules.verbs import VERBS as ACCOUNT_VERBS
from config.celery import app as celery
from transitions.rules.verbs import VERBS as PLAN_VERBS

ROOT = Path(settings.BASE_DIR)
OURS = ("accounts", "transitions")

# Addresses that other people's packages answer, each under a prefix of its own.
NOT_OURS = ("sign-in/", "admin/")

# Addressed rows that no page looks up by their address for a signed-in user, and why.
SEEN_BY_NOBODY: dict[str, str] = {}

FLOORS_WITHOUT_CLOCK = (
    "rules",
    "documents",
    "models",
    "selectors",
    "services",
    "rendering",
    "forms",
    "permissions",
)
MOST_LINES = 500


def views() -> Iterator[tuple[str, object]]:
    """Every address of ours with its view."""

    def walk(patterns, prefix: str = "") -> Iterator[tuple[str, object]]:
        for pattern in patterns:
            address = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                if prefix or address not in NOT_OURS:
                    yield from walk(pattern.url_patterns, address)
            elif isinstance(pattern, URLPattern):
                yield address, pattern.callback

    yield from walk(get_resolver().url_patterns)


def name_of(view) -> str:
    return f"{view.__module__}.{getattr(view, '__qualname__', view)}"


def our_models() -> list[type[models.Model]]:
    return [
        model
        for label in OURS
        for model in apps.get_app_config(label).get_models()
        if not model.__name__.startswith("Historical")
    ]


def sources(*floors: str) -> list[Path]:
    """Python files of the two apps, on these floors or all of them, without migrations."""
    found = []
    for app in OURS:
        for path in sorted((ROOT / app).rglob("*.py")):
            floor = path.relative_to(ROOT / app).parts[0].removesuffix(".py")
            if floor != "migrations" and (not floors or floor in floors):
                found.append(path)
    return found


def at(path: Path, node: ast.AST | int) -> str:
    return f"{path.relative_to(ROOT)}:{node if isinstance(node, int) else node.lineno}"


def calls(path: Path) -> Iterator[tuple[ast.Call, str]]:
    """Every call in a file with the dotted name of what is called, as far as it is plain."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            yield node, dotted(node.func)


def dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    if isinstance(node, ast.Name):
        return node.id
    return dotted(node.func) + "()" if isinstance(node, ast.Call) else "?"


# --- Ways in --------------------------------------------------------------------------------------


def test_every_view_states_who_may_use_it():
    unstated = [f"{address}: {name_of(view)}" for address, view in views() if not hasattr(view, "access")]

    assert unstated == []


def test_every_verb_that_a_view_states_is_in_the_tables():
    unknown = {
        f"{address}: {view.access}"
        for address, view in views()
        if view.access not in {*ACCOUNT_VERBS, *PLAN_VERBS, "public"}
    }

    assert unknown == set()


def test_every_address_of_ours_is_answered_by_a_function_of_ours():
    """A page of somebody else's package among ours would have escaped every rule here."""
    strange = [
        f"{address}: {name_of(view)}"
        for address, view in views()
        if view.__module__.split(".")[0] not in OURS
    ]

    assert strange == []


def test_nothing_of_ours_hides_under_the_addresses_of_others():
    roots = {str(pattern.pattern): pattern for pattern in get_resolver().url_patterns}

    for prefix in NOT_OURS:
        hidden = [
            callback for callback in callbacks(roots[prefix]) if callback.__module__.split(".")[0] in OURS
        ]
        assert hidden == []


def callbacks(resolver: URLResolver) -> Iterator:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from callbacks(pattern)
        else:
            yield pattern.callback


def test_every_error_page_states_that_it_is_public():
    resolver = get_resolver()

    assert {resolver.resolve_error_handler(code).access for code in (400, 403, 404, 500)} == {"public"}


def test_addresses_name_rows_by_uuid_only():
    """A number in an address tells how many rows there are, and invites to try the next."""
    counted = [address for address, view in views() if re.search(r"<int:(pk|id|\w+_id)>|<(pk|id)>", address)]

    assert counted == []


def test_every_address_has_a_name_of_its_own():
    names: dict[str, str] = {}
    twice = []
    for pattern, address in named(get_resolver()):
        if pattern.name is None or pattern.name in names:
            twice.append(f"{address}: {pattern.name}")
        names[pattern.name] = address

    assert twice == []


def named(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[URLPattern, str]]:
    for pattern in resolver.url_patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield pattern, address
        elif address not in NOT_OURS:
            yield from named(pattern, address)


# --- Rows -----------------------------------------------------------------------------------------


def test_dates_end_in_on_and_instants_in_at():
    wrong = []
    for model in our_models():
        for field in model._meta.local_fields:
            if field.name == "last_login":  # Django's own
                continue
            if isinstance(field, models.DateTimeField) and not (
                field.name == "at" or field.name.endswith("_at")
            ):
                if field.name != "lease_until":
                    wrong.append(f"{model.__name__}.{field.name}: an instant ends in _at")
            elif type(field) is models.DateField and not field.name.endswith("_on"):
                wrong.append(f"{model.__name__}.{field.name}: a date ends in _on")
            elif re.search(r"_(on|at)$", field.name) and not isinstance(field, models.DateField):
                wrong.append(f"{model.__name__}.{field.name}: neither a date nor an instant")

    assert wrong == []


def test_every_row_with_a_page_says_who_sees_it():
    """`allowed(verb, Model)` looks rows up through it: a stranger gets 404."""
    without = {
        model.__name__
        for model in our_models()
        if any(field.name == "uuid" for field in model._meta.local_fields)
        and not hasattr(model._default_manager.all(), "visible_to")
    }

    assert without == set(SEEN_BY_NOBODY) & without
    assert {view.access_model.__name__ for _, view in views() if view.access_model} & without == set()


def test_nothing_fills_in_the_clock_by_itself():
    """`now` is given from above, so that a test can give it, and an import can say when."""
    wrong = [
        f"{model.__name__}.{field.name}"
        for model in our_models()
        for field in model._meta.local_fields
        if isinstance(field, models.DateField)
        and (field.auto_now or field.auto_now_add or field.has_default())
    ]

    assert wrong == []


def test_no_model_overrides_save_or_delete():
    wrong = [
        f"{model.__name__}.{name}"
        for model in our_models()
        for name in ("save", "delete")
        if name in vars(model)
    ]

    assert wrong == []


def test_tracked_rows_are_not_changed_behind_their_history():
    """`update()` and `bulk_update()` write no history: only what history leaves out may be written so."""
    tracked = {
        model.__name__: {field.name for field in model.history.model.tracked_fields}
        for model in our_models()
        if hasattr(model, "history")
    }
    wrong = []
    for path in sources():
        for call, name in calls(path):
            first, last = name.split(".")[0], name.split(".")[-1]
            changes = first in tracked and ".objects" in name and last in ("update", "bulk_update")
            if changes and tracked[first] & set(written(call, last)):
                wrong.append(at(path, call))

    assert tracked
    assert wrong == []


def written(call: ast.Call, verb: str) -> list[str]:
    """The fields that an `update` or `bulk_update` names; what is no literal counts as everything."""
    if verb == "update":
        return [keyword.arg or "" for keyword in call.keywords]
    fields = call.args[1] if len(call.args) > 1 else None
    if not isinstance(fields, ast.List | ast.Tuple):
        return ["id"]
    return [each.value for each in fields.elts if isinstance(each, ast.Constant)]


# --- Floors ---------------------------------------------------------------------------------------


CLOCK = re.compile(
    r"(^|\.)(timezone\.now|datetime\.now|datetime\.utcnow|datetime\.today|date\.today|time\.time)$"
)


def reads_the_clock(call: ast.Call, name: str) -> bool:
    return bool(CLOCK.search(name)) or (name.endswith("timezone.localdate") and not call.args)


def test_nothing_below_views_tasks_and_commands_reads_the_clock():
    below = sources(*FLOORS_WITHOUT_CLOCK)
    wrong = [at(path, call) for path in below for call, name in calls(path) if reads_the_clock(call, name)]
    handed_on = [
        at(path, number)
        for path in below
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(r"=\s*timezone\.now\b", line)
    ]

    assert wrong + handed_on == []


def test_the_search_for_clocks_finds_one():
    """Negative control: the tasks and commands above do read it."""
    found = [name for path in sources("views", "tasks", "management") for _, name in calls(path)]

    assert "timezone.now" in found


def test_services_wake_nobody():
    """Rows are the truth; a task called from a transaction may run before its rows are there."""
    below = sources(
        "rules", "documents", "models", "selectors", "services", "rendering", "forms", "permissions"
    )
    wrong = [
        at(path, call)
        for path in below
        for call, name in calls(path)
        if name.split(".")[-1] in ("delay", "apply_async", "delay_on_commit", "send_task")
    ]

    assert wrong == []


def test_there_are_no_signals_and_no_views_of_classes():
    """A caller should see what it causes; access is stated on a function."""
    wrong = []
    for path in sources():
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and any(dotted(base).endswith("View") for base in node.bases):
                wrong.append(f"{at(path, node)}: a view that is a class")
            if isinstance(node, ast.FunctionDef) and any(
                "receiver" in dotted(each) for each in node.decorator_list
            ):
                wrong.append(f"{at(path, node)}: a signal handler")
            if isinstance(node, ast.ImportFrom) and (node.module or "").endswith(".signals"):
                wrong.append(f"{at(path, node)}: a signal")

    assert wrong == []


def test_every_module_has_a_name_that_says_what_it_is_for():
    vague = {"utils", "helpers", "common", "misc", "extras", "lib", "tools", "base_utils"}

    assert [at(path, 1) for path in sources() if path.stem in vague] == []


def test_no_module_is_too_long_to_read():
    written = [path for path in sources() if "demo" not in path.parts]  # tables of made-up companies
    long = {at(path, len(path.read_text().splitlines())) for path in written}

    assert {each for each in long if int(each.split(":")[1]) > MOST_LINES} == set()


def test_packages_that_rules_live_in_are_empty():
    """That is what lets rules be imported without Django."""
    heads = [ROOT / app / name for app in OURS for name in ("__init__.py", "rules/__init__.py")]

    assert [at(path, 1) for path in heads if path.read_text().strip()] == []


# --- Background work ------------------------------------------------------------------------------


def our_tasks() -> set[str]:
    celery.loader.import_default_modules()
    return {name for name in celery.tasks if name.split(".")[0] in OURS}


def test_every_task_is_run_twice_by_a_test():
    """A message may come twice. `RUN_TWICE` in a test module names the tasks that it runs so."""
    run_twice: set[str] = set()
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        if re.search(r"^RUN_TWICE\b", path.read_text(), flags=re.M):
            module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
            run_twice |= set(module.RUN_TWICE)

    assert run_twice == our_tasks()


def test_every_tick_has_its_task():
    due = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert due <= our_tasks()


def test_every_tick_that_was_missed_expires():
    """A worker that was away for a day should not run a thousand ticks when it comes back."""
    lasting = [
        name for name, entry in settings.CELERY_BEAT_SCHEDULE.items() if "expires" not in entry["options"]
    ]

    assert lasting == []


def test_every_task_takes_keywords_only_and_survives_unknown_ones():
    """An old worker meets messages of a newer version during an upgrade."""
    wrong = []
    for name in our_tasks():
        code = celery.tasks[name].run.__code__
        takes_any = bool(code.co_flags & 0x08)
        if code.co_argcount - (code.co_varnames[:1] == ("self",)) or not takes_any:
            wrong.append(name)

    assert wrong == []


@pytest.mark.parametrize("kind", sorted(settings.JOB_HANDLERS))
def test_every_kind_of_job_has_its_handler(kind):
    assert callable(import_string(settings.JOB_HANDLERS[kind]))


# --- Pages ----------------------------------------------------------------------------------------


LEAVES = "packet_index.html"  # goes into a ZIP, where no other file is beside it


def templates() -> list[Path]:
    """Pages. Mail has no style sheets but its own."""
    found = sorted((ROOT / "templates").rglob("*.html"))
    return [path for path in found if "mail" not in path.parts and path.name != LEAVES]


INLINE = {
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>", re.I),
    "a style element": re.compile(r"<style\b", re.I),
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.I),
    "an event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=\s*[\"']", re.I),
    "a javascript address": re.compile(r"javascript:", re.I),
}


@pytest.mark.parametrize("what", INLINE)
def test_no_page_holds_what_the_content_security_policy_forbids(what):
    wrong = [
        at(path, number)
        for path in templates()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if INLINE[what].search(line)
    ]

    assert wrong == []


@pytest.mark.parametrize(
    "line",
    [
        "<script>alert()</script>",
        "<style>",
        '<p class="a" style="x">',
        '<a onclick="x()">',
        "href='javascript:x'",
    ],
)
def test_the_search_for_inline_code_finds_it(line):
    assert any(pattern.search(line) for pattern in INLINE.values())


@pytest.mark.parametrize(
    "line", ['<script src="a.js" defer></script>', '<p class="style">', '<a data-on="x">']
)
def test_the_search_for_inline_code_leaves_the_rest_alone(line):
    assert not any(pattern.search(line) for pattern in INLINE.values())


def test_no_page_fetches_anything_from_elsewhere():
    outside = re.compile(r"(src|href|action)\s*=\s*[\"'](https?:)?//", re.I)
    wrong = [
        at(path, number)
        for path in [*templates(), *sorted((ROOT / "static" / "css").rglob("*.css"))]
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if outside.search(line) or re.search(r"url\([\"']?(https?:)?//", line)
    ]

    assert wrong == []


# --- The repository -------------------------------------------------------------------------------


def pins(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text().splitlines()
    return dict(
        line.rstrip(" \\").split(";")[0].strip().split("==")
        for line in lines
        if re.match(r"^[a-z0-9].*==", line)
    )


def test_the_locks_agree_on_every_version():
    """A machine that has run the tests runs the product with the very same packages."""
    dev, local, runtime = (
        pins("requirements/dev.txt"),
        pins("requirements/local.txt"),
        pins("requirements.txt"),
    )

    assert local.items() <= dev.items()
    assert {k: v for k, v in runtime.items() if k != "psycopg2"}.items() <= local.items()
    assert runtime["psycopg2"] == local["psycopg2-binary"]


def test_the_version_is_said_once():
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == settings.VERSION


def test_the_first_two_targets_are_the_commands_of_the_readme():
    targets = re.findall(r"^([a-z-]+):.*?## ", (ROOT / "Makefile").read_text(), flags=re.M)

    assert targets[:2] == ["run", "test"]
