"""Templates compiled once for each language: what never changes within one is text from then on.

A page holds a hundred sentences and addresses of files that are the same on each request. Django looks
every one of them up each time it draws the page; here they are looked up when the template is compiled, and
what stood between them joins them to one piece of text. Templates are written as ever.
"""

from collections.abc import Iterable
from typing import Any

from django.template import Context, Template
from django.template.base import Node, NodeList, TextNode, TokenType
from django.template.defaulttags import IfNode
from django.template.loaders import cached
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.templatetags.static import StaticNode
from django.utils.translation import get_language


class Loader(cached.Loader):
    """Keeps compiled templates by name and language."""

    def cache_key(self, template_name: str, skip: Any = None) -> str:
        return f"{get_language() or ''}:{super().cache_key(template_name, skip)}"

    def get_template(self, template_name: str, skip: Any = None) -> Template:
        key = self.cache_key(template_name, skip)
        known = key in self.get_template_cache
        template = super().get_template(template_name, skip)
        if not known:
            context = Context()
            with context.bind_template(template):
                settle(template.nodelist, context)
        return template


def settle(nodes: NodeList, context: Context) -> None:
    """Replace what is the same on each request by its text, in place and all the way down."""
    settled: list[Node] = []
    for node in nodes:
        if _is_constant(node):
            node = TextNode(node.render(context))  # noqa: PLW2901
        for inner in _within(node):
            settle(inner, context)
        before = settled[-1] if settled else None
        if isinstance(node, TextNode) and isinstance(before, TextNode):
            settled[-1] = TextNode(before.s + node.s)
        else:
            settled.append(node)
    nodes[:] = settled


def _within(node: Node) -> Iterable[NodeList]:
    if isinstance(node, IfNode):
        return [inner for _condition, inner in node.conditions_nodelists]
    found = (getattr(node, name, None) for name in node.child_nodelists)
    return [inner for inner in found if isinstance(inner, NodeList)]


def _is_constant(node: Node) -> bool:
    match node:
        case TranslateNode():
            said = node.filter_expression
            plain = not said.filters and said.is_var and said.var.literal is not None
            return plain and not (node.noop or node.asvar or node.message_context)
        case BlockTranslateNode():
            open_ended = node.extra_context or node.countervar or node.asvar or node.message_context
            return not open_ended and all(token.token_type == TokenType.TEXT for token in node.singular)
        case StaticNode():
            return node.varname is None and not node.path.is_var and not node.path.filters
    return False
