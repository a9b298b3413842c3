"""Templates are compiled once per language, and what never changes within one is text."""

import pytest
from django.template import engines
from django.template.base import TextNode
from django.test import override_settings
from django.utils import translation


@pytest.fixture
def template(tmp_path, settings):
    """Write a template and get it as a page would."""
    with override_settings(TEMPLATES=[{**settings.TEMPLATES[0], "DIRS": [str(tmp_path)]}]):

        def written(source: str, name: str = "page.html"):
            (tmp_path / name).write_text(source)
            return engines["django"].get_template(name)

        yield written


def test_sentences_and_files_of_a_template_become_one_text(template):
    page = template(
        "<p>{% translate 'Accounts' %}</p>{% static 'js/app.js' %}"
        "{% blocktranslate %}Menu{% endblocktranslate %}"
    )

    assert [type(node) for node in page.template.nodelist] == [TextNode]
    assert page.render() == "<p>Accounts</p>/static/js/app.jsMenu"


def test_each_language_has_its_own(template):
    source = "{% if yes %}{% translate 'Accounts' %}{% endif %}"
    with translation.override("en"):
        english = template(source).render({"yes": True})
    with translation.override("de"):
        german = template(source).render({"yes": True})

    assert (english, german) == ("Accounts", "Kunden")


@pytest.mark.parametrize(
    "source",
    [
        "{% translate word %}",
        "{% translate 'Accounts'|upper %}",
        "{% translate 'Accounts' as word %}{{ word }}",
        "{% blocktranslate with word=word %}{{ word }}{% endblocktranslate %}",
        "{% blocktranslate %}{{ word }}{% endblocktranslate %}",
        "{% static word %}",
    ],
)
def test_what_depends_on_the_request_is_asked_each_time(template, source):
    page = template(source)

    assert page.render({"word": "one"}) != page.render({"word": "two"}) or "Accounts" in source
    assert not all(isinstance(node, TextNode) for node in page.template.nodelist)


def test_blocks_loops_and_branches_are_settled_all_the_way_down(template):
    template("{% block body %}{% endblock %}", "around.html")
    page = template(
        "{% extends 'around.html' %}{% block body %}{% for n in numbers %}"
        "{% if n %}<i>{% translate 'Open' %}</i>{% else %}{% translate 'Closed' %}{% endif %}"
        "{% empty %}{% translate 'Plans' %}{% endfor %}{% endblock %}"
    )

    assert page.render({"numbers": [1, 0]}) == "<i>Open</i>Closed"
    assert page.render({"numbers": []}) == "Plans"
    (extends,) = page.template.nodelist
    loop = extends.blocks["body"].nodelist[0]
    branches = loop.nodelist_loop[0].conditions_nodelists
    assert [[type(node) for node in nodes] for _condition, nodes in branches] == [[TextNode], [TextNode]]


def test_text_that_is_settled_is_not_escaped_twice(template):
    assert template("{% blocktranslate %}a &amp; b{% endblocktranslate %}").render() == "a &amp; b"
