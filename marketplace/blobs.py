"""The shop's buckets, made from the settings. Kept apart from `core`, which knows no settings."""

from functools import cache

from django.conf import settings

from marketplace.core.blobs import BlobStore, BlobStoreSettings


@cache
def private_store() -> BlobStore:
    """Originals and certificates; read by signed addresses only."""
    c = settings.CONFIGURATION
    return BlobStore(
        BlobStoreSettings(
            endpoint_url=c.s3_endpoint_url,
            bucket=c.s3_bucket_private,
            access_key_id=c.s3_access_key_id,
            secret_access_key=c.s3_secret_access_key,
            region=c.s3_region,
        )
    )


@cache
def public_store() -> BlobStore:
    """Previews; readable and cacheable by all."""
    c = settings.CONFIGURATION
    return BlobStore(
        BlobStoreSettings(
            endpoint_url=c.s3_endpoint_url,
            bucket=c.s3_bucket_public,
            access_key_id=c.s3_access_key_id,
            secret_access_key=c.s3_secret_access_key,
            region=c.s3_region,
            public_base_url=c.s3_public_base_url,
        )
    )


@cache
def jobs_store() -> BlobStore:
    """Requests and results of the generation jobs, with keys that open nothing else."""
    c = settings.CONFIGURATION
    return BlobStore(
        BlobStoreSettings(
            endpoint_url=c.jobs_s3_endpoint_url,
            bucket=c.jobs_s3_bucket,
            access_key_id=c.jobs_s3_access_key_id,
            secret_access_key=c.jobs_s3_secret_access_key,
            region=c.s3_region,
        )
    )


def media_url(key: str) -> str:
    """Where a browser finds the public object ``key``: an address, or a path on the shop's own (``/media/…``)."""
    if settings.CONFIGURATION.s3_public_base_url:
        return public_store().public_url(key)
    return f"/media/{key}"
