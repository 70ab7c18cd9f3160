"""`python3.11 -m marketplace.demo.install`: see `make setup`."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from marketplace.demo.install.environment import check_disk, check_python, install_packages, make_environment
from marketplace.demo.install.faults import CannotInstall
from marketplace.demo.install.stamps import Stamps, digest
from marketplace.demo.install.tools import bring_tools
from marketplace.demo.static_files import is_collected

CHECKOUT = Path(__file__).resolve().parents[3]
VENV = CHECKOUT / ".venv"
# The folder below build/onnx by the model whose picture space it holds. PICTURE_ENCODER wants the second; the first
# stays for shops whose works have vectors of it, until `manage.py embeddings fill` has filled the second beside it.
PICTURE_SPACES = {"picture_space": "atelier-image-1", "picture_space_2": "atelier-image-2"}


def say(text: str) -> None:
    """Print one line of progress."""
    print(f"  {text}", flush=True)


def set_up(*, torch: str, torch_index: str, with_tools: bool) -> None:
    """Do every step whose inputs changed.

    Raises:
        CannotInstall: with the way out.
    """
    check_python()
    if not VENV.exists():
        check_disk(CHECKOUT)
    if make_environment(VENV):
        say("made .venv")
    stamps = Stamps(VENV / "atelier-setup.json")
    wanted = digest([CHECKOUT / "pyproject.toml", CHECKOUT / "requirements.lock"], torch, torch_index)
    if not stamps.is_current("packages", wanted):
        say("installing packages (the first time some minutes) …")
        install_packages(VENV, checkout=CHECKOUT, torch=torch, torch_index=torch_index)
        stamps.write("packages", wanted)
    _make_files(stamps)
    if with_tools:
        for line in bring_tools():
            say(line)


def _make_files(stamps: Stamps) -> None:
    catalogues = digest((CHECKOUT / "marketplace" / "locale").glob("**/*.po"))
    compiled = list((CHECKOUT / "marketplace" / "locale").glob("**/*.mo"))
    if not compiled or not stamps.is_current("catalogues", catalogues):
        say("compiling the catalogues of messages …")
        _run("manage.py", "messages", "--compile")
        stamps.write("catalogues", catalogues)
    if not is_collected():
        say("collecting static files …")
        _run("-m", "marketplace.demo.static_files")
    _export_encoders(stamps)


def _export_encoders(stamps: Stamps) -> None:
    """What the web process embeds with, which holds no torch: exported here, where torch is."""
    onnx = CHECKOUT / "build" / "onnx"
    source = CHECKOUT / "recommendations" / "engine" / "export_minilm.py"
    inputs = digest([source, CHECKOUT / "requirements.lock"])
    if not (onnx / "minilm").exists() or not stamps.is_current("minilm", inputs):
        say("exporting the sentence encoder for the web process …")
        _run("-m", "recommendations.engine.export_minilm", "--out", str(onnx / "minilm"))
        stamps.write("minilm", inputs)
    for folder, model in PICTURE_SPACES.items():
        _export_picture_space(stamps, CHECKOUT / "generation" / "engine", model=model, out=onnx / folder)


def _export_picture_space(stamps: Stamps, engine: Path, *, model: str, out: Path) -> None:
    source = engine / "models" / model
    if not (source / "model_index.json").exists():
        say(f"no image model in {source}: the studio and the search by picture wait for one")
        return
    weights = [*source.glob("**/*.safetensors"), *source.glob("**/*.json")]
    inputs = digest([*weights, engine / "training" / "export_onnx.py"])
    if not out.exists() or not stamps.is_current(out.name, inputs):
        say(f"exporting the picture space of {model} for the web process …")
        _run("-m", "generation.engine.training.export_onnx", "--model", str(source), "--out", str(out))
        stamps.write(out.name, inputs)


def _run(*arguments: str) -> None:
    environment = {**os.environ, "ATELIER_PROFILE": "demo"}
    done = subprocess.run(
        [str(VENV / "bin" / "python"), *arguments],
        cwd=CHECKOUT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise CannotInstall(f"{done.stdout.strip()}\n{' '.join(arguments)} failed, its words stand above.")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python3.11 -m marketplace.demo.install", description=__doc__)
    parser.add_argument("--torch", required=True)
    parser.add_argument("--torch-index", default="")
    parser.add_argument("--with-tools", action="store_true", help="also what the browser tests need from the system")
    options = parser.parse_args()
    began = time.monotonic()
    try:
        set_up(torch=options.torch, torch_index=options.torch_index, with_tools=options.with_tools)
    except CannotInstall as fault:
        sys.exit(f"Installing stopped: {fault}")
    except (OSError, subprocess.CalledProcessError) as fault:
        sys.exit(f"Installing stopped: {fault}")
    except KeyboardInterrupt:
        sys.exit("Installing was interrupted; the next make goes on where it stopped.")
    say(f"installed, {time.monotonic() - began:.1f} s")


if __name__ == "__main__":
    main()
