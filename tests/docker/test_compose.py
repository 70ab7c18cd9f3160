"""docker/compose.yaml, as far as it can be judged without an engine."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from compose_spec import PyCompose

from generation.engine.configuration import WorkerConfiguration
from marketplace.configuration import Configuration
from marketplace.demo.environment import WORKER_SETTINGS
from marketplace.demo.prepare import COMMANDS
from marketplace.demo.state import CHECKOUT
from recommendations.tasks import TRAINING_QUEUE

DOCKER = CHECKOUT / "docker"
FILE = DOCKER / "compose.yaml"
SHOP = ("preparation", "web", "worker", "webhooks-worker", "training-worker")
STORES = ("storage", "jobs-storage")


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load(FILE.read_text())["services"]
    return found


def test_it_follows_the_compose_specification() -> None:
    # As compose does: variables are filled in first, then merge keys are resolved and fragments dropped.
    filled = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", FILE.read_text())
    filled = re.sub(r"\$\{\w+:\?[^}]*\}", "given", filled)
    resolved = {name: value for name, value in yaml.safe_load(filled).items() if not name.startswith("x-")}
    PyCompose.from_yaml(yaml.dump(resolved))


def test_a_mistake_would_be_found() -> None:
    with pytest.raises(ValueError):
        PyCompose.from_yaml("services:\n  web:\n    healthcheck:\n      intervall: 5s\n")


def test_every_setting_is_one_that_the_product_reads(services: dict[str, dict[str, Any]]) -> None:
    known = {name.upper() for name in Configuration.model_fields} | {"DJANGO_SETTINGS_MODULE"}
    for name in SHOP:
        assert set(services[name]["environment"]) <= known, name
    assert set(services["generation-worker"]["environment"]) <= WORKER_SETTINGS


def test_the_generation_worker_has_no_way_to_the_shop(services: dict[str, dict[str, Any]]) -> None:
    worker = services["generation-worker"]
    assert worker["networks"] == ["jobs"]
    assert "jobs" not in services["storage"]["networks"]
    shops = set(re.findall(r"\$\{(\w+)", str([services[name]["environment"] for name in SHOP])))
    workers = set(re.findall(r"\$\{(\w+)", str(worker["environment"])))
    assert workers & shops == {"JOBS_S3_ACCESS_KEY_ID", "JOBS_S3_SECRET_ACCESS_KEY"}


def test_no_secret_has_a_default(services: dict[str, dict[str, Any]]) -> None:
    for service in services.values():
        for setting, value in service.get("environment", {}).items():
            if re.search(r"SECRET|PASSWORD|ACCESS_KEY|_URL$", setting) and "${" in str(value):
                assert re.search(r"\$\{\w+:\?", str(value)), f"{setting}: {value}"


def test_our_processes_run_without_root_and_privileges(services: dict[str, dict[str, Any]]) -> None:
    for name in (*SHOP, *STORES, "generation-worker"):
        assert services[name]["cap_drop"] == ["ALL"], name
        assert services[name]["security_opt"] == ["no-new-privileges:true"], name
    for name in STORES:
        assert services[name]["user"] == "10003:10003"
    for file in ("Dockerfile.web", "Dockerfile.worker"):
        users = re.findall(r"^USER (\S+)$", (DOCKER / file).read_text(), re.MULTILINE)
        assert users, file
        assert users[-1] not in ("0", "root")


def test_whatever_keeps_running_has_a_health_check(services: dict[str, dict[str, Any]]) -> None:
    for name in ("database", *STORES, "worker", "webhooks-worker", "training-worker"):
        assert services[name]["healthcheck"]["test"], name
    for file in ("Dockerfile.web", "Dockerfile.worker"):
        assert "HEALTHCHECK" in (DOCKER / file).read_text()


def test_everything_that_the_images_copy_exists() -> None:
    for file in ("Dockerfile.web", "Dockerfile.worker"):
        for line in re.findall(r"^COPY (?!--from)(.+)$", (DOCKER / file).read_text(), re.MULTILINE):
            for source in line.split()[:-1]:
                assert (CHECKOUT / source).exists(), f"{file}: {source}"


def test_both_preparations_run_the_same_commands(services: dict[str, dict[str, Any]]) -> None:
    program = services["preparation"]["command"][-1]
    run = [tuple(words.split()) for words in re.findall(r"manage\.py ([^&]+?)\s*(?:&&|$)", program)]
    assert run == [("migrate", "--noinput"), *COMMANDS]


def test_the_signing_keys_can_be_moved_into_their_place(services: dict[str, dict[str, Any]]) -> None:
    # They are made beside it and renamed: the parent must be the volume that can be written.
    for name in SHOP:
        folder = Path(services[name]["environment"]["SIGNING_DIR"])
        mounts = {Path(volume.split(":")[1]) for volume in services[name]["volumes"]}
        assert folder.parent in mounts, name
        assert folder not in mounts, name
    assert f"SIGNING_DIR={folder}" in (DOCKER / "Dockerfile.web").read_text()


def test_the_training_has_torch_and_a_volume_for_its_checkpoints(services: dict[str, dict[str, Any]]) -> None:
    stages = re.split(r"^FROM ", (DOCKER / "Dockerfile.web").read_text(), flags=re.MULTILINE)
    trainer = next(stage for stage in stages if stage.startswith("encoders AS trainer"))
    assert "torch" in next(stage for stage in stages if "AS encoders" in stage)
    worker = services["training-worker"]
    assert worker["build"]["target"] == "trainer"
    assert worker["command"][worker["command"].index("--queues") + 1] == TRAINING_QUEUE
    mounts = {volume.split(":")[1] for volume in worker["volumes"]}
    found = re.search(r"TRAINING_DIR=(\S+)", trainer)
    assert found is not None
    assert str(Path(found[1]).parent) in mounts
    # The shop itself is built when no target is named.
    assert "torch" not in stages[-1]


def test_the_preparation_reaches_stripe(services: dict[str, dict[str, Any]]) -> None:
    assert "outside" in services["preparation"]["networks"]


def test_every_image_is_of_a_named_version(services: dict[str, dict[str, Any]]) -> None:
    for name, service in services.items():
        if "build" not in service and service["image"] != "atelier-web":
            image = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", service["image"])
            assert re.search(r":[\w.-]*\d", image), f"{name}: {image}"


@pytest.mark.parametrize("file", ["Dockerfile.web", "Dockerfile.worker"])
def test_hadolint_finds_nothing(file: str) -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("hadolint"), DOCKER / file], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_page_names_every_variable() -> None:
    said = Path(DOCKER / "README.md").read_text()
    for variable in set(re.findall(r"\$\{(\w+)", FILE.read_text())):
        assert f"`{variable}`" in said, variable


def test_the_workers_settings_are_those_of_its_class() -> None:
    assert {name.upper() for name in WorkerConfiguration.model_fields} == WORKER_SETTINGS
