"""How far each rater is, kept with each answer: no page counts rows."""

from django.db import models
from django.db.models import F, Q

from reviewapp.models.study import Membership


class Tally(models.Model):
    """What one rater has done so far; `tallies.count_in` keeps it, `verify_study` counts again."""

    membership = models.OneToOneField(
        Membership, models.PROTECT, primary_key=True, related_name="tally"
    )
    n_showings = models.PositiveIntegerField(help_text="ROIs to answer, repeats included")
    least_distance_patient = models.PositiveIntegerField(
        null=True, help_text="places between two ROIs of a patient, null where none has two"
    )
    least_distance_repeat = models.PositiveIntegerField(
        null=True, help_text="places from an ROI to its repeat, null without repeats"
    )
    n_answered = models.PositiveIntegerField(default=0, help_text="of them with an answer")
    worked_s = models.FloatField(default=0.0, help_text="seconds of work")
    shown_s = models.FloatField(
        null=True, default=0.0, help_text="on the screen; null where an answer came without"
    )
    last_at = models.DateTimeField(null=True, help_text="of the newest revision")
    recent = models.JSONField(
        default=list, help_text="[position, seconds of work] of the ROIs answered last"
    )
    way = models.JSONField(
        default=list, help_text="[answers, seconds of work by then], few enough to draw"
    )

    class Meta:
        verbose_name_plural = "tallies"
        constraints = (
            models.CheckConstraint(
                condition=Q(n_answered__lte=F("n_showings")), name="answered_of_showings"
            ),
        )

    def __str__(self) -> str:
        return f"{self.n_answered} of {self.n_showings} by {self.membership}"
