"""Django in a process of the pool's; apart, because nothing here may need Django to be set up already."""


def set_up_django() -> None:
    """Make models usable in this process."""
    import django

    django.setup()
