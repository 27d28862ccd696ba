"""A tree with one folder per person: the folder's name is the person, its images are the photographs."""

from dataclasses import dataclass
from pathlib import Path

from datasets.errors import DatasetUnreadable
from datasets.image_files import folders_in, images_in


@dataclass(frozen=True)
class PersonFolder:
    """One person's folder; the images stand in natural order, the first serves as the gallery image."""

    name: str
    images: tuple[Path, ...]


def read_people(directory: Path) -> list[PersonFolder]:
    """Return every folder that holds at least one image, in natural order of the names.

    Raises:
        DatasetUnreadable: there is no such folder, or none of its folders holds an image.
    """
    if not directory.is_dir():
        raise DatasetUnreadable(f"{directory} is no folder; give one with a folder per person")
    people = [PersonFolder(folder.name, tuple(images_in(folder))) for folder in folders_in(directory)]
    people = [person for person in people if person.images]
    if not people:
        raise DatasetUnreadable(f"{directory} has no folder with images; give one with a folder per person")
    return people
