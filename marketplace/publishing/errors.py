"""What can go wrong while publishing. Where one of these is raised, nothing was published and nothing is lost."""

from marketplace.core.errors import Conflict, InvalidInput, NotAllowed, NotFound


class PictureNotFound(NotFound):
    """There is no such picture among yours."""

    code = "picture_not_found"


class StorefrontMissing(NotAllowed):
    """Only an artist with a storefront can publish."""

    code = "storefront_missing"


class FileTooLarge(InvalidInput):
    """This file is too large."""

    code = "file_too_large"


class WordsMissing(InvalidInput):
    """The work needs a title."""

    code = "words_missing"


class OffersMissing(InvalidInput):
    """The work needs at least one licence with a price."""

    code = "offers_missing"


class LooksLikeAnothersWork(Conflict):
    """This picture is nearly the same as another artist's work."""

    code = "looks_like_anothers_work"


class ListedAlready(Conflict):
    """You have this picture in the shop already.

    Facts: ``work`` and ``address``, the one that is listed.
    """

    code = "listed_already"


class HiddenBefore(Conflict):
    """Moderation has hidden this picture."""

    code = "hidden_before"


class SoldExclusivelyBefore(Conflict):
    """You have sold this picture exclusively."""

    code = "sold_exclusively_before"
