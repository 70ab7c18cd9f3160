"""From rows to what may be told of them."""

from django.utils.translation import get_language

from marketplace.catalog.models import Work
from marketplace.catalog.selectors import title_in
from marketplace.licensing.selectors import offers_of
from marketplace.provenance.models import ProvenanceRecord
from marketplace.transparency.selectors import entries_about
from marketplace.verification.answers import LicenceOffered, OriginFacts, WorkFacts


def work_facts(work: Work) -> WorkFacts:
    """The work's public face: its page and offers only while it is shown."""
    shown = work.status == Work.Status.LISTED
    offers = offers_of(work) if shown and not work.sold_exclusively else []
    return WorkFacts(
        work_id=work.pk,
        title=title_in(work, get_language() or "en"),
        artist_name=work.artist.name,
        address=work.get_absolute_url() if shown else "",
        sold_exclusively=work.sold_exclusively,
        licences=tuple(LicenceOffered(offer.terms.code, offer.terms.name, offer.price) for offer in offers),
    )


def origin_facts(record: ProvenanceRecord) -> OriginFacts:
    """What our record says of the version's origin."""
    logged = entries_about(f"work:{record.version.work_id}").filter(kind="work_signed").last()
    return OriginFacts(
        source=record.source,
        source_label=str(record.get_source_display()),
        model=record.model,
        model_version=record.model_version,
        made_at=record.made_at,
        signed_at=record.signed_at,
        manifest_label=record.manifest_label,
        file_sha256=record.file_sha256,
        prompt=record.prompt_shown,
        log_sequence=logged.sequence if logged else None,
    )
