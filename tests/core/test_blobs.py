import urllib.error
import urllib.request

import pytest

from marketplace.core.blobs import (
    BlobNotFound,
    BlobStore,
    BlobStoreRefused,
    BlobStoreSettings,
    BlobStoreUnreachable,
)


def test_the_same_content_is_one_object(blob_stores):
    first = blob_stores.private.put_content(b"same", prefix="t", suffix=".bin", media_type="text/plain")
    second = blob_stores.private.put_content(b"same", prefix="t", suffix=".bin", media_type="text/plain")
    assert first == second
    assert blob_stores.private.get(first.key) == b"same"
    assert list(blob_stores.private.keys(first.key)) == [first.key]


def test_what_is_not_there_is_said_so(blob_stores):
    assert not blob_stores.private.exists("t/absent")
    with pytest.raises(BlobNotFound):
        blob_stores.private.get("t/absent")


def test_a_private_file_opens_by_its_signed_address_alone(blob_stores):
    blob_stores.private.put("t/private.txt", b"mine", media_type="text/plain")
    signed = blob_stores.private.signed_url("t/private.txt", expires_s=60, filename="mein Bild 日落.txt")
    with urllib.request.urlopen(signed) as answer:
        assert answer.read() == b"mine"
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(signed.split("?")[0])
    assert refused.value.code == 403
    refused.value.close()


def test_wrong_keys_are_refused(blob_stores):
    settings = blob_stores.private.settings
    stranger = BlobStore(
        BlobStoreSettings(settings.endpoint_url, settings.bucket, settings.access_key_id, "not-the-secret")
    )
    with pytest.raises(BlobStoreRefused):
        stranger.get("t/private.txt")
    with pytest.raises(BlobStoreRefused):
        stranger.put("t/private.txt", b"theirs", media_type="text/plain")


def test_a_store_that_is_away_is_named_as_such():
    away = BlobStore(BlobStoreSettings("http://127.0.0.1:9", "b", "k", "secret-secret"))
    with pytest.raises(BlobStoreUnreachable):
        away.get("x")
