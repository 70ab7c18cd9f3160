"""What can go wrong with an offline evaluation."""

from marketplace.core.errors import InvalidInput


class TableUnusable(InvalidInput):
    """The file of interactions or items cannot be used."""

    code = "table_unusable"


class NothingToTest(InvalidInput):
    """No interaction is left to test with."""

    code = "nothing_to_test"


class ScoresUnusable(InvalidInput):
    """A recommender answered scores of a wrong shape, or scores that are no numbers."""

    code = "scores_unusable"


class MethodUnknown(InvalidInput):
    """There is no such method."""

    code = "method_unknown"


class LeftOut(InvalidInput):
    """A method does not fit this file: it is left out, and the others are measured."""

    code = "left_out"
