"""The worker's image holds the engine and core alone: its files are laid out here as the Dockerfile copies them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

from marketplace.demo.state import CHECKOUT

# Imports the worker's program; then prints every top-level package that it loaded from site-packages.
PROGRAM = """
import sys
class NoDjango:
    def find_spec(self, name, path=None, target=None):
        if name.split('.')[0] in ('django', 'rest_framework', 'allauth', 'stripe', 'gunicorn'):
            raise ImportError(f'{name} is not in the image')
sys.meta_path.insert(0, NoDjango())
import generation.engine.worker, generation.engine.rendering_job
asked = {name.split('.')[0] for name, module in list(sys.modules.items()) if getattr(module, '__file__', None)}
print('LOADED', *sorted(asked))
"""


def test_the_copied_files_import_without_web_code(tmp_path: Path) -> None:
    dockerfile = (CHECKOUT / "docker" / "Dockerfile.worker").read_text()
    for source, target in re.findall(r"^COPY (\S+) \./(\S+)$", dockerfile, re.MULTILINE):
        if (CHECKOUT / source).is_dir():
            shutil.copytree(
                CHECKOUT / source, tmp_path / target, ignore=shutil.ignore_patterns("models", "__pycache__")
            )
        else:
            (tmp_path / target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(CHECKOUT / source, tmp_path / target)
    # -S and a path of our own keep the editable installation of the checkout out of the way.
    packages = [path for path in sys.path if path.endswith("site-packages")]
    path = os.pathsep.join([str(tmp_path), *packages])
    done = subprocess.run(
        [sys.executable, "-S", "-c", PROGRAM],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": path, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split("LOADED ")[1].split())
    assert "generation" in loaded
    assert not loaded & {"django", "billing", "recommendations"}


def test_the_requirements_are_locked() -> None:
    lock = (CHECKOUT / "requirements.lock").read_text().lower().replace("_", "-")
    listed = (CHECKOUT / "docker" / "worker-requirements.txt").read_text()
    names = [re.split(r"[\[=~<>]", line)[0].strip().lower() for line in listed.splitlines() if not line.startswith("#")]
    assert len(names) > 10
    for name in names:
        assert re.search(rf"^{re.escape(name)}==", lock, re.MULTILINE), name


def test_what_the_engine_imports_is_in_the_requirements() -> None:
    engine = [*(CHECKOUT / "generation" / "engine").glob("**/*.py"), *(CHECKOUT / "marketplace" / "core").glob("*.py")]
    run_time = [path for path in engine if "training" not in path.parts]
    imported = {
        module
        for path in run_time
        for module in re.findall(r"^\s*(?:from|import) ([a-zA-Z_]\w*)", path.read_text(), re.MULTILINE)
    }
    distributions = packages_distributions()
    named = (CHECKOUT / "docker" / "worker-requirements.txt").read_text().lower().replace("_", "-")
    for module in sorted(imported & set(distributions) - {"marketplace", "generation", "torch"}):
        owners = {name.lower().replace("_", "-") for name in distributions[module]}
        # botocore and psycopg_pool come with what is named.
        owners |= {"boto3"} if module == "botocore" else set()
        assert any(re.search(rf"^{re.escape(owner)}(\[|$)", named, re.MULTILINE) for owner in owners), module
