"""Who drew the delineation, as the rater thinks."""

from django.db import migrations, models

from reviewapp import append_only


def free(apps, editor):
    append_only.remove(editor.connection, append_only.ANSWERS)


def guard(apps, editor):
    append_only.install(editor.connection, append_only.ANSWERS)


class Migration(migrations.Migration):

    dependencies = [
        ('reviewapp', '0009_api_tokens'),
    ]

    operations = [
        # SQLite rebuilds the table of answers, and drops its triggers with it.
        migrations.RunPython(free, guard),
        migrations.AddField(
            model_name='answerrevision',
            name='guessed_source',
            field=models.CharField(blank=True, choices=[('model', 'model'), ('hand', 'hand'), ("don't know", "don't know")], help_text="who drew it, as the rater thinks; null where it isn't asked", max_length=10, null=True),
        ),
        migrations.AddConstraint(
            model_name='answerrevision',
            constraint=models.CheckConstraint(condition=models.Q(('guessed_source__isnull', True), ('guessed_source__in', ['model', 'hand', "don't know"]), _connector='OR'), name='revision_guess_is_known'),
        ),
        migrations.RunPython(guard, free),
    ]
