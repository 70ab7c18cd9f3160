"""What can go wrong with letters that people asked for."""

from marketplace.core.errors import NotFound


class UnsubscribeLinkWrong(NotFound):
    """This link does not end any letters."""

    code = "unsubscribe_link_wrong"
