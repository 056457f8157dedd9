"""The results page of researchers: unblinding, the report and its downloads."""

import io
from pathlib import PurePosixPath
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from analysis.answers import AnswersError
from reviewapp import accesses
from reviewapp.accounts import SignedInRequest
from reviewapp.models import Study
from reviewapp.progress import rater_progress
from reviewapp.reports import report_of
from reviewapp.studies import unblind

MIN_REASON, MAX_REASON = 10, 2000


class UnblindForm(forms.Form):
    """The deliberate act before results by group."""

    reason = forms.CharField(
        label="Why now?",
        min_length=MIN_REASON,
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Kept with the study: for instance “Both raters have finished; analysis as in "
        "the protocol.”",
        error_messages={
            "required": "Say why in a sentence.",
            "min_length": "Say a little more: at least %(limit_value)d characters.",
        },
    )
    confirm = forms.BooleanField(
        label="Close the study and show its results by group",
        error_messages={"required": "Tick this to close the study."},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def results(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """Show the results of an unblinded study; for a blinded one take the decision to unblind."""
    study = get_object_or_404(Study.objects.led_by(request.user), pk=study_id)
    if study.is_unblinded:
        return _show_results(request, study)
    raters = rater_progress(study.memberships.select_related("study", "user"))
    n_answers = sum(rater.n_answered for rater in raters)
    form = UnblindForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and n_answers:
        unblind(study, request.user, form.cleaned_data["reason"])
        messages.success(request, "The study is closed and unblinded.")
        return redirect("results", study.pk)
    context = {
        "study": study,
        "raters": raters,
        "n_answers": n_answers,
        "form": form,
        "unblindings": study.unblindings.select_related("by"),
    }
    return render(request, "blinded.html", context, status=400 if form.errors else 200)


def _show_results(request: SignedInRequest, study: Study) -> HttpResponse:
    try:
        report = report_of(study)
    except AnswersError as error:
        # A command can unblind a study before its first answer.
        return render(request, "no_results.html", {"study": study, "why": error})
    accesses.note(request.user, study.pk, "results", "results")
    context = {
        "study": study,
        # render_sections escapes whatever people typed.
        "sections": mark_safe(report.sections),  # noqa: S308
        "tables": [name for name in report.filenames if name.endswith(".tsv")],
        "figures": [name for name in report.filenames if name.endswith((".svg", ".png"))],
        "unblindings": study.unblindings.select_related("by"),
    }
    return render(request, "results.html", context)


@require_safe
@login_required
def results_file(request: SignedInRequest, study_id: UUID, name: str) -> FileResponse:
    """Send one file of an unblinded study's report, or all in one."""
    study = get_object_or_404(Study.objects.led_by(request.user), pk=study_id)
    if not study.is_unblinded:
        raise Http404
    try:
        content = report_of(study).read(name)
    except (AnswersError, FileNotFoundError) as error:
        raise Http404 from error
    accesses.note(request.user, study.pk, "download", name)
    filename = PurePosixPath(name).name
    return FileResponse(io.BytesIO(content), as_attachment=True, filename=filename)


@require_safe
@cache_control(public=True, max_age=3600)
def report_stylesheet(request: HttpRequest) -> FileResponse:
    """Send the style of the report, which lives with the code that writes it."""
    path = settings.BASE_DIR / "analysis" / "page" / "report.css"
    return FileResponse(path.open("rb"), content_type="text/css; charset=utf-8")
