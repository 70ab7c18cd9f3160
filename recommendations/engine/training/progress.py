"""How far a training has come, told by one logger."""

import logging

PROGRESS = logging.getLogger("recommendations.engine.training")
