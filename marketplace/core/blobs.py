"""Object storage: the only module that speaks S3. Values are passed in; it knows no settings."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

import boto3
from botocore.client import Config
from botocore.exceptions import BotoCoreError, ClientError

from marketplace.core.errors import Final, NotFound, Retryable

_MISSING = {"NoSuchKey", "404", "NotFound"}
_REFUSED = {"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "403"}


class BlobNotFound(NotFound):
    """The store holds nothing under this key."""

    code = "blob_not_found"


class BlobStoreRefused(Final):
    """The store refused our keys."""

    code = "blob_store_refused"


class BlobStoreUnreachable(Retryable):
    """The store did not answer."""

    code = "blob_store_unreachable"


@dataclass(frozen=True, slots=True)
class BlobStoreSettings:
    """Where a bucket is and the keys for it. ``public_base_url``: where its objects can be read without a signature."""

    endpoint_url: str
    bucket: str
    access_key_id: str
    secret_access_key: str
    region: str = "us-east-1"
    public_base_url: str = ""


@dataclass(frozen=True, slots=True)
class StoredBlob:
    """What was stored: its key, SHA-256 (hex) and size in bytes."""

    key: str
    sha256: str
    size_bytes: int
    media_type: str


class BlobStore:
    """One bucket. Raises BlobNotFound, BlobStoreRefused or BlobStoreUnreachable, never a vendor's error."""

    def __init__(self, settings: BlobStoreSettings) -> None:
        self.settings = settings
        self._client = boto3.client(
            "s3",
            endpoint_url=settings.endpoint_url or None,
            aws_access_key_id=settings.access_key_id,
            aws_secret_access_key=settings.secret_access_key,
            region_name=settings.region,
            config=Config(
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                retries={"max_attempts": 4, "mode": "standard"},
                connect_timeout=5,
                read_timeout=30,
            ),
        )

    def put(self, key: str, data: bytes, *, media_type: str, cache_control: str = "") -> StoredBlob:
        """Store ``data`` under ``key``, replacing what was there."""
        extra = {"CacheControl": cache_control} if cache_control else {}
        with _translated(key):
            self._client.put_object(Bucket=self.settings.bucket, Key=key, Body=data, ContentType=media_type, **extra)
        return StoredBlob(key, hashlib.sha256(data).hexdigest(), len(data), media_type)

    def put_content(
        self, data: bytes, *, prefix: str, suffix: str, media_type: str, cache_control: str = ""
    ) -> StoredBlob:
        """Store ``data`` under a key made of its SHA-256; the same bytes twice are one object."""
        digest = hashlib.sha256(data).hexdigest()
        key = f"{prefix}/{digest[:2]}/{digest}{suffix}"
        return self.put(key, data, media_type=media_type, cache_control=cache_control)

    def get(self, key: str) -> bytes:
        """The bytes under ``key``."""
        with _translated(key):
            body: bytes = self._client.get_object(Bucket=self.settings.bucket, Key=key)["Body"].read()
        return body

    def exists(self, key: str) -> bool:
        """Whether the store holds ``key``."""
        try:
            with _translated(key):
                self._client.head_object(Bucket=self.settings.bucket, Key=key)
        except BlobNotFound:
            return False
        return True

    def delete(self, key: str) -> None:
        """Remove ``key``; nothing happens where it is not there."""
        with _translated(key):
            self._client.delete_object(Bucket=self.settings.bucket, Key=key)

    def keys(self, prefix: str) -> Iterator[str]:
        """All keys that begin with ``prefix``, in order."""
        with _translated(prefix):
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self.settings.bucket, Prefix=prefix)
            for page in pages:
                for entry in page.get("Contents", []):
                    yield entry["Key"]

    def signed_url(self, key: str, *, expires_s: int, filename: str = "", media_type: str = "") -> str:
        """An address that reads ``key`` without keys of one's own for ``expires_s`` seconds."""
        params = {"Bucket": self.settings.bucket, "Key": key}
        if filename:
            params["ResponseContentDisposition"] = f"attachment; filename*=UTF-8''{quote(filename)}"
        if media_type:
            params["ResponseContentType"] = media_type
        with _translated(key):
            url: str = self._client.generate_presigned_url("get_object", Params=params, ExpiresIn=expires_s)
        return url

    def public_url(self, key: str) -> str:
        """The lasting address of an object in a public bucket."""
        base = self.settings.public_base_url or f"{self.settings.endpoint_url}/{self.settings.bucket}"
        return f"{base.rstrip('/')}/{quote(key)}"

    def ensure_bucket(self) -> None:
        """Make the bucket where it does not exist."""
        try:
            with _translated(self.settings.bucket):
                self._client.head_bucket(Bucket=self.settings.bucket)
        except BlobNotFound:
            with _translated(self.settings.bucket):
                self._client.create_bucket(Bucket=self.settings.bucket)


class _translated:
    """Turns the vendor's errors into ours at the one edge."""

    def __init__(self, key: str) -> None:
        self.key = key

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, ClientError):
            code = str(error.response.get("Error", {}).get("Code", ""))
            if code in _MISSING or code == "NoSuchBucket":
                raise BlobNotFound(f"nothing is stored under {self.key}") from error
            if code in _REFUSED:
                raise BlobStoreRefused(f"the store refused access to {self.key}") from error
            raise BlobStoreUnreachable(f"the store answered {code} for {self.key}") from error
        if isinstance(error, BotoCoreError):
            raise BlobStoreUnreachable(f"the store did not answer: {error}") from error
