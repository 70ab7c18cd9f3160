"""What can go wrong with encoders and models."""

from marketplace.core.errors import Final


class EncoderMissing(Final):
    """The encoder's files are not there."""

    code = "encoder_missing"


class EncoderUnusable(Final):
    """The encoder's files do not fit together."""

    code = "encoder_unusable"


class ModelUnusable(Final):
    """A version of the feed's models cannot be used."""

    code = "feed_model_unusable"


class TrainingDataUnusable(Final):
    """The folder of training data cannot be used."""

    code = "training_data_unusable"


class TooFewEvents(Final):
    """There are too few events to learn from."""

    code = "too_few_events"


class TrainingRuns(Final):
    """A training runs in this folder already."""

    code = "training_runs"
