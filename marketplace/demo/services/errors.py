"""What stops a service from starting, said in one line with the way out."""


class ServiceCannotStart(Exception):
    """A service, or the whole demo, can't start. The message is one line and names the remedy."""
