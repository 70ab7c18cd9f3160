"""The first wording of the three licences."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from marketplace.licensing.wordings.version_1 import WORDINGS


def write(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    terms = apps.get_model("licensing", "LicenceTerms")
    for wording in WORDINGS:
        terms.objects.create(version=1, is_current=True, **wording)


class Migration(migrations.Migration):
    dependencies = [("licensing", "0002_append_only")]
    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
