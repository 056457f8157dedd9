"""The chain of answers, the version of the page, and the log of accesses."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from reviewapp import append_only, chain

BATCH = 500
FILLED = (
    'study', 'place', 'rater_name', 'roi_sha256', 'chained_later', 'previous_sha256', 'sha256'
)


def free(apps, editor):
    append_only.remove(editor.connection, append_only.ANSWERS)


def guard(apps, editor):
    append_only.install(editor.connection, append_only.ANSWERS)


def free_accesses(apps, editor):
    append_only.remove(editor.connection, append_only.ACCESSES)


def guard_accesses(apps, editor):
    append_only.install(editor.connection, append_only.ACCESSES)


def chain_what_is_there(apps, editor):
    """Chain the answers of before in the order in which they were stored, and mark them."""
    revisions = apps.get_model('reviewapp', 'AnswerRevision').objects.order_by('pk')
    related = ('assignment__membership__user', 'assignment__roi__scan', 'correction')
    for study in apps.get_model('reviewapp', 'Study').objects.all():
        own = revisions.filter(assignment__membership__study=study).select_related(*related)
        first = own.first()
        under = first.protocol_sha256 if first else ''
        head = chain.Head(0, chain.beginning(study.pk, under))
        for revision in own.iterator(BATCH):
            revision.study, revision.chained_later = study, True
            head = chain.seal(revision, getattr(revision, 'correction', None), head)
            revision.save(update_fields=FILLED)
    if editor.connection.vendor == 'postgresql':
        # The new key is checked at the end of the transaction, which alters the table again first.
        editor.execute('SET CONSTRAINTS ALL IMMEDIATE')


def digest(**options):
    return models.CharField(max_length=64, **options)


class Migration(migrations.Migration):

    dependencies = [
        ('reviewapp', '0005_corrections'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # SQLite rebuilds the table of answers, and drops its triggers with it.
        migrations.RunPython(free, guard),
        migrations.AddField('answerrevision', 'chained_later', models.BooleanField(default=False, help_text='older than the chain')),
        migrations.AddField('answerrevision', 'client_version', digest(blank=True, default=''), preserve_default=False),
        migrations.AddField('answerrevision', 'place', models.PositiveBigIntegerField(null=True)),
        migrations.AddField('answerrevision', 'previous_sha256', digest(null=True)),
        migrations.AddField('answerrevision', 'rater_name', models.CharField(max_length=150, null=True)),
        migrations.AddField('answerrevision', 'roi_sha256', digest(null=True)),
        migrations.AddField('answerrevision', 'sha256', digest(null=True)),
        migrations.AddField('answerrevision', 'study', models.ForeignKey(null=True, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='reviewapp.study')),
        migrations.AlterField('answerrevision', 'created_at', models.DateTimeField(default=django.utils.timezone.now)),
        migrations.RunPython(chain_what_is_there, migrations.RunPython.noop),
        migrations.AlterField('answerrevision', 'place', models.PositiveBigIntegerField(help_text="in the study's chain, from 1")),
        migrations.AlterField('answerrevision', 'previous_sha256', digest()),
        migrations.AlterField('answerrevision', 'rater_name', models.CharField(help_text='of the account at the time', max_length=150)),
        migrations.AlterField('answerrevision', 'roi_sha256', digest(help_text='`roi_rows.roi_sha256`')),
        migrations.AlterField('answerrevision', 'sha256', digest(help_text='`chain.sha256_of`')),
        migrations.AlterField('answerrevision', 'study', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='reviewapp.study')),
        migrations.AddConstraint('answerrevision', models.UniqueConstraint(fields=('study', 'place'), name='revision_place_once')),
        migrations.AddConstraint('answerrevision', models.CheckConstraint(condition=Q(('place__gte', 1), Q(('sha256', ''), _negated=True), Q(('previous_sha256', ''), _negated=True)), name='revision_is_chained')),
        migrations.RunPython(guard, free),
        migrations.CreateModel(
            name='AccessLog',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('who', models.CharField(help_text="the account's name at the time, or `shell:` and a name", max_length=255)),
                ('kind', models.CharField(choices=[('crop', 'crop'), ('mask', 'mask'), ('scan', 'scan'), ('results', 'results'), ('download', 'download'), ('export', 'export')], max_length=10)),
                ('what', models.CharField(help_text='SHA-256 of a volume, or a file name', max_length=255)),
                ('not_modified', models.BooleanField(default=False, help_text='asked for again, and not sent: the browser had it')),
                ('assignment', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='accesses', to='reviewapp.assignment')),
                ('by', models.ForeignKey(db_index=False, help_text='null: a command of manage.py', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='accesses', to=settings.AUTH_USER_MODEL)),
                ('study', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='accesses', to='reviewapp.study')),
            ],
            options={
                'ordering': ('pk',),
                'indexes': [models.Index(fields=['study', 'id'], name='accesses_of_a_study')],
                'constraints': [
                    models.CheckConstraint(condition=Q(('kind__in', ['crop', 'mask', 'scan', 'results', 'download', 'export'])), name='access_kind_is_known'),
                    models.CheckConstraint(condition=Q(Q(('who', ''), _negated=True), Q(('what', ''), _negated=True)), name='access_says_who'),
                ],
            },
        ),
        migrations.RunPython(guard_accesses, free_accesses),
    ]
