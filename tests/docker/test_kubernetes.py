"""docker/kubernetes, as far as it can be judged without a cluster."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import kubernetes_validate
import psycopg
import pytest
import yaml
from django.db import connection

from generation.models import GenerationJob
from generation.services.jobs import put_in_queue
from marketplace.demo.environment import WORKER_SETTINGS
from marketplace.demo.state import CHECKOUT
from tests.factories.generation import GenerationJobFactory
from tests.generation.conftest import queue

__all__ = ["queue"]

FOLDER = CHECKOUT / "docker" / "kubernetes"
KUBERNETES = "1.34"
SECRET = {"WORKER_DATABASE_URL", "JOBS_S3_ENDPOINT_URL", "JOBS_S3_ACCESS_KEY_ID", "JOBS_S3_SECRET_ACCESS_KEY"}


def documents(path: Path) -> list[dict[str, Any]]:
    return [document for document in yaml.safe_load_all(path.read_text()) if document]


def of_kind(kind: str) -> dict[str, Any]:
    (found,) = [one for path in sorted(FOLDER.glob("*.yaml")) for one in documents(path) if one["kind"] == kind]
    return found


@pytest.mark.parametrize("kind", ["Namespace", "Deployment", "NetworkPolicy"])
def test_kubernetes_own_kinds_follow_its_schema(kind: str) -> None:
    kubernetes_validate.validate(of_kind(kind), KUBERNETES, strict=True)


def test_a_mistake_would_be_found() -> None:
    wrong = of_kind("Deployment")
    wrong["spec"]["template"]["spec"]["terminationGracePeriod"] = 5
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, KUBERNETES, strict=True)


def test_kustomize_names_every_file() -> None:
    listed = set(of_kind("Kustomization")["resources"])
    assert listed == {path.name for path in FOLDER.glob("*.yaml")} - {"kustomization.yaml"}


def test_the_worker_has_its_own_settings_alone_and_no_rights() -> None:
    pod = of_kind("Deployment")["spec"]["template"]["spec"]
    (worker,) = pod["containers"]
    assert {one["name"] for one in worker["env"]} <= WORKER_SETTINGS
    assert WORKER_SETTINGS >= SECRET
    said = (FOLDER / "generation-worker.yaml").read_text()
    assert all(name in said for name in SECRET)
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["automountServiceAccountToken"] is False
    assert worker["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert worker["securityContext"]["readOnlyRootFilesystem"] is True
    assert worker["livenessProbe"]["httpGet"]["path"] == "/healthz"
    (port,) = [one["value"] for one in worker["env"] if one["name"] == "WORKER_METRICS_PORT"]
    assert int(port) == worker["ports"][0]["containerPort"]
    assert worker["image"] in {image["name"] for image in of_kind("Kustomization")["images"]}


def test_keda_scales_this_deployment_by_the_queue_with_the_workers_own_sign_in() -> None:
    scaled, signing_in, deployment = of_kind("ScaledObject"), of_kind("TriggerAuthentication"), of_kind("Deployment")
    spec = scaled["spec"]
    assert scaled["apiVersion"] == signing_in["apiVersion"] == "keda.sh/v1alpha1"
    assert spec["scaleTargetRef"] == {"name": deployment["metadata"]["name"]}
    assert "replicas" not in deployment["spec"]
    assert 0 == spec["minReplicaCount"] < spec["maxReplicaCount"]
    (trigger,) = spec["triggers"]
    assert (trigger["type"], trigger["metricType"]) == ("postgresql", "AverageValue")
    assert set(trigger["metadata"]) == {"query", "targetQueryValue", "activationTargetQueryValue"}
    assert float(trigger["metadata"]["targetQueryValue"]) > 0
    assert trigger["authenticationRef"] == {"name": signing_in["metadata"]["name"]}
    secret = deployment["spec"]["template"]["spec"]["containers"][0]["envFrom"][0]["secretRef"]["name"]
    assert signing_in["spec"]["secretTargetRef"] == [
        {"parameter": "connection", "name": secret, "key": "WORKER_DATABASE_URL"}
    ]


@pytest.mark.django_db(transaction=True)
def test_the_query_counts_the_jobs_that_wait_or_run_as_the_workers_role_sees_them(queue, worker_database_url) -> None:
    query = of_kind("ScaledObject")["spec"]["triggers"][0]["metadata"]["query"]

    def asked() -> object:
        with psycopg.connect(worker_database_url) as signed_in:
            return signed_in.execute(query).fetchone()

    assert asked() == (0,)
    jobs: list[GenerationJob] = GenerationJobFactory.create_batch(4)
    for job, wait_s in zip(jobs, (0, 0, 0, 600), strict=True):
        put_in_queue(job, wait_s=wait_s)
    assert asked() == (3,)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [jobs[0].queue_job_id])
        assert asked() == (3,)
        cursor.execute("SELECT procrastinate_finish_job_v1(%s, 'succeeded', false)", [jobs[0].queue_job_id])
    assert asked() == (2,)
