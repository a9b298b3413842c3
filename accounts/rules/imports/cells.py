"""From the text of a cell to a value, or the reason why not. What can be read in two ways is not guessed."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from uuid import UUID
from zoneinfo import available_timezones

from accounts.rules import countries
from accounts.rules.text import NAME_LENGTH, BadText, Message, clean_line, clean_text, gettext_noop

# A spreadsheet takes a text that begins so for a formula: our export puts "'" before it, our import takes
# it off.
GUARDED = re.compile("'*[=+\\-@\t\r]")
DATE_ORDERS = ("ymd", "dmy", "mdy")
NUMBER_STYLES = ("point", "comma")
EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)
MOST_MONEY = Decimal(10) ** 12  # what a yearly value can hold
MOST_TURNOVER = Decimal(10) ** 16
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class Unreadable(ValueError):
    """A cell that has no value. Carries why and what to do."""

    def __init__(self, reason: Message, remedy: Message) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Style:
    """How the file writes what could be read in two ways, and what its country names mean."""

    dates: str = "ymd"  # the order of 1/2/2026; "ymd": say that it is ambiguous
    numbers: str = "point"  # which sign stands before the decimals
    countries: Mapping[str, str] = field(default_factory=dict)  # name as heard -> code, or "" to leave blank


@dataclass(frozen=True, slots=True)
class UnknownCountry:
    """A country's name that the table does not have: to be asked."""

    name: str


Parser = Callable[[str, Style], object]


def unguarded(cell: str) -> str:
    """Return `cell` without the quotation mark that kept a spreadsheet from reading it as a formula."""
    return cell[1:] if cell.startswith("'") and GUARDED.match(cell) else cell


def guarded(text: str) -> str:
    """Return `text` so that no spreadsheet takes it for a formula; `unguarded` undoes it."""
    return "'" + text if GUARDED.match(text) else text


def line(most: int = NAME_LENGTH) -> Parser:
    def parse(cell: str, style: Style) -> str:
        try:
            return clean_line(cell, most=most)
        except BadText as error:
            raise Unreadable(error.message, Message(gettext_noop("Correct the cell."))) from None

    return parse


def prose(cell: str, style: Style) -> str:
    try:
        return clean_text(cell)
    except BadText as error:
        raise Unreadable(error.message, Message(gettext_noop("Correct the cell."))) from None


def email(cell: str, style: Style) -> str:
    if len(cell) <= 254 and re.fullmatch(r"[^\s@,;<>\"()\[\]\\]+@([\w-]+\.)+[\w-]{2,}", cell):
        return cell
    raise Unreadable(
        Message(gettext_noop("This is not an email address.")),
        Message(gettext_noop("Write one address, such as name@example.com, or leave the cell empty.")),
    )


def whole_number(least: int, most: int) -> Parser:
    def parse(cell: str, style: Style) -> int:
        value = decimal(cell, style)
        if value != value.to_integral_value() or not least <= value <= most:
            raise Unreadable(
                Message(
                    gettext_noop("This is not a whole number from %(least)d to %(most)d."),
                    {"least": least, "most": most},
                ),
                Message(gettext_noop("Correct the number.")),
            )
        return int(value)

    return parse


def money(times: int = 1, below: Decimal = MOST_MONEY) -> Parser:
    """Amounts in the organisation's currency, at least 0, with two decimals; `times`: the file's unit."""

    def parse(cell: str, style: Style) -> Decimal:
        value = decimal(cell, style) * times
        if not 0 <= value < below:
            raise Unreadable(
                Message(
                    gettext_noop("An amount here is at least 0 and below %(below)s."), {"below": f"{below:,}"}
                ),
                Message(gettext_noop("Correct the amount.")),
            )
        if value != value.quantize(Decimal("0.01")):
            raise Unreadable(
                Message(gettext_noop("An amount has at most two decimals.")),
                Message(gettext_noop("Round it, or say that the file writes numbers as 1.234,56.")),
            )
        return value.quantize(Decimal("0.01"))

    return parse


def decimal(cell: str, style: Style) -> Decimal:
    """Return a number that may have a currency, groups of thousands and a decimal sign."""
    digits = re.sub(r"^(?:[A-Z]{3}\s*|[$€£¥]\s*)|(?:\s*[A-Z]{3}|\s*[$€£¥])$", "", cell)
    digits = re.sub(r"(?<=\d)[\s'’\u202f\u00a0](?=\d{3}(?!\d))", "", digits)
    mark, group = (".", ",") if style.numbers == "point" else (",", ".")
    if "," in digits and "." in digits:  # the later of the two stands before the decimals
        mark, group = (".", ",") if digits.rfind(".") > digits.rfind(",") else (",", ".")
    elif group in digits and not re.fullmatch(rf"[+-]?\d{{1,3}}(?:{re.escape(group)}\d{{3}})+", digits):
        mark, group = group, mark  # "12,5" cannot be groups of thousands
    try:
        if not re.fullmatch(
            rf"[+-]?(?:\d{{1,3}}(?:{re.escape(group)}\d{{3}})+|\d+)(?:{re.escape(mark)}\d+)?", digits
        ):
            raise InvalidOperation
        return Decimal(digits.replace(group, "").replace(mark, "."))
    except InvalidOperation:
        raise Unreadable(
            Message(gettext_noop("This is not a number.")),
            Message(gettext_noop("Write digits only, such as 1234.50.")),
        ) from None


def day(cell: str, style: Style) -> date:
    found = parts_of_date(cell, style)
    try:
        value = date(*found)
    except (ValueError, OverflowError):
        raise Unreadable(
            Message(gettext_noop("The calendar has no such day.")),
            Message(gettext_noop("Correct the date, or leave the cell empty.")),
        ) from None
    if not EARLIEST <= value <= LATEST:
        raise Unreadable(
            Message(
                gettext_noop("Dates from %(earliest)d to %(latest)d are accepted."),
                {"earliest": EARLIEST.year, "latest": LATEST.year},
            ),
            Message(gettext_noop("Correct the year, or leave the cell empty.")),
        )
    return value


def parts_of_date(cell: str, style: Style) -> tuple[int, int, int]:
    """Return year, month and day as written. Raises Unreadable where they could be read in two ways."""
    if match := re.match(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{1,2}:\d{2}.*)?$", cell):
        return int(match[1]), int(match[2]), int(match[3])
    if match := re.fullmatch(r"(\d{4})(\d{2})(\d{2})", cell):
        return int(match[1]), int(match[2]), int(match[3])
    named = re.fullmatch(r"(\d{1,2})[ .-]+([A-Za-z]{3,9})[ .,-]+(\d{4})", cell)
    if named and named[2][:3].lower() in MONTHS:
        return int(named[3]), MONTHS.index(named[2][:3].lower()) + 1, int(named[1])
    named = re.fullmatch(r"([A-Za-z]{3,9})[ .]+(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})", cell)
    if named and named[1][:3].lower() in MONTHS:
        return int(named[3]), MONTHS.index(named[1][:3].lower()) + 1, int(named[2])
    if match := re.match(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?:,? \d{1,2}:\d{2}.*)?$", cell):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        if len(match[4]) == 2:
            if style.dates == "ymd":
                raise ambiguous()
            year += 2000 if year < 70 else 1900
        if style.dates == "dmy" or (style.dates == "ymd" and first > 12):
            return year, second, first
        if style.dates == "mdy" or second > 12 or first == second:
            return year, first, second
        raise ambiguous()
    raise Unreadable(
        Message(gettext_noop("This is not a date.")),
        Message(gettext_noop("Write it as year-month-day, such as 2026-02-28.")),
    )


def ambiguous() -> Unreadable:
    return Unreadable(
        Message(gettext_noop("This date can be read in more than one way.")),
        Message(gettext_noop("Say in which order the file writes dates, or write it as year-month-day.")),
    )


def country(cell: str, style: Style) -> object:
    """Return the code, "" where the user chose to leave this name blank, or UnknownCountry."""
    name = line()(cell, style)
    assert isinstance(name, str)
    if name in style.countries:
        return style.countries[name]
    return countries.code_of(name) or UnknownCountry(name)


def zone(cell: str, style: Style) -> str:
    if cell in _zones():
        return cell
    raise Unreadable(
        Message(gettext_noop("This is not a time zone.")),
        Message(gettext_noop("Write its name, such as Europe/Berlin, or leave the cell empty.")),
    )


_ZONES: set[str] = set()


def _zones() -> set[str]:
    if not _ZONES:  # read once: it walks a directory
        _ZONES.update(available_timezones())
    return _ZONES


def language(cell: str, style: Style) -> str:
    if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})?", cell) and len(cell) <= 10:
        return cell
    raise Unreadable(
        Message(gettext_noop("This is not a language code.")),
        Message(gettext_noop("Write it as “en” or “de”, or leave the cell empty.")),
    )


def truth(cell: str, style: Style) -> bool:
    word = cell.casefold()
    if word in ("yes", "y", "true", "1", "x"):
        return True
    if word in ("no", "n", "false", "0"):
        return False
    raise Unreadable(
        Message(gettext_noop("This is neither yes nor no.")),
        Message(gettext_noop("Write “yes” or “no”.")),
    )


def unique_id(cell: str, style: Style) -> str:
    try:
        return str(UUID(cell))
    except ValueError:
        raise Unreadable(
            Message(gettext_noop("This is not an id that this software wrote.")),
            Message(gettext_noop("Leave the cell as it was exported, or empty for something new.")),
        ) from None


def choice(words: Mapping[str, str]) -> Parser:
    """One of a few words. `words`: what may be written, in lower case -> the value."""

    def parse(cell: str, style: Style) -> str:
        key = re.sub(r"[\s_-]+", " ", cell.casefold())
        if key in words:
            return words[key]
        raise Unreadable(
            Message(gettext_noop("This is none of the words known here.")),
            Message(
                gettext_noop("Write one of: %(words)s."),
                {"words": ", ".join(dict.fromkeys(words.values()))},
            ),
        )

    return parse


def words(cell: str, style: Style) -> tuple[str, ...]:
    """A list in one cell, divided by semicolons; a semicolon in a word has a backslash before it."""
    cleaned = line(most=4000)(cell, style)
    assert isinstance(cleaned, str)
    return split(cleaned, ";")


def some_of(known: Iterable[str]) -> Parser:
    """A list as `words` reads it, of a few words that are known."""
    one = choice({re.sub(r"[\s_-]+", " ", key): key for key in known})

    def parse(cell: str, style: Style) -> tuple[str, ...]:
        return tuple(str(one(word, style)) for word in words(cell, style))

    return parse


def path(cell: str, style: Style) -> tuple[str, ...]:
    """A place in the team tree from the top down, divided by ">"."""
    cleaned = line(most=2000)(cell, style)
    assert isinstance(cleaned, str)
    return split(cleaned, ">")


def paths(cell: str, style: Style) -> tuple[tuple[str, ...], ...]:
    found = words(cell, style)
    return tuple(split(one, ">") for one in found)


def split(text: str, divider: str) -> tuple[str, ...]:
    parts = re.split(rf"(?<!\\)((?:\\\\)*){re.escape(divider)}", text)
    # re.split gives the doubled backslashes before each divider back as parts of their own.
    joined = [parts[at] + (parts[at + 1] if at + 1 < len(parts) else "") for at in range(0, len(parts), 2)]
    return tuple(re.sub(r"\\(.)", r"\1", part.strip()) for part in joined if part.strip())


def join(parts: tuple[str, ...], divider: str) -> str:
    spaced = f" {divider} " if divider == ">" else f"{divider} "
    return spaced.join(re.sub(rf"([\\{divider}])", r"\\\1", part) for part in parts)
