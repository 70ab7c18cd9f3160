"""What can go wrong with recommendations and search."""

from marketplace.core.errors import Conflict, InvalidInput, NotFound


class QueryUnusable(InvalidInput):
    """This cannot be searched for."""

    code = "query_unusable"


class VocabularyUnusable(InvalidInput):
    """The vocabulary's file cannot be used."""

    code = "vocabulary_unusable"


class SavedSearchNotFound(NotFound):
    """There is no such saved search."""

    code = "saved_search_not_found"


class SavedSearchNameMissing(InvalidInput):
    """A saved search needs a name."""

    code = "saved_search_name_missing"


class TooManySavedSearches(Conflict):
    """You have saved as many searches as one can."""

    code = "too_many_saved_searches"
