"""What stops the installation, in one line with the way out."""


class CannotInstall(Exception):
    """The installation can't go on. The message is one line and names the remedy."""
