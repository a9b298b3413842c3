"""Addresses for pages with many of them: the pattern of a name is looked up once, not for each row."""

import re
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import quote
from uuid import UUID

from django.urls import NoReverseMatch, get_script_prefix, reverse

# What stands for an argument while a pattern is looked up: nothing that an address holds otherwise.
SOME_UUID = "{:08x}-0000-4000-8000-5eed5eed5eed"
SOME_WORD = "some-word-{}-some"
_plain = re.compile(r"[A-Za-z0-9_.~-]*").fullmatch  # what `quote` leaves as it is, at a tenth of its cost


def link(name: str, *args: UUID | str) -> str:
    """Return the address of that name as `reverse` does; raises NoReverseMatch where there is none."""
    pattern = _pattern(name, tuple([arg.__class__ is UUID for arg in args]), get_script_prefix())
    if pattern is None:
        return reverse(name, args=args)
    words = [str(arg) for arg in args]
    return pattern.format(*[word if _plain(word) else quote(word, safe="") for word in words])


@lru_cache(maxsize=1000)
def _pattern(name: str, uuids: tuple[bool, ...], prefix: str) -> str | None:
    """The address with numbered places; None where it takes only certain words."""
    places = [(SOME_UUID if uuid else SOME_WORD).format(number) for number, uuid in enumerate(uuids)]
    args = [UUID(place) if uuid else place for place, uuid in zip(places, uuids, strict=True)]
    try:
        found = reverse(name, args=args)
    except NoReverseMatch:
        return None
    for number, place in enumerate(places):
        found = found.replace(place, f"{{{number}}}")
    return found


def link_if_any(name: str, *args: UUID | str) -> str:
    """The address of that name, or "" while this installation has no such page."""
    try:
        return link(name, *args)
    except NoReverseMatch:
        return ""


def links(name: str) -> Callable[[object], str]:
    """From a uuid to its address of that name, as `link_if_any`: for many rows, which ask once."""
    some = UUID(int=0)
    before, _some, after = link_if_any(name, some).partition(str(some))
    return lambda uuid: f"{before}{uuid}{after}" if before else ""


class Places(dict[str, Callable[[object], str]]):
    """Addresses by the name of the page: `places["plan"](uuid)`. `site` stands before each."""

    def __init__(self, site: str = "") -> None:
        super().__init__()
        self._site = site

    def __missing__(self, name: str) -> Callable[[object], str]:
        found, site = links(name), self._site
        self[name] = (lambda uuid: site + found(uuid)) if site else found
        return self[name]
