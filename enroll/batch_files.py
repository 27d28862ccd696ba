"""The files of a batch: each is stored with what was stated of it, those of one probe are put together."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from biometrics.fingerprint.drawing import draw_minutiae
from biometrics.fingerprint.examined import ExaminedMinutiae, template_of
from biometrics.image import DecodedImage, ImageLimits, decode_image
from biometrics.standards.minutiae_files import is_minutiae_record
from biometrics.template import FingerPosition, Impression, Modality
from core.errors import InputRejected
from enroll.content import SampleInput
from enroll.enrolment import stage
from enroll.errors import FilesUnfit
from enroll.examined_marks import (
    MinutiaeBody,
    check_image,
    examined_as_json,
    is_minutiae_text,
    read_examined,
)
from enroll.foreign_samples import drawing_of, read_foreign_print
from enroll.listing import ListedProbe
from enroll.parameters import ENROLL
from enroll.sketches import SketchNotAllowed, require_searchable
from enroll.slap_cutting import check_missing
from records.access import Purpose
from records.batches import BatchFile, BatchProbe
from records.image_store import ImageStore
from records.samples import Slap

_LONGEST_NAME = 300


@dataclass(frozen=True)
class ReadFile:
    """One file as read; without data when ``problem`` says why it cannot be searched.

    Attributes:
        marked: The file with what an examiner marked in it; None where the list names none.
    """

    probe: ListedProbe
    data: bytes = b""
    problem: str = ""
    marked: bytes | None = None


@dataclass(frozen=True)
class StagedFile:
    """One file as stored, or what is wrong with it."""

    probe: ListedProbe
    file: BatchFile | None
    problem: str = ""


def stage_file(store: ImageStore, read: ReadFile, limits: ImageLimits) -> StagedFile:
    """Put a file into the object store, if it can be searched at all."""
    if read.problem:
        return StagedFile(read.probe, None, read.problem)
    try:
        return StagedFile(read.probe, _stage(store, read, limits))
    except InputRejected as problem:
        return StagedFile(read.probe, None, problem.message)


def _stage(store: ImageStore, read: ReadFile, limits: ImageLimits) -> BatchFile:
    probe, data = read.probe, read.data
    if read.marked is not None or is_minutiae_text(data):
        return _stage_mark(store, read, limits)
    if is_minutiae_record(data) and not probe.slap:
        found = read_foreign_print(data, probe.position)
        return BatchFile(stage(store, _sample(probe, data, Modality.FINGER), drawing_of(found)))
    if probe.sketch and probe.modality is not Modality.FACE:
        raise SketchNotAllowed("Only a face can be marked as a sketch.")
    sample = _sample(probe, data, probe.modality)
    check_missing([sample])
    return BatchFile(stage(store, sample, decode_image(data, limits)), sketch=probe.sketch)


def _stage_mark(store: ImageStore, read: ReadFile, limits: ImageLimits) -> BatchFile:
    """Store a mark with its minutiae, or these alone, once they are seen to be fit for a search."""
    alone = read.marked is None
    body = read_examined(read.data if alone else read.marked or b"")
    examined = body.to_examined()
    template_of(examined, read.probe.position)
    data = _kept(body) if alone else read.data
    image = _drawn(examined, read.probe.position) if alone else decode_image(data, limits)
    if not alone:
        check_image(examined, image)
    sample = SampleInput(
        data,
        Modality.FINGER,
        read.probe.position,
        Impression.LATENT,
        examined.dpi,
        file_name=clean(read.probe.file),
    )
    return BatchFile(stage(store, sample, image), minutiae=examined_as_json(examined))


def _kept(body: MinutiaeBody) -> bytes:
    return body.model_dump_json().encode()


def _drawn(examined: ExaminedMinutiae, position: FingerPosition) -> DecodedImage:
    _, fingerprint = template_of(examined, position)
    return DecodedImage(draw_minutiae(fingerprint), examined.dpi, "JSON")


def _sample(probe: ListedProbe, data: bytes, modality: Modality) -> SampleInput:
    return SampleInput(
        data,
        modality,
        probe.position,
        probe.impression,
        probe.dpi,
        probe.face_index,
        Slap(probe.slap, tuple(sorted(set(probe.missing)))) if probe.slap else None,
        file_name=clean(probe.file),
    )


def put_together(
    files: Iterable[StagedFile], purpose: Purpose, target_fpir: int | None
) -> list[BatchProbe | tuple[str, str]]:
    """Return the probes in the order of the list; one that cannot be searched as its name and the reason."""
    probes: dict[object, list[StagedFile]] = {}
    for file in sorted(files, key=lambda each: each.probe.line):
        key = file.probe.name if file.probe.joined else id(file)
        probes.setdefault(key, []).append(file)
    return [_probe(parts, purpose, target_fpir) for parts in probes.values()]


def _probe(
    parts: Sequence[StagedFile], purpose: Purpose, target_fpir: int | None
) -> BatchProbe | tuple[str, str]:
    name = clean(parts[0].probe.name)
    for part in parts:
        if part.problem:
            return name, f"{clean(part.probe.file)}: {part.problem}" if len(parts) > 1 else part.problem
    files = tuple(part.file for part in parts if part.file)
    try:
        _check_fit(files, purpose, target_fpir)
    except InputRejected as problem:
        return name, problem.message
    return BatchProbe(name, files)


def _check_fit(files: Sequence[BatchFile], purpose: Purpose, target_fpir: int | None) -> None:
    """Refuse files that a single search would not take together either."""
    if any(file.sketch for file in files):
        require_searchable(purpose, target_fpir, len(files))
    capture, samples = ENROLL.capture, [file.staged for file in files]
    faces = [sample for sample in samples if sample.modality is Modality.FACE]
    if len(faces) > capture.photographs_searched:
        raise FilesUnfit(f"At most {capture.photographs_searched} photographs are searched together.")
    if len(faces) > 1 and any(face.face_index is not None for face in faces):
        raise FilesUnfit(
            "face_index chooses a face of one photograph, but several were sent: each must show one face."
        )
    shown = Counter(
        sample.slap.position.in_words if sample.slap else f"finger {int(sample.position)}"
        for sample in samples
        if sample.modality is Modality.FINGER
    )
    for label, count in shown.items():
        unknown = label == f"finger {int(FingerPosition.UNKNOWN)}"
        if count > (capture.unknown_prints_searched if unknown else 1):
            raise FilesUnfit(f"The probe has {count} files of {label}; send the better one only.")


def clean(name: str) -> str:
    """Return a file name that can be stored and printed whatever the archive called it."""
    printable = "".join(mark if mark.isprintable() else "\N{REPLACEMENT CHARACTER}" for mark in name)
    return printable.strip()[-_LONGEST_NAME:] or "unnamed"
