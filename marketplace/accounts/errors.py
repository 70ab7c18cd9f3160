"""What can go wrong with accounts and storefronts."""

from marketplace.core.errors import Conflict, InvalidInput, NotFound


class StorefrontOpenedAlready(Conflict):
    """You have a storefront already."""

    code = "storefront_opened_already"


class HandleTaken(Conflict):
    """Another storefront has this address."""

    code = "handle_taken"


class HandleInvalid(InvalidInput):
    """This address cannot be used."""

    code = "handle_invalid"


class ArtistNotFound(NotFound):
    """There is no such storefront."""

    code = "artist_not_found"


class OwnStorefront(Conflict):
    """This is your own storefront."""

    code = "own_storefront"


class TooManyFollowed(Conflict):
    """You follow as many artists as one can."""

    code = "too_many_followed"
