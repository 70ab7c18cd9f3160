"""Static files collected into build/static, once for each state of their sources.

    python -m marketplace.demo.static_files

`make setup` calls it, and so does a start of the demo, which then finds nothing to do.
"""

from __future__ import annotations

import fcntl
import hashlib
import os

from marketplace.demo.state import CHECKOUT

BUILD = CHECKOUT / "build"
STAMP = "static.stamp"
_ROOTS = ("marketplace", "generation", "recommendations", "billing")


def source_digest() -> str:
    """A hash over our static files' names, sizes and times, and over the packages that bring others."""
    digest = hashlib.sha256((CHECKOUT / "requirements.lock").read_bytes())
    for root in _ROOTS:
        for path in sorted((CHECKOUT / root).glob("**/static/**/*")):
            status = path.stat()
            digest.update(f"{path.relative_to(CHECKOUT)} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def collect_static_files() -> bool:
    """Collect them unless that is done. Returns whether there was something to do. Two at once: the second waits."""
    from django.core.management import call_command

    BUILD.mkdir(exist_ok=True)
    stamp = BUILD / STAMP
    with open(BUILD / "static.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = source_digest()
        if is_collected():
            return False
        stamp.unlink(missing_ok=True)
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(wanted)
    return True


def is_collected() -> bool:
    """Whether build/static holds what the sources say. Needs no Django."""
    stamp = BUILD / STAMP
    return (BUILD / "static").exists() and stamp.exists() and stamp.read_text() == source_digest()


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
    django.setup()
    collect_static_files()


if __name__ == "__main__":
    main()
