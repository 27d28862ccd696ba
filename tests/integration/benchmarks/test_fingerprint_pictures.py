"""The pictures of docs/fingerprint.md can be drawn again, small enough to be committed."""

from pathlib import Path

from PIL import Image

from benchmarks import draw_fingerprint


def test_every_picture_of_the_document_is_drawn(models_ready: object, tmp_path: Path) -> None:
    assert draw_fingerprint.main(["--out", str(tmp_path)]) == 0
    drawn = {path.name for path in tmp_path.iterdir()}
    document = (Path(__file__).parents[3] / "docs" / "fingerprint.md").read_text(encoding="utf-8")
    assert {name for name in drawn if f"(images/{name})" in document} == drawn
    for path in tmp_path.iterdir():
        assert path.stat().st_size < 150_000
        assert min(Image.open(path).size) > 100
