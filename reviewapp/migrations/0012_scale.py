"""What lets pages and saves take the same time in a study of any size.

No table with triggers is rebuilt: a column that may be null is added in place.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Count, OuterRef, Subquery


def note_answered(apps, editor):
    revisions = apps.get_model("reviewapp", "AnswerRevision").objects
    first = revisions.filter(assignment=OuterRef("pk"), number=1)
    assignments = apps.get_model("reviewapp", "Assignment").objects
    answered = assignments.filter(revisions__number=1).values("pk")
    assignments.filter(pk__in=answered).update(
        answered_at=Subquery(first.values("created_at")[:1])
    )


def count(apps, editor):
    # Counts as the app of that day does; the names of its fields are those of the model below.
    from reviewapp.tallies import Given, count_in

    Tally = apps.get_model("reviewapp", "Tally")
    shown = apps.get_model("reviewapp", "Assignment").objects.order_by()
    tallies = {
        member: Tally(membership_id=member, n_showings=n)
        for member, n in shown.values_list("membership").annotate(Count("pk"))
    }
    rows = (
        apps.get_model("reviewapp", "AnswerRevision")
        .objects.order_by("study", "place")
        .values_list(
            "assignment__membership_id",
            "assignment__position",
            "number",
            "active_s",
            "total_s",
            "created_at",
        )
    )
    for member, *row in rows.iterator(chunk_size=2000):
        count_in(tallies[member], Given(*row))
    Tally.objects.bulk_create(tallies.values())


class Migration(migrations.Migration):

    dependencies = [
        ('reviewapp', '0011_guessed_source'),
    ]

    operations = [
        migrations.AddField(
            model_name='assignment',
            name='answered_at',
            field=models.DateTimeField(blank=True, help_text='when first answered', null=True),
        ),
        migrations.AddIndex(
            model_name='assignment',
            index=models.Index(condition=models.Q(('answered_at__isnull', True)), fields=['membership', 'position'], name='open_showings'),
        ),
        migrations.AddIndex(
            model_name='assignment',
            index=models.Index(condition=models.Q(('answered_at__isnull', False)), fields=['membership', 'position'], name='answered_showings'),
        ),
        migrations.AddIndex(
            model_name='roi',
            index=models.Index(fields=['study', 'id'], name='rois_by_id'),
        ),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('membership', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='tally', serialize=False, to='reviewapp.membership')),
                ('n_showings', models.PositiveIntegerField(help_text='ROIs to answer, repeats included')),
                ('n_answered', models.PositiveIntegerField(default=0, help_text='of them with an answer')),
                ('worked_s', models.FloatField(default=0.0, help_text='seconds of work')),
                ('shown_s', models.FloatField(default=0.0, help_text='on the screen; null where an answer came without', null=True)),
                ('last_at', models.DateTimeField(help_text='of the newest revision', null=True)),
                ('recent', models.JSONField(default=list, help_text='[position, seconds of work] of the ROIs answered last')),
                ('way', models.JSONField(default=list, help_text='[answers, seconds of work by then], few enough to draw')),
            ],
            options={
                'verbose_name_plural': 'tallies',
                'constraints': [models.CheckConstraint(condition=models.Q(('n_answered__lte', models.F('n_showings'))), name='answered_of_showings')],
            },
        ),
        migrations.RunPython(note_answered, migrations.RunPython.noop),
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
