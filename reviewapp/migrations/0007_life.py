"""The life of a study: its states, its steps, its protocol’s versions, invitations, practice."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from reviewapp import append_only, frozen

STATES = ['draft', 'frozen', 'open', 'closed', 'unblinded']
KINDS = [
    'created', 'frozen', 'opened', 'closed', 'reopened', 'interim look', 'unblinded', 'amended',
    'rater added', 'rater withdrawn',
]
REASONED = ['closed', 'reopened', 'interim look', 'unblinded', 'amended', 'rater withdrawn']
RATER_STEPS = ['rater added', 'rater withdrawn']
TABLES = (append_only.STEPS, append_only.PROTOCOLS, append_only.PRACTICE)
#: For a study that a script closed before steps were logged.
CLOSED_BEFORE = 'Closed before steps were logged: when is known, by whom is not.'


def account(related_name, **more):
    to = settings.AUTH_USER_MODEL
    protect = django.db.models.deletion.PROTECT
    return models.ForeignKey(on_delete=protect, related_name=related_name, to=to, **more)


def study(related_name, on_delete=django.db.models.deletion.PROTECT):
    return models.ForeignKey(on_delete=on_delete, related_name=related_name, to='reviewapp.study')


def volume():
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reviewapp.volume')


def key():
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')


def write_steps(apps, editor):
    """Give each study the steps that its rows tell of, and its protocol as the first version."""
    for row in apps.get_model('reviewapp', 'Study').objects.all():
        write_steps_of(apps, row)
    if editor.connection.vendor == 'postgresql':
        # Checks that wait for the end of the transaction would keep the tables from changing.
        editor.execute('SET CONSTRAINTS ALL IMMEDIATE')


def write_steps_of(apps, row):
    Step, Version, Answer, Unblinding = (
        apps.get_model('reviewapp', name)
        for name in ('StudyStep', 'ProtocolVersion', 'AnswerRevision', 'Unblinding')
    )

    def log(kind, by, at, reason='', n_answers=None):
        if n_answers is None:
            given = Answer.objects.filter(number=1, assignment__membership__study=row)
            n_answers = given.filter(created_at__lte=at).count()
        Step.objects.create(
            study=row, kind=kind, by_id=by, at=at, reason=reason, n_answers=n_answers,
            protocol_sha256=row.protocol_sha256,
        )

    for kind in ('created', 'frozen', 'opened'):
        log(kind, row.created_by_id, row.created_at)
    Version.objects.create(
        study=row, number=1, protocol=row.protocol, sha256=row.protocol_sha256,
        by_id=row.created_by_id, at=row.created_at,
    )
    looks = Unblinding.objects.filter(study=row).order_by('at', 'pk')
    final = looks.filter(interim=False).first()
    if row.closed_at is not None:
        by = row.created_by_id if final is None else final.by_id
        log('closed', by, row.closed_at, CLOSED_BEFORE if final is None else final.reason)
    for look in looks:
        kind = 'interim look' if look.interim else 'unblinded'
        log(kind, look.by_id, look.at, look.reason, look.n_answers)
    if final is not None:
        row.state = 'unblinded'
        row.save(update_fields=['state'])


def guard(apps, editor):
    append_only.install(editor.connection, *TABLES)
    frozen.install(editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('reviewapp', '0006_records'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='study', name='study_state_is_known'),
        migrations.RemoveConstraint(model_name='study', name='study_closed_has_a_time'),
        migrations.AlterField(
            model_name='study',
            name='state',
            field=models.CharField(choices=[(state, state) for state in STATES], default='draft', max_length=10),
        ),
        migrations.AddConstraint(
            model_name='study',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', STATES)), name='study_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='study',
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(('closed_at__isnull', True), ('state__in', STATES[:3])),
                    models.Q(('closed_at__isnull', False), ('state__in', STATES[3:])),
                    _connector='OR',
                ),
                name='study_closed_has_a_time',
            ),
        ),
        migrations.AddField(
            model_name='membership',
            name='withdrawn_at',
            field=models.DateTimeField(blank=True, help_text='from then on no access', null=True),
        ),
        migrations.CreateModel(
            name='StudyStep',
            fields=[
                ('id', key()),
                ('kind', models.CharField(choices=[(kind, kind) for kind in KINDS], max_length=20)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('reason', models.TextField(blank=True)),
                ('n_answers', models.PositiveIntegerField(help_text='answers that there were at the time')),
                ('protocol_sha256', models.CharField(help_text='in force from then on', max_length=64)),
                ('by', account('study_steps')),
                ('rater', account('+', blank=True, null=True)),
                ('study', study('steps')),
            ],
            options={
                'ordering': ('at', 'pk'),
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('kind__in', KINDS)), name='step_kind_is_known'),
                    models.CheckConstraint(condition=models.Q(('kind__in', REASONED), ('reason', ''), _negated=True), name='step_has_a_reason'),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(('kind__in', RATER_STEPS), ('rater__isnull', False)),
                            models.Q(models.Q(('kind__in', RATER_STEPS), _negated=True), ('rater__isnull', True)),
                            _connector='OR',
                        ),
                        name='step_names_its_rater',
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name='ProtocolVersion',
            fields=[
                ('id', key()),
                ('number', models.PositiveIntegerField(help_text='1 as it was frozen')),
                ('protocol', models.JSONField()),
                ('sha256', models.CharField(max_length=64)),
                ('reason', models.TextField(blank=True)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', account('+')),
                ('study', study('protocol_versions')),
            ],
            options={
                'ordering': ('study', 'number'),
                'constraints': [
                    models.UniqueConstraint(fields=('study', 'number'), name='version_number_once'),
                    models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='versions_begin_at_one'),
                    models.CheckConstraint(condition=models.Q(('number', 1), models.Q(('reason', ''), _negated=True), _connector='OR'), name='amendment_has_a_reason'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', key()),
                ('token_sha256', models.CharField(max_length=64, unique=True)),
                ('note', models.CharField(blank=True, help_text='for whom, for the researcher', max_length=200)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('made_by', account('+')),
                ('study', study('invitations', django.db.models.deletion.CASCADE)),
                ('used_by', account('+', blank=True, null=True)),
            ],
            options={
                'ordering': ('study', 'made_at', 'pk'),
                'constraints': [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(('used_at__isnull', True), ('used_by__isnull', True)),
                            models.Q(('used_at__isnull', False), ('used_by__isnull', False)),
                            _connector='OR',
                        ),
                        name='invitation_use_is_whole',
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name='PracticeRoi',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('position', models.PositiveIntegerField(help_text='place in the block, from 1, for all raters')),
                ('lesion_id', models.CharField(max_length=1020)),
                ('crop_offset_ijk', models.JSONField(help_text="the crop's first voxel on the scan's grid")),
                ('crop_shape', models.JSONField(help_text='voxels along i, j, k')),
                ('scan_shape', models.JSONField(help_text='voxels along i, j, k')),
                ('focus_ras_mm', models.JSONField(help_text="centre of the ROI's voxel nearest to its centroid")),
                ('key_classes', models.JSONField(help_text="the key's classes, most certain first")),
                ('key_feedback', models.TextField(blank=True, help_text='why, in the words of the key')),
                ('crop', volume()),
                ('mask', volume()),
                ('scan', volume()),
                ('study', study('practice_rois')),
            ],
            options={
                'ordering': ('study', 'position'),
                'constraints': [
                    models.UniqueConstraint(fields=('study', 'position'), name='practice_place_once'),
                    models.UniqueConstraint(fields=('study', 'lesion_id'), name='practice_roi_once'),
                    models.CheckConstraint(condition=models.Q(('position__gte', 1)), name='practice_begins_at_one'),
                ],
            },
        ),
        migrations.CreateModel(
            name='PracticeAnswer',
            fields=[
                ('id', key()),
                ('answer', models.JSONField(help_text='as the questionnaire has it')),
                ('idempotency_key', models.UUIDField()),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='practice_answers', to='reviewapp.membership')),
                ('roi', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='reviewapp.practiceroi')),
            ],
            options={
                'ordering': ('membership', 'roi'),
                'constraints': [models.UniqueConstraint(fields=('membership', 'roi'), name='practised_once')],
            },
        ),
        # One way: an older version knows neither drafts nor who opened and closed.
        migrations.RunPython(write_steps),
        migrations.DeleteModel(name='Unblinding'),
        migrations.RunPython(guard),
    ]
