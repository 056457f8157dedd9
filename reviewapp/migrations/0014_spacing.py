"""How far apart patients and repeats are in each stored order; no order changes."""

from django.db import migrations, models


def measure(apps, editor):
    # Reads as the app of that day does; the names of the fields are those of the models below.
    from reviewapp.order import least_distance

    Tally = apps.get_model("reviewapp", "Tally")
    Assignment = apps.get_model("reviewapp", "Assignment")
    for tally in Tally.objects.all():
        shown = Assignment.objects.filter(membership_id=tally.pk).order_by("position")
        rows = list(shown.values_list("roi_id", "roi__scan__participant_id"))
        tally.least_distance_repeat = least_distance(roi for roi, _ in rows)
        tally.least_distance_patient = least_distance(patient for _, patient in rows)
        tally.save(update_fields=["least_distance_patient", "least_distance_repeat"])


class Migration(migrations.Migration):

    dependencies = [
        ('reviewapp', '0013_builds'),
    ]

    operations = [
        migrations.AddField(
            model_name='tally',
            name='least_distance_patient',
            field=models.PositiveIntegerField(help_text='places between two ROIs of a patient, null where none has two', null=True),
        ),
        migrations.AddField(
            model_name='tally',
            name='least_distance_repeat',
            field=models.PositiveIntegerField(help_text='places from an ROI to its repeat, null without repeats', null=True),
        ),
        migrations.RunPython(measure, migrations.RunPython.noop),
    ]
