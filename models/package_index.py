"""Which package index is asked, and which archive of a package there holds the files of a release."""

import configparser
import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

import requests
from pypi_simple import DistributionPackage, NoSuchProjectError, PyPISimple, UnsupportedContentTypeError

from core.settings import settings
from models.errors import FetchFailed

TIMEOUT_S = (20, 120)
"""Seconds to connect, and seconds without a byte."""

INDEX_VARIABLES = ("PIP_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX_URL")


def _pip_configuration_files() -> list[Path]:
    """Return pip's configuration files, the most specific first (pip documentation, "Configuration")."""
    home = Path.home()
    named = os.environ.get("PIP_CONFIG_FILE")
    return [
        *([Path(named)] if named and named != os.devnull else []),
        Path(sys.prefix) / "pip.conf",
        Path(os.environ.get("XDG_CONFIG_HOME", home / ".config")) / "pip" / "pip.conf",
        home / ".pip" / "pip.conf",
        Path("/etc/pip.conf"),
    ]


def index_address() -> str | None:
    """Return the address of the simple API this machine is set up for; None means the client's default."""
    if settings().package_index_url:
        return settings().package_index_url
    for variable in INDEX_VARIABLES:
        if os.environ.get(variable, "").startswith("http"):
            return os.environ[variable]
    for path in _pip_configuration_files():
        parser = configparser.RawConfigParser()
        try:
            parser.read(path, encoding="utf-8")
        except (configparser.Error, OSError, UnicodeDecodeError):
            continue
        address = parser.get("global", "index-url", fallback="").strip()
        if address.startswith("http"):
            return address
    return None


def client() -> PyPISimple:
    """Return a client of the package index; close it after use."""
    address = index_address()
    opened = PyPISimple(address) if address else PyPISimple()
    certificates = os.environ.get("PIP_CERT") or os.environ.get("SSL_CERT_FILE")
    if certificates and Path(certificates).is_file():
        opened.s.verify = certificates
    return opened


def credentials_for(url: str) -> tuple[str, str] | None:
    """Return user and password of the index address, for files on the index's own host only."""
    index = urlsplit(index_address() or "")
    if index.username and index.hostname == urlsplit(url).hostname:
        return index.username, index.password or ""
    return None


def find_archive(opened: PyPISimple, package: str, version: str, archive: str) -> DistributionPackage:
    """Return the release file to download: a wheel for any platform first, else the first by name.

    Raises:
        FetchFailed: the index cannot be reached or has no such file.
    """
    try:
        page = opened.get_project_page(package, timeout=TIMEOUT_S)
    except (requests.RequestException, NoSuchProjectError, UnsupportedContentTypeError) as problem:
        raise FetchFailed(
            f"The package index could not be asked for '{package}'. Check the network, or set "
            f"NISHAN_PACKAGE_INDEX_URL to an index you can reach. ({type(problem).__name__})"
        ) from problem
    found = [entry for entry in page.packages if entry.version == version and entry.package_type == archive]
    if not found:
        raise FetchFailed(f"The package index has no {archive} of {package} {version}.")
    return min(found, key=lambda entry: (not entry.filename.endswith("-none-any.whl"), entry.filename))
