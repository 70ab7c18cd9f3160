"""Publishing the wordings that the code brings."""

from django.db import transaction

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
    if "licensing_licenceterms" in _tables():
        write_missing_wordings()


def _tables() -> list[str]:
    return transaction.get_connection().introspection.table_names()
