"""What can go wrong with recommendations and search."""

from marketplace.core.errors import AtelierError, Conflict, InvalidInput, NotFound, Retryable


class QueryUnusable(InvalidInput):
    """This cannot be searched for."""

    code = "query_unusable"


class VocabularyUnusable(InvalidInput):
    """The vocabulary's file cannot be used."""

    code = "vocabulary_unusable"


class MuteNotPossible(InvalidInput):
    """This cannot be muted."""

    code = "mute_not_possible"


class TooManyMutes(Conflict):
    """You have muted as much as can be kept."""

    code = "too_many_mutes"


class SettingsUnusable(InvalidInput):
    """These settings cannot be kept."""

    code = "settings_unusable"


class TooFewPicks(InvalidInput):
    """Too few were chosen."""

    code = "too_few_picks"


class TooMuchTold(AtelierError):
    """This page told too much within a minute.

    ``wait_s``: seconds until it may tell again.
    """

    code = "too_much_told"
    http_status = 429


class EventsBusy(Retryable):
    """The events are in use; it is tried again."""

    code = "events_busy"


class SavedSearchNotFound(NotFound):
    """There is no such saved search."""

    code = "saved_search_not_found"


class SavedSearchNameMissing(InvalidInput):
    """A saved search needs a name."""

    code = "saved_search_name_missing"


class TooManySavedSearches(Conflict):
    """You have saved as many searches as one can."""

    code = "too_many_saved_searches"


class WorksFileUnusable(InvalidInput):
    """The file of works cannot be used."""

    code = "works_file_unusable"


class PictureUnusable(InvalidInput):
    """This picture cannot be searched by."""

    code = "picture_unusable"


class RecommenderNotFound(NotFound):
    """There is no such version of the recommender."""

    code = "recommender_not_found"


class RecommenderNotReady(Conflict):
    """This version was refused by its evaluation."""

    code = "recommender_not_ready"


class RecommenderFilesChanged(Conflict):
    """The files of the version are not those that were trained."""

    code = "recommender_files_changed"


class TrainingUnderWay(Conflict):
    """A training of the recommender runs already."""

    code = "training_under_way"


class NothingToLearn(Conflict):
    """There is too little to learn from."""

    code = "nothing_to_learn"


class TrainingFailed(Retryable):
    """The training broke off. It goes on from its last checkpoint when it is started again."""

    code = "training_failed"


class SpaceNotWhole(Conflict):
    """This version of a space is not filled yet."""

    code = "space_not_whole"


class NoFormerVersion(NotFound):
    """There is no former version of this space to go back to."""

    code = "no_former_version"
