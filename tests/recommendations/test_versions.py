"""Versions of a space beside each other: registered, filled, switched, switched back, dropped."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from marketplace.core.clock import now
from recommendations.encoders import encoder_for, facts_of, present_spaces, wanted_facts
from recommendations.errors import NoFormerVersion, SpaceNotWhole
from recommendations.models import Embedding, EmbeddingGap, EmbeddingSpace
from recommendations.selectors import search_works
from recommendations.selectors.versions import progress_of
from recommendations.services import (
    drop_retired_versions,
    embed_work,
    fill_batch,
    keep_filling,
    start_filling,
    switch_space_back,
    switch_space_to,
)
from recommendations.services.dropping import GRACE
from tests.factories.accounts import UserFactory
from tests.factories.catalog import WorkFactory
from tests.factories.recommendations import indexed_work
from tests.recommendations.tiny_space import COLOURS
from tests.recommendations.version_fixtures import fill_jobs, run_fill_jobs, two_versions, want

__all__ = ["two_versions"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_versions")]


def version(name: str) -> EmbeddingSpace:
    return EmbeddingSpace.objects.get(version=name)


def fill_picture(settings) -> EmbeddingSpace:
    want(settings, picture="picture-2")
    return start_filling(space="picture", facts=wanted_facts("picture"))


def works() -> tuple[object, object]:
    return indexed_work(title="One", colour=COLOURS["sunset"]), indexed_work(title="Two", colour=COLOURS["sea"])


def test_the_first_version_is_present_at_once_and_a_second_is_not(settings):
    works()
    assert version("tiny-1").is_present
    want(settings, picture="picture-2")
    assert facts_of("picture").version == "tiny-1", "the settings want another one, but it is not filled"
    assert not fill_picture(settings).is_present


def test_search_reads_the_present_version_until_the_new_one_is_whole(settings):
    one, _ = works()
    fill_picture(settings)
    assert encoder_for("picture").facts.version == "tiny-1"
    assert search_works(query="sunset").work_ids == [one.pk]
    assert len(fill_jobs()) == 1
    assert run_fill_jobs() == 1
    assert version("tiny-2").is_present
    assert version("tiny-1").retired_at is not None
    assert encoder_for("picture").facts.version == "tiny-2"
    Embedding.objects.filter(version="tiny-1").delete()
    assert search_works(query="sunset").work_ids == [one.pk]


def test_a_work_published_meanwhile_gets_a_vector_in_both(settings):
    works()
    fill_picture(settings)
    new = indexed_work(title="Three", colour=COLOURS["forest"])
    assert set(new.embeddings.filter(space="picture").values_list("version", flat=True)) == {"tiny-1", "tiny-2"}
    run_fill_jobs()
    after = indexed_work(title="Four", colour=COLOURS["forest"])
    assert set(after.embeddings.filter(space="picture").values_list("version", flat=True)) == {"tiny-1", "tiny-2"}


def test_a_batch_may_run_twice_and_changes_no_newer_vector(settings):
    one, _ = works()
    filling = fill_picture(settings)
    arguments = fill_jobs()[0].args
    embed_work(work_id=one.pk)
    before = Embedding.objects.get(work=one, version="tiny-2").made_at
    wanted = {"version_id": filling.pk, "first": arguments["first"], "last": arguments["last"]}
    assert fill_batch(**wanted) == 1
    assert fill_batch(**wanted) == 0
    assert Embedding.objects.get(work=one, version="tiny-2").made_at == before
    assert Embedding.objects.filter(version="tiny-2").count() == 2


def test_works_that_can_have_no_vector_do_not_hold_it_up(settings):
    works()
    bare = WorkFactory(title="No picture")
    filling = fill_picture(settings)
    run_fill_jobs()
    assert version("tiny-2").is_present
    progress = progress_of(filling)
    assert (progress.published, progress.with_vector, progress.without, progress.lacking) == (3, 2, 1, 0)
    assert EmbeddingGap.objects.get(version=filling).work_id == bare.pk


def test_jobs_that_were_lost_are_found_again(settings):
    works()
    fill_picture(settings)
    keep_filling()
    assert len(fill_jobs()) == 1, "they wait already"
    fill_jobs()[0].__class__.objects.filter(pk=fill_jobs()[0].pk)._raw_delete("default")
    keep_filling()
    assert run_fill_jobs() == 1
    assert version("tiny-2").is_present
    keep_filling()
    assert fill_jobs() == []


def test_a_switch_by_hand_waits_for_the_last_work_and_back_does_not(settings):
    one, _ = works()
    fill_picture(settings)
    with pytest.raises(SpaceNotWhole, match="2 works"):
        switch_space_to(space="picture", version="tiny-2")
    assert version("tiny-1").is_present
    with pytest.raises(NoFormerVersion):
        switch_space_back(space="picture")
    run_fill_jobs()
    Embedding.objects.filter(work=one, version="tiny-1").delete()
    assert switch_space_back(space="picture").version == "tiny-1"
    assert facts_of("picture").version == "tiny-1"
    keep_filling()
    run_fill_jobs()
    assert Embedding.objects.filter(work=one, version="tiny-1").exists()
    assert version("tiny-1").is_present
    assert switch_space_to(space="picture", version="tiny-2").is_present


def test_the_database_keeps_one_present_version(settings):
    works()
    filling = fill_picture(settings)
    with pytest.raises(IntegrityError), transaction.atomic():
        EmbeddingSpace.objects.filter(pk=filling.pk).update(present_in="picture")
    with pytest.raises(IntegrityError), transaction.atomic():
        EmbeddingSpace.objects.filter(version="tiny-1").update(present_in="text")


def indexes() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE indexname LIKE 'hnsw_picture_%%'")
        return {name for (name,) in cursor.fetchall()}


def test_the_old_version_goes_after_its_grace_with_its_index(settings):
    works()
    fill_picture(settings)
    run_fill_jobs()
    old = version("tiny-1")
    assert old.index_name in indexes()
    assert drop_retired_versions() == []
    EmbeddingSpace.objects.filter(pk=old.pk).update(retired_at=now() - GRACE - timedelta(minutes=1))
    assert drop_retired_versions() == ["picture tiny-1"]
    assert old.index_name not in indexes()
    assert version("tiny-2").index_name in indexes()
    assert set(Embedding.objects.filter(space="picture").values_list("version", flat=True)) == {"tiny-2"}
    with pytest.raises(NoFormerVersion):
        switch_space_back(space="picture")


def test_a_version_whose_files_are_gone_still_compares_works(settings, two_versions):
    works()
    for name in ("picture_space_2", "picture-2"):
        (two_versions / name / "space.json").unlink()
    assert present_spaces() == ["text"]
    assert (facts_of("picture").version, facts_of("picture").dimensions) == ("tiny-1", 3)


def test_the_command_tells_fills_switches_and_goes_back(settings, capsys):
    works()
    want(settings, picture="picture-2")
    call_command("embeddings", "fill", "picture")
    call_command("embeddings", "status")
    said = capsys.readouterr().out
    assert "picture tiny-2 (3): being filled; 0 of 2 works, 0 without, 2 lacking" in said
    assert "picture tiny-1 (3): present; 2 of 2 works" in said
    with pytest.raises(CommandError, match="lacks the vectors of 2 works"):
        call_command("embeddings", "switch", "picture", "tiny-2")
    run_fill_jobs()
    call_command("embeddings", "back", "picture")
    assert "present: picture tiny-1" in capsys.readouterr().out
    call_command("embeddings", "fill", "text", "--version", "tiny-text-2")
    assert "text tiny-text-2: 2 works to do" in capsys.readouterr().out
    with pytest.raises(CommandError, match="no-such"):
        call_command("embeddings", "fill", "text", "--version", "no-such")


def test_a_shop_that_wants_what_it_has_fills_nothing():
    works()
    call_command("embeddings", "fill")
    assert fill_jobs() == []
    keep_filling()
    assert not EmbeddingSpace.objects.exclude(filling_since=None).exists()


def test_the_administrator_sees_the_counts_and_changes_nothing(client, settings):
    works()
    fill_picture(settings)
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    url = reverse("admin:recommendations_embeddingspace_changelist")
    page = client.get(url)
    assert page.status_code == 200
    assert "tiny-2" in page.content.decode()
    assert client.post(reverse("admin:recommendations_embeddingspace_add")).status_code == 403
    shown = version("tiny-2")
    assert client.post(reverse("admin:recommendations_embeddingspace_delete", args=[shown.pk])).status_code == 403
    client.force_login(UserFactory())
    assert client.get(url).status_code == 302
