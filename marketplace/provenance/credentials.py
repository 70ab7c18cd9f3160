"""Writing and reading Content Credentials: the one place that speaks to c2pa."""

import json
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from io import BytesIO
from typing import Any

import c2pa
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from django.utils.translation import gettext as _

from marketplace.provenance.errors import CredentialsNotWritten
from marketplace.provenance.facts import ProvenanceFacts
from marketplace.provenance.manifests import (
    GENERATION_LABEL,
    METADATA_LABEL,
    TRAINING_MINING_LABEL,
    UPLOADED_FILE,
    manifest_definition,
)
from marketplace.transparency.keys import signing_material


class CredentialsState(StrEnum):
    """What the credentials of a file are worth."""

    OURS = "ours"  # valid, and signed by this site
    FOREIGN = "foreign"  # valid in themselves, signed by somebody whom we cannot vouch for
    TAMPERED = "tampered"  # the file is not what was signed, or the credentials were changed
    NONE = "none"  # the file carries none
    UNREADABLE = "unreadable"  # of a kind that we cannot read, or broken


@dataclass(frozen=True, slots=True)
class SignedFile:
    """A file with its credentials; ``manifest_label`` is the manifest's URN."""

    data: bytes
    media_type: str
    manifest_label: str


@dataclass(frozen=True, slots=True)
class CredentialsReading:
    """What a file says of itself. Believe the words only where ``state`` is OURS."""

    state: CredentialsState
    manifest_label: str = ""
    title: str = ""
    artist_name: str = ""
    signed_by: str = ""
    model: str = ""
    model_version: str = ""
    source_type: str = ""
    training_allowed: bool | None = None
    problems: tuple[str, ...] = field(default=())


def _context() -> c2pa.Context:
    return c2pa.Context(
        c2pa.Settings.from_dict(
            {
                # Nothing that a stranger's file names is fetched.
                "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False, "verify_trust": True},
                "trust": {"user_anchors": signing_material().root_pem},
                # Automatic thumbnails add 0.1 s and up to 1.3 MB to each file.
                "builder": {"thumbnail": {"enabled": False}},
            }
        )
    )


def _sign_es256(data: bytes) -> bytes:
    """The raw signature r‖s (RFC 9053, section 2.1), as COSE wants it."""
    r, s = decode_dss_signature(signing_material().content_key.sign(data, ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def _own_version() -> str:
    try:
        return version("atelier")
    except PackageNotFoundError:
        return "unreleased"


def sign_file(data: bytes, *, media_type: str, facts: ProvenanceFacts, title: str, artist_name: str) -> SignedFile:
    """``data`` (stripped of metadata) with Content Credentials signed by the site. Pixels stay as they are.

    Raises CredentialsNotWritten.
    """
    definition = manifest_definition(
        facts=facts,
        title=title,
        artist_name=artist_name,
        media_type=media_type,
        generator_version=_own_version(),
    )
    signed = BytesIO()
    try:
        with c2pa.Builder(definition, context=_context()) as builder:
            if facts.source == "uploaded":
                ingredient = {"title": UPLOADED_FILE, "relationship": "parentOf", "label": UPLOADED_FILE}
                builder.add_ingredient(ingredient, media_type, BytesIO(data))
            signer = c2pa.Signer.from_callback(
                _sign_es256, c2pa.C2paSigningAlg.ES256, signing_material().content_chain_pem
            )
            with signer:
                builder.sign(signer, media_type, BytesIO(data), signed)
    except c2pa.C2paError as error:
        raise CredentialsNotWritten(way_out=_("Nothing was published. Try again; if it stays so, tell us.")) from error
    reading = read_credentials(signed.getvalue(), media_type=media_type)
    if reading.state is not CredentialsState.OURS:
        raise CredentialsNotWritten(problems=list(reading.problems))
    return SignedFile(signed.getvalue(), media_type, reading.manifest_label)


def read_credentials(data: bytes, *, media_type: str) -> CredentialsReading:
    """The credentials in ``data`` and what they are worth, with this site's root as the one trust anchor."""
    try:
        with c2pa.Reader(media_type, BytesIO(data), context=_context()) as reader:
            store = json.loads(reader.json())
    except c2pa.C2paError.ManifestNotFound:
        return CredentialsReading(CredentialsState.NONE)
    except c2pa.C2paError as error:
        return CredentialsReading(CredentialsState.UNREADABLE, problems=(str(error)[:200],))
    return _reading(store)


def _reading(store: dict[str, Any]) -> CredentialsReading:
    states = {"Trusted": CredentialsState.OURS, "Valid": CredentialsState.FOREIGN}
    state = states.get(str(store.get("validation_state")), CredentialsState.TAMPERED)
    label = str(store.get("active_manifest", ""))
    manifest = store.get("manifests", {}).get(label, {})
    found = {entry["label"]: entry.get("data") or {} for entry in manifest.get("assertions", [])}
    metadata, generation = found.get(METADATA_LABEL, {}), found.get(GENERATION_LABEL, {})
    actions = found.get("c2pa.actions.v2", {}).get("actions", [])
    first = actions[0] if actions and isinstance(actions[0], dict) else {}
    uses = found.get(TRAINING_MINING_LABEL, {}).get("entries")
    failures = (store.get("validation_results") or {}).get("activeManifest", {}).get("failure", [])
    agent = first.get("softwareAgent")
    agent = agent if isinstance(agent, dict) else {"name": agent or ""}
    creators = metadata.get("dc:creator")
    return CredentialsReading(
        state=state,
        manifest_label=label,
        title=str(manifest.get("title") or ""),
        artist_name=str(creators[0]) if isinstance(creators, list) and creators else "",
        signed_by=str((manifest.get("signature_info") or {}).get("issuer") or ""),
        model=str(generation.get("model") or agent.get("name") or ""),
        model_version=str(generation.get("model_version") or agent.get("version") or ""),
        source_type=str(first.get("digitalSourceType") or "").rsplit("/", 1)[-1],
        training_allowed=any(entry.get("use") == "allowed" for entry in uses.values())
        if isinstance(uses, dict) and all(isinstance(entry, dict) for entry in uses.values())
        else None,
        problems=tuple(str(failure.get("code")) for failure in failures),
    )
