"""What a job costs, what administrators decide on prices and shares, and artists' LoRA files."""

from marketplace.studio.models.loras import Lora
from marketplace.studio.models.terms import GenerationCharge, ModelTerms, PlanShare

__all__ = ["GenerationCharge", "Lora", "ModelTerms", "PlanShare"]
