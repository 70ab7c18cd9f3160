"""The two stores of files: the shop's, and that of the generation jobs."""

from pydantic import Field
from pydantic_settings import BaseSettings


class StorageSettings(BaseSettings):
    """Two S3 stores with keys of their own."""

    s3_endpoint_url: str = Field(
        default="http://127.0.0.1:9000", description="The shop's S3 store; empty for Amazon's own."
    )
    s3_access_key_id: str = Field(default="atelier", min_length=1, description="The shop's key at that store.")
    s3_secret_access_key: str = Field(
        default="atelier-demo-secret", min_length=8, description="The secret of the shop's key."
    )
    s3_region: str = Field(default="us-east-1", description="The store's region.")
    s3_bucket_private: str = Field(
        default="atelier-private", description="Originals and certificates; read by signed addresses only."
    )
    s3_bucket_public: str = Field(default="atelier-public", description="Previews; readable and cacheable by all.")
    s3_public_base_url: str = Field(
        default="",
        description="Where the public bucket can be read (a CDN); empty: the shop itself serves previews under "
        "`/media/`.",
    )
    jobs_s3_endpoint_url: str = Field(
        default="http://127.0.0.1:9001", description="The store of the generation jobs' requests and results."
    )
    jobs_s3_access_key_id: str = Field(
        default="atelier-jobs",
        min_length=1,
        description="A key that opens the jobs' bucket and nothing else.",
    )
    jobs_s3_secret_access_key: str = Field(
        default="atelier-jobs-secret", min_length=8, description="The secret of the jobs' key."
    )
    jobs_s3_bucket: str = Field(default="atelier-jobs", description="The bucket of the generation jobs.")
