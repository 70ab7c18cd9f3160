"""Publishing the wordings that the code brings."""

from django.db import connection, transaction

from marketplace.licensing.models import LicenceTerms
from marketplace.licensing.wordings import version_1

# A new wording is a new module beside version_1 and a new line here; old ones stay.
VERSIONS = {1: version_1.WORDINGS}


@transaction.atomic
def write_missing_wordings() -> int:
    """Write the wordings that the database does not have; the newest becomes current. Answers how many."""
    written = 0
    for version, wordings in sorted(VERSIONS.items()):
        for wording in wordings:
            if LicenceTerms.objects.filter(code=wording["code"], version=version).exists():
                continue
            LicenceTerms.objects.filter(code=wording["code"], is_current=True).update(is_current=False)
            LicenceTerms.objects.create(version=version, is_current=True, **wording)
            written += 1
    return written


def after_migrations(**_facts: object) -> None:
    """Receiver of ``post_migrate``: also a database that was emptied has its wordings again."""
    # Migrating one app alone sends the signal for all of them, before their tables are there.
    if "licensing_licenceterms" in connection.introspection.table_names():
        write_missing_wordings()
