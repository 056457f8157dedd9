"""Steps by which researchers come and go."""

from django.db import migrations, models

KINDS = [
    'created', 'frozen', 'opened', 'closed', 'reopened', 'interim look', 'unblinded', 'amended',
    'rater added', 'rater withdrawn', 'researcher added', 'researcher withdrawn',
]
REASONED = [
    'closed', 'reopened', 'interim look', 'unblinded', 'amended', 'rater withdrawn',
    'researcher withdrawn',
]
PERSON_STEPS = ['rater added', 'rater withdrawn', 'researcher added', 'researcher withdrawn']


def free(apps, editor):
    from reviewapp import append_only

    append_only.remove(editor.connection, append_only.STEPS)


def guard(apps, editor):
    # SQLite makes the table anew for another constraint, without its triggers.
    from reviewapp import append_only

    append_only.install(editor.connection, append_only.STEPS)


class Migration(migrations.Migration):

    dependencies = [
        ('reviewapp', '0015_seals'),
    ]

    operations = [
        migrations.RunPython(free, guard),
        migrations.RemoveConstraint(model_name='studystep', name='step_kind_is_known'),
        migrations.RemoveConstraint(model_name='studystep', name='step_has_a_reason'),
        migrations.RemoveConstraint(model_name='studystep', name='step_names_its_rater'),
        migrations.AlterField(
            model_name='studystep',
            name='kind',
            field=models.CharField(choices=[(kind, kind) for kind in KINDS], max_length=20),
        ),
        migrations.AddConstraint(
            model_name='studystep',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', KINDS)), name='step_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='studystep',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', REASONED), ('reason', ''), _negated=True), name='step_has_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='studystep',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', PERSON_STEPS), ('rater__isnull', False)), models.Q(models.Q(('kind__in', PERSON_STEPS), _negated=True), ('rater__isnull', True)), _connector='OR'), name='step_names_its_rater'),
        ),
        migrations.RunPython(guard, free),
    ]
