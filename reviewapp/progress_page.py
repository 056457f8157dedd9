"""The progress page of researchers."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from reviewapp.accounts import SignedInRequest
from reviewapp.models import Study
from reviewapp.progress import rater_progress
from reviewapp.progress_figure import draw_progress


@require_safe
@login_required
def progress(request: SignedInRequest, study_id: UUID) -> HttpResponse:
    """Show how far the raters are; nothing of what they answered."""
    study = get_object_or_404(Study.objects.led_by(request.user), pk=study_id)
    raters = rater_progress(study.memberships.select_related("study", "user"))
    context = {
        "study": study,
        "raters": raters,
        "n_answered": sum(rater.n_answered for rater in raters),
        "n": sum(rater.n for rater in raters),
        "figure": draw_progress(raters),
    }
    return render(request, "progress.html", context)
