"""The preview and the report of an import as plain text, for the command line."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

MOST_LINES = 10


def as_text(report: dict[str, Any]) -> str:
    """Return `report`, an `accounts.documents.imports.Preview` as data in the reader's words, as text."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: dict[str, Any]) -> Iterator[str]:
    for file in report["files"]:
        yield f"{file['name']}: {file['title']}, {_records(file['records'])}" + (
            f" ({file['encoding']}, {_delimiter(file['delimiter'])})" if file["encoding"] else ""
        )
        for column in file["columns"]:
            yield f"    {column['heading']} -> {column['title']}"
        if file["ignored"]:
            yield "    " + _("Not imported: %(headings)s") % {"headings": ", ".join(file["ignored"])}
        if file["lacks"]:
            yield "    " + _("Columns are missing: %(titles)s") % {"titles": ", ".join(file["lacks"])}
        for note in file["notes"]:
            yield f"    {note}"
    yield ""
    for section in report["sections"]:
        yield _("%(title)s: %(new)d new, %(changed)d changed, %(unchanged)d unchanged") % section
        yield from _rows(section)
    if report["new_teams"]:
        yield _("New teams: %(teams)s") % {"teams": "; ".join(report["new_teams"])}
    if report["owners"]:
        yield _("Accounts that get an owner: %(owners)d, of them %(owners_derived)d from the deals") % report
    if report["unreachable"]:
        yield ngettext(
            "%(count)d new person has no email address and cannot be reached until one is added.",
            "%(count)d new people have no email address and cannot be reached until one is added.",
            report["unreachable"],
        ) % {"count": report["unreachable"]}
    yield from _owners(report)
    yield from _countries(report)
    yield from _remarks(report)
    yield from _bad(report)


def _records(count: int) -> str:
    return ngettext("%(count)d record", "%(count)d records", count) % {"count": count}


def _delimiter(delimiter: str) -> str:
    return {
        ",": _("divided by commas"),
        ";": _("divided by semicolons"),
        "\t": _("divided by tabs"),
        "|": _("divided by bars"),
    }.get(delimiter, delimiter)


def _rows(section: dict[str, Any]) -> Iterator[str]:
    for row in section["rows"]:
        for title, before, after in row["differences"]:
            yield f"    {row['name']}: {title}: {before or '–'} -> {after or '–'}"
    if section["missing_count"]:
        yield "    " + _("Not in the file, and left as they are (%(count)d): %(names)s") % {
            "count": section["missing_count"],
            "names": ", ".join(section["missing"][:MOST_LINES])
            + (" …" if section["missing_count"] > MOST_LINES else ""),
        }


def _owners(report: dict[str, Any]) -> Iterator[str]:
    if not report["owners_differ"]:
        return
    yield ""
    yield _("Owners that differ. Ours stay; start a plan to change them:")
    for owner in report["owners_differ"]:
        if owner["derived"]:
            yield "    " + _("%(name)s: ours is %(ours)s, most deals were won by %(theirs)s") % owner
        else:
            yield "    " + _("%(name)s: ours is %(ours)s, the file says %(theirs)s") % owner


def _countries(report: dict[str, Any]) -> Iterator[str]:
    if not report["countries"]:
        return
    yield ""
    yield _("Countries that are not known stay blank until you say what they mean:")
    for country in report["countries"]:
        near = ", ".join(f"{_(name)} ({code})" for code, name in country["suggestions"])
        code = country["suggestions"][0][0] if len(country["suggestions"]) == 1 else _("CODE")
        meant = _("; near: %(names)s") % {"names": near} if near else ""
        where = places(country["lines"], country["count"])
        yield f'    {country["name"]} ({where}){meant}; --country "{country["name"]}={code}"'


def _remarks(report: dict[str, Any]) -> Iterator[str]:
    if not report["remarks"]:
        return
    yield ""
    yield _("Worth knowing; none of it stops the import:")
    for remark in report["remarks"]:
        where = places(remark["lines"], remark["count"])
        yield f"    {remark['title']}: {remark['message']} ({where})"


def _bad(report: dict[str, Any]) -> Iterator[str]:
    if not report["bad_count"]:
        return
    yield ""
    yield ngettext("%(count)d bad cell:", "%(count)d bad cells:", report["bad_count"]) % {
        "count": report["bad_count"]
    }
    for cell in report["bad"]:
        yield (
            "    "
            + _("%(file)s, line %(line)d (record %(record)d), %(column)s: “%(value)s”. %(reason)s %(remedy)s")
            % cell
        )
    if report["bad_count"] > len(report["bad"]):
        yield "    " + _("and %(count)d more") % {"count": report["bad_count"] - len(report["bad"])}


def places(lines: Sequence[int], count: int) -> str:
    """Where something stands: "line 5", or "1425 times, first on lines 11, 44, 46"."""
    named = ", ".join(str(line) for line in lines[:5])
    if count == 1:
        return _("line %(lines)s") % {"lines": named}
    if count <= 5:
        return _("lines %(lines)s") % {"lines": named}
    return _("%(count)d times, first on lines %(lines)s") % {"count": count, "lines": named}
