"""The generation worker's settings. It reads its own environment and never sees the shop's."""

import os
import socket
import sys
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from generation.engine.adapters.files import SMALLEST_ROOM_MIB
from generation.engine.contract import MOST_AT_ONCE
from marketplace.core.blobs import BlobStoreSettings

_ENGINE = Path(__file__).resolve().parent
DEFAULT_MODEL = "atelier-image-2"


class WorkerConfiguration(BaseSettings):
    """Read from the environment; names are the environment's, in capitals."""

    model_config = SettingsConfigDict(env_prefix="", extra="ignore", case_sensitive=False)

    worker_database_url: str = Field(
        default="postgresql://atelier_worker:atelier@127.0.0.1:5432/atelier",
        description="The queue, signed in to with the worker's own limited role.",
    )
    jobs_s3_endpoint_url: str = Field(default="http://127.0.0.1:9001", description="The store of the generation jobs.")
    jobs_s3_access_key_id: str = Field(
        default="atelier-jobs", min_length=1, description="A key that opens the jobs' bucket and nothing else."
    )
    jobs_s3_secret_access_key: str = Field(
        default="atelier-jobs-secret", min_length=8, description="The secret of the jobs' key."
    )
    jobs_s3_bucket: str = Field(default="atelier-jobs", description="The bucket of the generation jobs.")
    s3_region: str = Field(default="us-east-1", description="The store's region.")
    models_dir: Path = Field(default=_ENGINE / "models", description="The folder of the image models.")
    worker_model: str = Field(
        default=DEFAULT_MODEL,
        min_length=1,
        description="The model that is loaded at start, or several with commas; others are loaded when a job asks.",
    )
    worker_hub_models: bool = Field(
        default=False, description="Whether models may be fetched from the hub by owner/name (safetensors only)."
    )
    worker_device: Literal["auto", "cpu", "cuda"] = Field(
        default="auto", description="Where pictures are made; `auto` takes a GPU where there is one."
    )
    worker_dtype: Literal["auto", "float32", "float16", "bfloat16"] = Field(
        default="auto", description="Number format of the weights; `auto`: float16 on a GPU, float32 else."
    )
    torch_threads: int = Field(
        default_factory=lambda: int(os.environ.get("OMP_NUM_THREADS") or os.cpu_count() or 1),
        ge=1,
        le=512,
        description="CPU threads; default: OMP_NUM_THREADS, else all cores. Fewer are faster on shared cores.",
    )
    worker_most_at_once: int = Field(
        default=0,
        ge=0,
        le=MOST_AT_ONCE,
        description="Pictures in one batch, of one job or of several; 0: 8 on a GPU, 1 on a CPU. Halved for a"
        " model and size when memory runs out.",
    )
    worker_model_memory_mib: int = Field(
        default=0,
        ge=0,
        description="Memory for models; beyond it the one that was used longest ago leaves. 0: half of what is there.",
    )
    worker_adapter_memory_mib: int = Field(
        default=256,
        ge=SMALLEST_ROOM_MIB,
        description="Memory for artists' LoRA files, so that each is fetched once; the longest unused leaves first.",
    )
    worker_compile: bool = Field(
        default=False,
        description="Whether the models that are loaded at start are compiled for their own size (torch.compile): a"
        " start takes longer, steps may take less. Needs a C++ compiler, or triton on a GPU.",
    )
    worker_compile_cache_dir: Path = Field(
        default_factory=lambda: (
            Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "atelier" / "compiled"
        ),
        description="The folder that keeps what was compiled for the next start; default: ~/.cache/atelier/compiled.",
    )
    worker_time_limit_s: float = Field(
        default=900.0, gt=0, le=86_400, description="Seconds that rendering may take, for each picture of a batch."
    )
    worker_metrics_port: int = Field(
        default=0, ge=0, le=65_535, description="Port of /metrics (Prometheus) and /healthz; 0: none."
    )
    worker_metrics_host: str = Field(
        default="127.0.0.1", min_length=1, description="Address that the metrics' port listens on."
    )
    worker_name: str = Field(
        default_factory=socket.gethostname,
        min_length=1,
        max_length=100,
        description="How its reports name this machine; default: the host's name. The process's number is added.",
    )
    worker_heartbeat_s: float = Field(
        default=5.0, gt=0, le=60, description="Seconds between the signs of life that the sweeper looks for."
    )
    worker_log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="How much is logged."
    )

    @field_validator("worker_database_url")
    @classmethod
    def _is_postgresql(cls, value: str) -> str:
        form = "must read postgresql://user:password@host:port/name"
        try:
            parts = urlsplit(value)
            _ = parts.port
        except ValueError:  # its words would quote what may be a password
            raise ValueError(form) from None
        if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
            raise ValueError(form)
        return value

    @property
    def models_at_start(self) -> list[str]:
        """The names in ``WORKER_MODEL``."""
        return [name.strip() for name in self.worker_model.split(",") if name.strip()]

    @property
    def jobs_store(self) -> BlobStoreSettings:
        """The jobs' bucket with the worker's keys."""
        return BlobStoreSettings(
            endpoint_url=self.jobs_s3_endpoint_url,
            bucket=self.jobs_s3_bucket,
            access_key_id=self.jobs_s3_access_key_id,
            secret_access_key=self.jobs_s3_secret_access_key,
            region=self.s3_region,
        )


def read_configuration() -> WorkerConfiguration:
    """This process's configuration; a wrong value ends the process with one line for each fault."""
    try:
        return WorkerConfiguration()
    except ValidationError as error:
        lines = []
        for fault in error.errors():
            name = ".".join(str(part) for part in fault["loc"]).upper()
            lines.append(f"  {name}: {fault['msg'].removeprefix('Value error, ')}")
        sys.exit("The generation worker cannot start, its configuration is wrong:\n" + "\n".join(lines))
