"""Folders on this machine: models, encoders, signing keys."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings

from marketplace.configuration.parsing import ROOT


class FolderSettings(BaseSettings):
    """Where what is not in the database lies."""

    models_dir: Path = Field(
        default=ROOT / "generation" / "engine" / "models", description="The folder of the image models."
    )
    onnx_dir: Path = Field(
        default=ROOT / "build" / "onnx",
        description="Exported encoders for the web process (`make setup` writes them): `picture_space_2/`, `minilm/`, "
        "and others beside them, each in a folder of its own.",
    )
    text_encoder: str = Field(
        default="minilm",
        min_length=1,
        description="The folder below ONNX_DIR whose encoder the text space shall have. After a change: "
        "`manage.py embeddings fill`; search goes on in the former space until the new one is whole.",
    )
    picture_encoder: str = Field(
        default="picture_space_2",
        min_length=1,
        description="The folder below ONNX_DIR whose encoders the space of pictures and texts shall have, likewise.",
    )
    feed_models_dir: Path = Field(
        default=ROOT / "build" / "feed_models",
        description="Where this machine keeps the files of the models that rank feeds; they come from object storage.",
    )
    training_dir: Path = Field(
        default=ROOT / "build" / "training",
        description="Where `train_recommender` keeps its data and checkpoints until it ends.",
    )
    signing_dir: Path = Field(
        default=ROOT / "build" / "signing",
        description="The site's signing keys and certificate chain; made at first start outside production.",
    )
