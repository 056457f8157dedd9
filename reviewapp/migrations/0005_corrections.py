"""Delineations that raters drew, append-only like the answers that they came with."""

import django.db.models.deletion
from django.db import migrations, models

from reviewapp import append_only


class Migration(migrations.Migration):

    dependencies = [
        ('reviewapp', '0004_drafts_and_times'),
    ]

    operations = [
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('n_voxels', models.PositiveIntegerField()),
                ('volume_mm3', models.FloatField()),
                ('tools', models.JSONField(help_text='what it was drawn with, in the order of first use')),
                ('confirmed', models.JSONField(help_text='what the rater had to confirm: empty, touches')),
                ('mask', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reviewapp.volume')),
                ('revision', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='correction', to='reviewapp.answerrevision')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('n_voxels', 0), ('volume_mm3', 0)), models.Q(('n_voxels__gte', 1), ('volume_mm3__gt', 0)), _connector='OR'), name='correction_volume_fits')],
            },
        ),
        migrations.RunPython(
            lambda apps, editor: append_only.install(editor.connection, append_only.CORRECTIONS),
            lambda apps, editor: append_only.remove(editor.connection, append_only.CORRECTIONS),
        ),
    ]
