"""What can go wrong with recommendations and search."""

from marketplace.core.errors import InvalidInput


class QueryUnusable(InvalidInput):
    """This cannot be searched for."""

    code = "query_unusable"


class VocabularyUnusable(InvalidInput):
    """The vocabulary's file cannot be used."""

    code = "vocabulary_unusable"


class WorksFileUnusable(InvalidInput):
    """The file of works cannot be used."""

    code = "works_file_unusable"


class PictureUnusable(InvalidInput):
    """This picture cannot be searched by."""

    code = "picture_unusable"
