"""The results page of researchers: unblinding, the report and its downloads."""

import io
import tempfile
from pathlib import PurePosixPath
from typing import IO
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from analysis.answers import AnswersError
from reviewapp import accesses
from reviewapp.accounts import SignedInRequest
from reviewapp.export_zips import EXPORTS, ExportTooLargeError, is_too_large, write_export
from reviewapp.models import AnswerRevision, Study
from reviewapp.progress import rater_progress
from reviewapp.reports import report_of
from reviewapp.steps import StudyError, possible
from reviewapp.studies import unblind
from reviewapp.study_forms import reason_field


class UnblindForm(forms.Form):
    """The deliberate act before results by group."""

    reason = reason_field(
        "Why now?",
        "Kept with the study: for instance “Both raters have finished; analysis as in the "
        "protocol.”",
    )
    confirm = forms.BooleanField(
        label="Close the study and show its results by group",
        error_messages={"required": "Tick this to close the study."},
    )


class LookForm(forms.Form):
    """The deliberate act before a look that leaves the study blinded."""

    reason = reason_field(
        "Why before the end?",
        "Kept with the study: for instance “Planned look after half of the answers.”",
    )
    confirm = forms.BooleanField(
        label="Show me the results by group; every later export says that I looked",
        error_messages={"required": "Tick this to look."},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def results(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """Show the results of an unblinded study; for a blinded one take the decision to unblind."""
    study = get_object_or_404(Study.objects.led_by(request.user), pk=study_id)
    if study.is_unblinded:
        return _show_results(request, study)
    form = UnblindForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and has_answers(study):
        unblind(study, request.user, form.cleaned_data["reason"])
        messages.success(request, "The study is closed and unblinded.")
        return redirect("results", study.pk)
    return _show_blinded(request, study, form=form)


@require_POST
@login_required
def interim_look(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """Log a look at results by group and show them, once; the study stays blinded and open."""
    study = get_object_or_404(Study.objects.led_by(request.user), pk=study_id)
    form = LookForm(request.POST, auto_id="id_look_%s")
    if not form.is_valid() or not has_answers(study):
        return _show_blinded(request, study, look_form=form)
    try:
        unblind(study, request.user, form.cleaned_data["reason"], interim=True)
    except StudyError as error:
        form.add_error(None, str(error))
        return _show_blinded(request, study, look_form=form)
    return _show_results(request, study, interim=True)


def has_answers(study: Study) -> bool:
    """Say whether there is anything to open."""
    return AnswerRevision.objects.filter(study=study).exists()


def _show_blinded(
    request: SignedInRequest,
    study: Study,
    *,
    form: UnblindForm | None = None,
    look_form: LookForm | None = None,
) -> HttpResponse:
    raters = rater_progress(study.memberships.select_related("study", "user"))
    context = {
        "study": study,
        "raters": raters,
        "n_answers": sum(rater.n_answered for rater in raters),
        "form": form or UnblindForm(),
        "look_form": look_form or LookForm(auto_id="id_look_%s"),
        "can_unblind": possible(study, "unblind"),
        "unblindings": study.unblindings.select_related("by"),
    }
    refused = (form is not None and form.errors) or look_form is not None
    return render(request, "blinded.html", context, status=400 if refused else 200)


def _show_results(request: SignedInRequest, study: Study, *, interim: bool = False) -> HttpResponse:
    try:
        report = report_of(study, interim=interim)
    except AnswersError as error:
        # A command can unblind a study before its first answer.
        return render(request, "no_results.html", {"study": study, "why": error})
    accesses.note(request.user, study.pk, "results", "results", sealed=True)
    context = {
        "study": study,
        # render_sections escapes whatever people typed.
        "sections": mark_safe(report.sections),  # noqa: S308
        "tables": [name for name in report.filenames if name.endswith(".tsv")],
        "figures": [name for name in report.filenames if name.endswith((".svg", ".png"))],
        "exports": [] if interim else [name for name in EXPORTS if _is_offered(study, name)],
        "interim": interim,
        "unblindings": study.unblindings.select_related("by"),
    }
    return render(request, "results.html", context)


def _is_offered(study: Study, name: str) -> bool:
    return name != "corrections.zip" or not is_too_large(study)


@require_safe
@login_required
def results_file(request: SignedInRequest, study_id: UUID, name: str) -> FileResponse:
    """Send one file of an unblinded study's report, all in one, or one of its exports."""
    study = get_object_or_404(Study.objects.led_by(request.user), pk=study_id)
    if not study.is_unblinded:
        raise Http404
    # Logged before anything is sent, and before what is sent is written: it may hold the log.
    if name in EXPORTS:
        accesses.note(request.user, study.pk, "download", name, sealed=True)
        return FileResponse(_packed(study, name), as_attachment=True, filename=name)
    try:
        content = report_of(study).read(name)
    except (AnswersError, FileNotFoundError) as error:
        raise Http404 from error
    accesses.note(request.user, study.pk, "download", name, sealed=True)
    filename = PurePosixPath(name).name
    return FileResponse(io.BytesIO(content), as_attachment=True, filename=filename)


def _packed(study: Study, name: str) -> IO[bytes]:
    packed = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    try:
        write_export(study, name, packed)
    except ExportTooLargeError as error:
        raise Http404(str(error)) from error
    packed.seek(0)
    return packed


@require_safe
@cache_control(public=True, max_age=3600)
def report_stylesheet(request: HttpRequest) -> FileResponse:
    """Send the style of the report, which lives with the code that writes it."""
    path = settings.BASE_DIR / "analysis" / "page" / "report.css"
    return FileResponse(path.open("rb"), content_type="text/css; charset=utf-8")
