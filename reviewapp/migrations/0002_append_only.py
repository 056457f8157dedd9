"""Make answers and unblindings append-only in the database itself."""

from django.db import migrations

from reviewapp import append_only

TABLES = (append_only.ANSWERS, append_only.UNBLINDINGS)


class Migration(migrations.Migration):
    dependencies = [("reviewapp", "0001_tables")]
    operations = [
        migrations.RunPython(
            lambda apps, editor: append_only.install(editor.connection, *TABLES),
            lambda apps, editor: append_only.remove(editor.connection, *TABLES),
        )
    ]
