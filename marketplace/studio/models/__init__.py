"""What a job costs, what administrators decide on prices and shares, prompt grids, and artists' LoRA files."""

from marketplace.studio.grids.models import EarlierTry, GridCell, PictureGrid
from marketplace.studio.models.loras import Lora
from marketplace.studio.models.terms import GenerationCharge, ModelTerms, PlanShare

__all__ = ["EarlierTry", "GenerationCharge", "GridCell", "Lora", "ModelTerms", "PictureGrid", "PlanShare"]
