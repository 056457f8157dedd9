"""Seals of what studies hold beside their answers."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

CAUSES = ['step', 'answers', 'practice', 'access', 'update']


def seal_what_is_there(apps, editor):
    """Seal each study as it is now, with a mark: what happened to it before is not proven."""
    # Reads the columns of that day by their names, as the app of that day does.
    from reviewapp import facts, seals

    for study in apps.get_model('reviewapp', 'Study').objects.exclude(state='draft'):
        seals.seal(study, 'update', facts.everything(study))


def guard(apps, editor):
    from reviewapp import append_only

    append_only.install(editor.connection, append_only.SEALS)


def free(apps, editor):
    from reviewapp import append_only

    append_only.remove(editor.connection, append_only.SEALS)


def digest(**options):
    return models.CharField(max_length=64, **options)


class Migration(migrations.Migration):

    dependencies = [
        ('reviewapp', '0014_spacing'),
    ]

    operations = [
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveBigIntegerField(help_text="in the study's chain of seals, from 1")),
                ('at', models.DateTimeField()),
                ('cause', models.CharField(choices=[(cause, cause) for cause in CAUSES], help_text='why it was written; update: older than the seals, sealed as it was then', max_length=10)),
                ('facts', models.JSONField(help_text='what is new or changed since the seal before: `facts`')),
                ('n_revisions', models.PositiveBigIntegerField(help_text='of answers, so far')),
                ('head_sha256', digest(help_text='of the chain of answers')),
                ('accesses_to', models.PositiveBigIntegerField(help_text='id of the newest access, 0 for none')),
                ('n_accesses', models.PositiveIntegerField(help_text='accesses since the seal before')),
                ('accesses_sha256', digest(help_text='of those')),
                ('previous_sha256', digest()),
                ('sha256', digest(help_text='`seals.sha256_of`')),
                ('study', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='seals', to='reviewapp.study')),
            ],
            options={
                'ordering': ('study', 'place'),
                'constraints': [
                    models.UniqueConstraint(fields=('study', 'place'), name='seal_place_once'),
                    models.CheckConstraint(condition=Q(('cause__in', CAUSES)), name='seal_cause_is_known'),
                    models.CheckConstraint(condition=Q(('place__gte', 1), Q(('sha256', ''), _negated=True), Q(('previous_sha256', ''), _negated=True)), name='seal_is_chained'),
                ],
            },
        ),
        migrations.RunPython(seal_what_is_there, migrations.RunPython.noop),
        migrations.RunPython(guard, free),
    ]
