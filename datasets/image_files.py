"""Which files of a folder count as images: by their ending, in a stable order, hidden files left out."""

import re
from pathlib import Path

IMAGE_ENDINGS = frozenset({".bmp", ".jp2", ".jpeg", ".jpg", ".pgm", ".png", ".tif", ".tiff", ".webp", ".wsq"})


def natural_key(text: str) -> tuple[tuple[int, int | str], ...]:
    """Return a sorting key that puts ``10_2`` after ``9_1``: runs of digits compare as numbers."""
    parts = re.findall(r"\d+|\D+", text)
    return tuple((0, int(part)) if part.isdecimal() else (1, part.casefold()) for part in parts)


def is_image(path: Path) -> bool:
    """Return whether the file's ending is that of an image format the service reads."""
    return path.suffix.lower() in IMAGE_ENDINGS and not path.name.startswith(".") and path.is_file()


def images_in(directory: Path) -> list[Path]:
    """Return the image files directly in a folder, in natural order of their names."""
    return sorted(filter(is_image, directory.iterdir()), key=lambda path: natural_key(path.name))


def folders_in(directory: Path) -> list[Path]:
    """Return the visible folders directly in a folder, in natural order of their names."""
    found = (path for path in directory.iterdir() if path.is_dir() and not path.name.startswith("."))
    return sorted(found, key=lambda path: natural_key(path.name))
