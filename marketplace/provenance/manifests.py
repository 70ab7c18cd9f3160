"""What stands in the Content Credentials of a file (C2PA specification 2.2), as c2pa's manifest definition."""

from typing import Any

from marketplace.provenance.facts import ProvenanceFacts

SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
GENERATED = SOURCE_TYPES + "trainedAlgorithmicMedia"
ENHANCED = SOURCE_TYPES + "algorithmicallyEnhanced"
FROM_A_PICTURE = SOURCE_TYPES + "compositeWithTrainedAlgorithmicMedia"

# CAWG Training and Data Mining Assertion 1.1, section 2: each use is said for itself.
TRAINING_MINING_LABEL = "cawg.training-mining"
TRAINING_USES = ("cawg.ai_generative_training", "cawg.ai_training", "cawg.ai_inference", "cawg.data_mining")
GENERATION_LABEL = "art.atelier.generation"
METADATA_LABEL = "cawg.metadata"
UPLOADED_FILE = "uploaded file"


def manifest_definition(
    *, facts: ProvenanceFacts, title: str, artist_name: str, media_type: str, generator_version: str
) -> dict[str, Any]:
    """The definition for c2pa's Builder. An upload's first action is `opened`: we do not say how it was made."""
    return {
        "claim_generator_info": [{"name": "Atelier", "version": generator_version}],
        "title": title,
        "format": media_type,
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": _actions(facts)}, "created": True},
            {
                "label": TRAINING_MINING_LABEL,
                "data": {"entries": {use: {"use": "notAllowed"} for use in TRAINING_USES}},
            },
            {
                "label": METADATA_LABEL,
                "data": {
                    "@context": {"dc": "http://purl.org/dc/elements/1.1/"},
                    "dc:title": [title],
                    "dc:creator": [artist_name],
                },
            },
            *([{"label": GENERATION_LABEL, "data": _generation(facts)}] if facts.model else []),
        ],
    }


def _actions(facts: ProvenanceFacts) -> list[dict[str, Any]]:
    when = facts.created_at.isoformat(timespec="seconds")
    if facts.source == "uploaded":
        return [
            {"action": "c2pa.opened", "when": when, "parameters": {"ingredientIds": [UPLOADED_FILE]}},
        ]
    return [
        {
            "action": "c2pa.created",
            "when": when,
            "digitalSourceType": _source_type(facts),
            "softwareAgent": {"name": facts.model, "version": facts.model_version},
        }
    ]


def _source_type(facts: ProvenanceFacts) -> str:
    if facts.source == "generated":
        return FROM_A_PICTURE if facts.parents else GENERATED
    return FROM_A_PICTURE if facts.by_trained_network else ENHANCED


def _generation(facts: ProvenanceFacts) -> dict[str, Any]:
    shown: dict[str, Any] = {"model": facts.model, "model_version": facts.model_version}
    if facts.weights_sha256:
        shown["weights_sha256"] = facts.weights_sha256
    if facts.parents:
        shown["made_from_sha256"] = list(facts.parents)
    if facts.prompt_shown:
        shown["prompt"] = facts.prompt_shown
    return shown
