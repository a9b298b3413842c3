"""Importing in the browser: upload, columns, preview, questions, confirmation, result."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.documents.imports import Preview, as_data, unpacked
from accounts.forms.imports import ColumnsForm, CountriesForm, UploadForm
from accounts.models import ImportRun, ImportState
from accounts.permissions import AuthenticatedRequest, allowed
from accounts.rendering.imports import places
from accounts.rendering.text import translate
from accounts.rules.imports.shapes import BadFile
from accounts.selectors import imports as selectors
from accounts.services import imports as services
from accounts.views.exports import table_response

PAGE_SIZE = 50


@allowed("import")
def imports(request: AuthenticatedRequest) -> HttpResponse:
    runs = selectors.runs(request.user)
    page = Paginator(runs, PAGE_SIZE).get_page(request.GET.get("page"))
    page.elided = list(  # type: ignore[attr-defined]
        page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    )
    return TemplateResponse(request, "accounts/imports/list.html", {"page": page})


@allowed("import")
def import_new(request: AuthenticatedRequest) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None, sources=selectors.sources())
    if request.method == "POST" and form.is_valid():
        uploads = [(upload.name, upload.read()) for upload in form.cleaned_data["uploads"]]
        source = form.cleaned_data["source"]
        try:
            run = services.stage(uploads=uploads, source=source, by=request.user.person, now=timezone.now())
        except services.FilesRefused as refusal:
            add_problems(form, "uploads", refusal)
        else:
            return redirect("import", run.uuid)
    return TemplateResponse(request, "accounts/imports/new.html", {"form": form})


def add_problems(form: Any, field: str | None, refusal: services.FilesRefused) -> None:
    for name, message in refusal.problems:
        text = translate(message)
        form.add_error(field, f"{name}: {text}" if name else text)


@allowed("import", ImportRun)
def import_run(request: AuthenticatedRequest, run: ImportRun) -> HttpResponse:
    """The preview of a staged import, the report of one that was carried out."""
    if run.state != ImportState.STAGED:
        return TemplateResponse(request, "accounts/imports/done.html", {"run": run, "report": report_of(run)})
    try:
        preview, _changes = selectors.preview_of(run)
    except BadFile as error:  # the importer has become stricter since the upload
        messages.error(request, translate(error.message))
        return redirect("imports")
    return preview_page(request, run, preview)


def preview_page(
    request: AuthenticatedRequest, run: ImportRun, preview: Preview, *, status: int = 200
) -> HttpResponse:
    names = [country.name for country in preview.countries]
    form = CountriesForm(None, names=names)
    asked = [(field, next(c for c in preview.countries if c.name == field.label)) for field in form]
    context = {
        "run": run,
        "report": shown(as_data(preview, translate)),
        "changes_anything": preview.changes_anything,
        "countries": [
            (field, places(as_data(country, translate)))  # type: ignore[arg-type]
            for field, country in asked
        ],
    }
    return TemplateResponse(request, "accounts/imports/preview.html", context, status=status)


def shown(report: Any) -> Any:
    """The report with the places of each remark in words."""
    for remark in report.get("remarks", ()):
        remark["places"] = places(remark)
    return report


def report_of(run: ImportRun) -> Any:
    return shown(unpacked(run.report, translate)) if run.report else None


@allowed("import", ImportRun)
def import_columns(request: AuthenticatedRequest, run: ImportRun) -> HttpResponse:
    if run.state != ImportState.STAGED:
        return over(request, run)
    style = selectors.style_of(run.source)
    initial = {"dates": style.dates, "numbers": style.numbers}
    form = ColumnsForm(request.POST or None, staged=selectors.staged_files(run), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.choose_columns(
                run=run,
                kinds=form.kinds(),
                columns=form.columns(),
                dates=form.cleaned_data["dates"],
                numbers=form.cleaned_data["numbers"],
            )
        except services.FilesRefused as refusal:
            add_problems(form, None, refusal)
        except services.NotStaged:
            return over(request, run)
        else:
            same = all(part.was == form.cleaned_data[part.kind_name] for part in form.parts)
            return redirect("import" if same else "import-columns", run.uuid)
    return TemplateResponse(request, "accounts/imports/columns.html", {"run": run, "form": form})


@require_POST
@allowed("import", ImportRun)
def import_countries(request: AuthenticatedRequest, run: ImportRun) -> HttpResponse:
    if run.state != ImportState.STAGED:
        return over(request, run)
    form = CountriesForm(request.POST, names=request.POST.getlist("name"))
    if not form.is_valid():
        messages.error(request, _("Choose the countries from the lists."))
        return redirect("import", run.uuid)
    try:
        services.answer_countries(run=run, answers=form.answers())
    except services.NotStaged:
        return over(request, run)
    return redirect(f"{reverse('import', args=[run.uuid])}#preview")


@require_POST
@allowed("import", ImportRun)
def import_commit(request: AuthenticatedRequest, run: ImportRun) -> HttpResponse:
    try:
        services.commit(
            run=run,
            good_only="good_only" in request.POST,
            digest=request.POST.get("digest", ""),
            by=request.user.person,
            now=timezone.now(),
        )
    except services.NotStaged:
        return over(request, run)
    except services.AlreadyImported as refusal:
        messages.warning(
            request, _("The same files were imported meanwhile. This import changes nothing more.")
        )
        services.discard(run=run)
        return redirect("import", refusal.run.uuid)
    except services.PreviewOutdated:
        messages.warning(
            request,
            _("Somebody changed these rows meanwhile. Nothing was imported: look at the new preview."),
        )
        return redirect("import", run.uuid)
    except services.BadCells as refusal:
        messages.error(request, _("There are bad cells. Nothing was imported."))
        return preview_page(request, run, refusal.preview, status=409)
    except services.NotReady:
        messages.error(request, _("Say first what the columns mean. Nothing was imported."))
        return redirect("import-columns", run.uuid)
    messages.success(request, _("The import is done."))
    return redirect("import", run.uuid)


@require_POST
@allowed("import", ImportRun)
def import_discard(request: AuthenticatedRequest, run: ImportRun) -> HttpResponse:
    try:
        services.discard(run=run)
    except services.NotStaged:
        return over(request, run)
    messages.success(request, _("The import was discarded. Nothing was changed."))
    return redirect("imports")


@allowed("import", ImportRun)
def import_bad_cells(request: AuthenticatedRequest, run: ImportRun) -> HttpResponseBase:
    """Every bad cell as a table, so that the file can be corrected with it at hand."""
    if run.state != ImportState.STAGED:
        return over(request, run)
    _preview, changes = selectors.preview_of(run)
    names = dict(run.files.values_list("kind", "name"))
    rows = (
        (
            names[kind],
            cell.line,
            cell.record,
            cell.column,
            cell.value,
            translate(cell.reason),
            translate(cell.remedy),
        )
        for kind, cells in changes.bad.items()
        for cell in cells
    )
    headings = (_("File"), _("Line"), _("Record"), _("Column"), _("Value"), _("Why"), _("What to do"))
    return table_response("csv", "bad-cells", headings, rows)


def over(request: AuthenticatedRequest, run: ImportRun) -> HttpResponse:
    messages.info(request, _("This import was carried out or discarded already."))
    return redirect("import", run.uuid)
