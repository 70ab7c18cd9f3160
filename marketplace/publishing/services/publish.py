"""Publishing in one go: the files first (content-addressed, so a second try finds them), then one transaction."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from generation.selectors import DEFAULT_MODEL
from marketplace.accounts.models import Artist
from marketplace.blobs import private_store, public_store
from marketplace.catalog.audiences import FOR_EVERYONE, AudienceChoice
from marketplace.catalog.models import Work, WorkFile
from marketplace.catalog.services import (
    FileFacts,
    add_version,
    checked_audience,
    create_work,
    list_work,
    set_tags,
    set_text,
)
from marketplace.licensing.services import OfferTerms, create_rights, set_offers
from marketplace.provenance.credentials import SignedFile, sign_file
from marketplace.provenance.fingerprints import fingerprint_of_image
from marketplace.provenance.metadata import strip_metadata
from marketplace.provenance.pictures import SUFFIXES, OpenedPicture, open_picture
from marketplace.provenance.services import record_provenance, wait_for_other_pictures
from marketplace.publishing.caching import FOREVER
from marketplace.publishing.copies import refuse_copies
from marketplace.publishing.errors import OffersMissing, WordsMissing
from marketplace.publishing.lineage import works_made_from
from marketplace.publishing.models import Publication
from marketplace.publishing.previews import make_previews
from marketplace.publishing.restorations import store_restoration
from marketplace.publishing.selectors import work_published_from
from marketplace.publishing.services.vocabulary import define_tags_for
from marketplace.publishing.signals import work_published
from marketplace.publishing.sources import Source, SourcePicture, read_source
from marketplace.publishing.words import vocabulary_of
from marketplace.royalties.services import record_lineage

LONGEST_TITLE = 140
LONGEST_DESCRIPTION = 4000


@dataclass(frozen=True, slots=True)
class Words:
    """A title and a description in one language."""

    title: str
    description: str = ""


def publish_work(
    *,
    artist: Artist,
    source: Source,
    texts: Mapping[str, Words],
    language: str,
    tags: Sequence[str] = (),
    offers: Sequence[OfferTerms],
    show_prompt: bool = False,
    audience: AudienceChoice = FOR_EVERYONE,
) -> Work:
    """Make a signed, listed work of the artist's own output or upload; from one source there is one work, ever.

    ``texts`` by language (`en`, `zh-hans`), that of ``language`` first of all. Raises PictureNotFound, WordsMissing,
    OffersMissing, AudienceInvalid, what `refuse_copies` raises, and what tags, offers and stores raise; then nothing is
    published.
    """
    known = work_published_from(artist=artist, source_key=source.key)
    if known:
        return known
    picture = read_source(artist=artist, source=source)
    return publish_picture(
        artist=artist,
        picture=picture,
        texts=texts,
        language=language,
        tags=tags,
        offers=offers,
        show_prompt=show_prompt,
        audience=audience,
    )


def publish_picture(
    *,
    artist: Artist,
    picture: SourcePicture,
    texts: Mapping[str, Words],
    language: str,
    tags: Sequence[str] = (),
    offers: Sequence[OfferTerms],
    show_prompt: bool = False,
    audience: AudienceChoice = FOR_EVERYONE,
) -> Work:
    """The same for a picture in memory, whose origin the caller vouches for (`publish_work` checks it)."""
    texts, audience = _checked(texts, language), checked_audience(audience)
    if not offers:
        raise OffersMissing(way_out=_("Choose a licence and give it a price."))
    clean, _media_type = strip_metadata(picture.data)
    opened = open_picture(clean)
    print_ = fingerprint_of_image(opened.image)
    refuse_copies(artist=artist, print_=print_)
    facts = replace(picture.facts, prompt_shown=picture.prompt if show_prompt and picture.prompt else None)
    signed = sign_file(
        clean,
        media_type=opened.media_type,
        facts=facts,
        title=texts[language].title,
        artist_name=artist.name,
    )
    files = _store_files(signed, opened)
    if picture.restoration_png is not None:
        files += store_restoration(picture.restoration_png, opened)
    made_by = f"{facts.model} {facts.model_version}".strip()[:80]

    with transaction.atomic():
        wait_for_other_pictures()
        known = work_published_from(artist=artist, source_key=picture.key)
        if known:
            return known
        refuse_copies(artist=artist, print_=print_)
        main = texts[language]
        work = create_work(
            artist=artist,
            title=main.title,
            description=main.description,
            language=language,
            made_by_model=made_by,
            audience=audience,
        )
        for other, words in texts.items():
            if other != language:
                set_text(work=work, language=other, title=words.title, description=words.description)
        version = add_version(work=work, files=files)
        vocabulary = vocabulary_of(facts.model or DEFAULT_MODEL)
        if vocabulary:
            define_tags_for(vocabulary=vocabulary, labels=tags)
        set_tags(work=work, labels=tags)
        create_rights(work)
        set_offers(work=work, offers=offers)
        Publication.objects.create(source_key=picture.key, work=work, artist=artist)
        list_work(work=work)
        record_lineage(child=work, parents=works_made_from(artist=artist, hashes=facts.parents))
        work_published.send(sender=Work, work=work)
        # Last: it holds the log's lock until the commit.
        record_provenance(
            version=version,
            facts=facts,
            unsigned_sha256=hashlib.sha256(clean).hexdigest(),
            signed=signed,
            fingerprint=print_,
        )
    return work


def _checked(texts: Mapping[str, Words], language: str) -> dict[str, Words]:
    """Trimmed, without languages that have no title."""
    known = dict(settings.LANGUAGES)
    trimmed = {
        code: Words(words.title.strip(), words.description.strip())
        for code, words in texts.items()
        if code in known and words.title.strip()
    }
    if language not in trimmed:
        raise WordsMissing(way_out=_("Give it a title in its first language."))
    for words in trimmed.values():
        if len(words.title) > LONGEST_TITLE or len(words.description) > LONGEST_DESCRIPTION:
            raise WordsMissing(
                _("The title or description is too long."),
                way_out=_("Titles have up to %(title)d characters, descriptions up to %(text)d.")
                % {"title": LONGEST_TITLE, "text": LONGEST_DESCRIPTION},
            )
    return trimmed


def _store_files(signed: SignedFile, opened: OpenedPicture) -> list[FileFacts]:
    """The signed original in the private store, previews in the public one."""
    original = private_store().put_content(
        signed.data, prefix="originals", suffix=SUFFIXES[signed.media_type], media_type=signed.media_type
    )
    files = [
        FileFacts(
            role=WorkFile.Role.ORIGINAL,
            media_type=original.media_type,
            sha256=original.sha256,
            size_bytes=original.size_bytes,
            storage_key=original.key,
            width=opened.width,
            height=opened.height,
        )
    ]
    for preview in make_previews(opened.image):
        blob = public_store().put_content(
            preview.data,
            prefix="previews",
            suffix=preview.suffix,
            media_type=preview.media_type,
            cache_control=FOREVER,
        )
        files.append(
            FileFacts(
                role=WorkFile.Role.PREVIEW,
                media_type=blob.media_type,
                sha256=blob.sha256,
                size_bytes=blob.size_bytes,
                storage_key=blob.key,
                width=preview.width,
                height=preview.height,
            )
        )
    return files
