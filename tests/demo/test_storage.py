"""The embedded object stores: signatures, the public bucket, keys that open one store only, crashes."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from marketplace.core.blobs import BlobNotFound, BlobStore, BlobStoreRefused, BlobStoreSettings
from marketplace.demo.services import readiness
from marketplace.demo.services.ports import free_ports
from tests.service_process import ServiceProcess

ACCESS, SECRET = "SHOPKEY0001", "a-secret-of-the-test"


@pytest.fixture
def port() -> int:
    return free_ports(1)[0]


@pytest.fixture
def service(tmp_path: Path, port: int) -> Iterator[ServiceProcess]:
    service = ServiceProcess(
        [
            *("marketplace.demo.services.storage", "--data", str(tmp_path / "data"), "--port", str(port)),
            *("--bucket", "originals", "--public-bucket", "previews"),
        ],
        ready=readiness.tcp("object storage", port),
        environment={"STORAGE_ACCESS_KEY": ACCESS, "STORAGE_SECRET_KEY": SECRET},
    )
    service.start()
    yield service
    service.stop()


@pytest.fixture
def originals(service: ServiceProcess, port: int) -> BlobStore:
    return _store(port, "originals")


@pytest.fixture
def previews(service: ServiceProcess, port: int) -> BlobStore:
    return _store(port, "previews")


def _store(port: int, bucket: str, *, access: str = ACCESS, secret: str = SECRET) -> BlobStore:
    return BlobStore(
        BlobStoreSettings(
            endpoint_url=f"http://127.0.0.1:{port}", bucket=bucket, access_key_id=access, secret_access_key=secret
        )
    )


def _status(request: urllib.request.Request | str) -> int:
    try:
        with urllib.request.urlopen(request) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def test_objects_outlive_a_crash(originals: BlobStore, service: ServiceProcess) -> None:
    originals.put("works/一幅画.txt", b"paint", media_type="text/plain")
    service.kill()
    service.start()
    assert originals.get("works/一幅画.txt") == b"paint"
    assert list(originals.keys("works/")) == ["works/一幅画.txt"]


@pytest.mark.parametrize(("access", "secret"), [(ACCESS, "wrong-secret"), ("JOBSKEY", SECRET)])
def test_other_keys_open_nothing(originals: BlobStore, port: int, access: str, secret: str) -> None:
    originals.put("a", b"paint", media_type="text/plain")
    stranger = _store(port, "originals", access=access, secret=secret)
    with pytest.raises(BlobStoreRefused):
        stranger.get("a")
    with pytest.raises(BlobStoreRefused):
        stranger.put("a", b"spray", media_type="text/plain")
    with pytest.raises(BlobStoreRefused):
        stranger.delete("a")
    assert originals.get("a") == b"paint"


def test_the_public_bucket_is_read_without_a_signature(previews: BlobStore, port: int) -> None:
    previews.put("w/1.webp", b"small", media_type="image/webp", cache_control="public, max-age=31536000, immutable")
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/previews/w/1.webp") as answer:
        assert answer.read() == b"small"
        assert answer.headers["Content-Type"] == "image/webp"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/originals/a"),
        ("HEAD", "/originals/a"),
        ("GET", "/previews"),
        ("GET", "/previews/"),
        ("GET", "/previews/?list-type=2"),
        ("GET", "/previews/a?uploadId=1"),
        ("PUT", "/previews/a"),
        ("DELETE", "/previews/a"),
        ("POST", "/previews/a?uploads"),
        ("GET", "/"),
    ],
)
def test_everything_else_needs_a_signature(
    originals: BlobStore, previews: BlobStore, port: int, method: str, path: str
) -> None:
    originals.put("a", b"paint", media_type="text/plain")
    previews.put("a", b"small", media_type="text/plain")
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", method=method, data=b"x" if method == "PUT" else None
    )
    assert _status(request) == 403
    assert (originals.get("a"), previews.get("a")) == (b"paint", b"small")


@pytest.mark.parametrize(
    "way", ["/previews/../originals/a", "/previews/%2e%2e/originals/a", "/previews/x/../../originals/a"]
)
def test_the_public_bucket_is_no_way_to_the_private_one(
    originals: BlobStore, previews: BlobStore, port: int, way: str
) -> None:
    originals.put("a", b"paint", media_type="text/plain")
    previews.put("x/b", b"small", media_type="text/plain")
    assert _status(f"http://127.0.0.1:{port}{way}") in (400, 403, 404)


def test_a_signed_address_names_the_download_and_expires_with_its_signature(originals: BlobStore) -> None:
    originals.put("a", b"paint", media_type="application/octet-stream")
    url = originals.signed_url("a", expires_s=60, filename="日落 1.png", media_type="image/png")
    with urllib.request.urlopen(url) as answer:
        assert answer.read() == b"paint"
        assert answer.headers["Content-Type"] == "image/png"
        assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''%E6%97%A5%E8%90%BD%201.png"
    assert _status(url.replace("%25201.png", "%25202.png")) == 403  # the name is signed too
    assert _status(url[:-1] + ("0" if url[-1] != "0" else "1")) == 403


def test_what_is_not_there_is_told_apart_from_what_is_refused(originals: BlobStore) -> None:
    with pytest.raises(BlobNotFound):
        originals.get("nothing")
