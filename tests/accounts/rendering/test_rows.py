import pytest
from django.template.exceptions import TemplateDoesNotExist
from django.test import override_settings
from django.utils.safestring import SafeString, mark_safe

from accounts.rendering.rows import drawn


@pytest.fixture
def pattern(tmp_path, settings):
    (tmp_path / "row.html").write_text("<td data-label=\"{% translate 'Tier' %}\">{name}|{mark}</td>")
    with override_settings(TEMPLATES=[{**settings.TEMPLATES[0], "DIRS": [str(tmp_path)], "APP_DIRS": False}]):
        yield "row.html"


def test_every_row_fills_the_pattern_in_turn(pattern):
    rows = [{"name": "Acme", "mark": None}, {"name": "Beta", "mark": mark_safe("<b>!</b>")}]

    assert drawn(pattern, rows) == (
        '<td data-label="Tier">Acme|</td><td data-label="Tier">Beta|<b>!</b></td>'
    )


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("<script>", "&lt;script&gt;"),
        ("'\"&", "&#x27;&quot;&amp;"),
        ("{mark} {0} {name.__class__}", "{mark} {0} {name.__class__}"),
        ("{{ 7 }}", "{{ 7 }}"),
        ("%s", "%s"),
    ],
)
def test_what_people_typed_is_text_and_never_markup_or_pattern(pattern, name, shown):
    assert drawn(pattern, [{"name": name, "mark": ""}]) == f'<td data-label="Tier">{shown}|</td>'


def test_the_result_is_safe_to_show(pattern):
    assert isinstance(drawn(pattern, []), SafeString)


def test_a_missing_pattern_is_a_mistake():
    with pytest.raises(TemplateDoesNotExist):
        drawn("nowhere.html", [])
