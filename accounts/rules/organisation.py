"""Colours derived from the organisation's own, so that text on them can be read."""

from dataclasses import dataclass
from functools import lru_cache

WHITE, BLACK = "#ffffff", "#000000"
LIGHT_CARD, DARK_CARD = "#ffffff", "#1a2220"
# ISO 4217, those that companies report in; another one stays when it stands there already.
CURRENCIES = (
    "AED", "ARS", "AUD", "BGN", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EUR", "GBP",
    "HKD", "HUF", "IDR", "ILS", "INR", "ISK", "JPY", "KES", "KRW", "MAD", "MXN", "MYR", "NGN", "NOK",
    "NZD", "PEN", "PHP", "PLN", "QAR", "RON", "RSD", "SAR", "SEK", "SGD", "THB", "TRY", "TWD", "UAH",
    "USD", "VND", "ZAR",
)  # fmt: skip
READABLE = 4.5  # WCAG 2.2, success criterion 1.4.3


@dataclass(frozen=True, slots=True)
class Palette:
    """Hex colours: `ground` for filled areas, `ink` on it, `strong` for hover, `text` on a card, `wash`."""

    ground: str
    ink: str
    strong: str
    text: str
    wash: str


@lru_cache(maxsize=256)  # a morning's mails ask for the same two, thousands of times
def palette(colour: str, *, dark: bool) -> Palette:
    """Return readable companions of `colour` (#rrggbb) on light or dark cards."""
    card = DARK_CARD if dark else LIGHT_CARD
    towards = WHITE if dark else BLACK
    text = colour
    # The wash lies under the text too, in the navigation: measure against it.
    wash = mix(colour, card, 0.16 if dark else 0.1)
    for step in range(1, 21):
        if contrast(text, wash) >= READABLE and contrast(text, card) >= READABLE:
            break
        text = mix(towards, colour, step / 20)
    ink = WHITE if contrast(colour, WHITE) >= contrast(colour, BLACK) else BLACK
    return Palette(
        ground=colour,
        ink=ink,
        strong=mix(BLACK if ink == WHITE else WHITE, colour, 0.18),
        text=text,
        wash=wash,
    )


def mix(one: str, other: str, share: float) -> str:
    """Return `share` of `one` with the rest of `other`."""
    parts = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in parts)


def contrast(one: str, other: str) -> float:
    """Return the WCAG contrast ratio of two hex colours, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (
        c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4
        for c in (channel / 255 for channel in _channels(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
