"""Drafts on the server, and the times from showing to saving."""

import django.db.models.deletion
from django.db import migrations, models

from reviewapp import append_only


def free(apps, editor):
    append_only.remove(editor.connection, append_only.ANSWERS)


def guard(apps, editor):
    append_only.install(editor.connection, append_only.ANSWERS)


class Migration(migrations.Migration):

    dependencies = [
        ('reviewapp', '0003_preferences'),
    ]

    operations = [
        # SQLite rebuilds the table of answers, and drops its triggers with it.
        migrations.RunPython(free, guard),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('assignment', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='draft', serialize=False, to='reviewapp.assignment')),
                ('version', models.PositiveIntegerField(help_text='counts every change and removal')),
                ('content', models.JSONField(help_text='as the page sent it; null when removed', null=True)),
                ('revises', models.PositiveIntegerField(help_text='revision that the rater saw, 0 for none')),
                ('client', models.UUIDField(help_text='the tab that sent it')),
                ('saved_at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='answerrevision',
            name='total_s',
            field=models.FloatField(help_text='seconds from showing to saving, as told', null=True),
        ),
        migrations.AddField(
            model_name='assignment',
            name='shown_at',
            field=models.DateTimeField(blank=True, help_text='when first on the screen', null=True),
        ),
        migrations.AlterField(
            model_name='answerrevision',
            name='active_s',
            field=models.FloatField(help_text='seconds of work, as `durations.bounded` holds'),
        ),
        migrations.AddConstraint(
            model_name='answerrevision',
            constraint=models.CheckConstraint(condition=models.Q(('total_s__isnull', True), ('active_s__lte', models.F('total_s')), _connector='OR'), name='revision_work_within_total'),
        ),
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='draft_versions_begin_at_one'),
        ),
        migrations.RunPython(guard, free),
    ]
