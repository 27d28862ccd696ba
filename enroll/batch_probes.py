"""From the kept files of a batch's probe to templates, and to the rows that its search is kept with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from biometrics.errors import SampleRejected, SeveralFacesFound
from biometrics.fingerprint.examined import template_of
from biometrics.image import decode_image
from biometrics.template import Modality, Template
from core.errors import InputRejected
from enroll.engines import Engines
from enroll.examined_marks import MinutiaeBody, examined_as_json, find_in_mark, is_minutiae_text
from enroll.slap_cutting import CutSlap, cut_slap
from enroll.slap_extraction import begin_fingers, slap_of
from records.batches import BatchItemFile
from records.database import Session
from records.image_store import ImageStore
from records.samples import Sample, StagedSample, add_cut_samples, save_finding
from records.searches import SearchKind


@dataclass(frozen=True, eq=False)
class ExtractedFile:
    """One file and its templates: one, or of a slap one for each finger that can be compared.

    Attributes:
        cut: The slap with its fingers; None for any other file.
        minutiae: As `records.searches.save_search` keeps them; None where no examiner marked any.
    """

    sample: Sample
    templates: tuple[Template, ...]
    sketch: bool = False
    cut: CutSlap | None = None
    minutiae: Mapping[str, Any] | None = None


def extract_files(
    engines: Engines, files: Sequence[tuple[BatchItemFile, bytes]]
) -> tuple[ExtractedFile, ...]:
    """Extract every file of a probe; an error names the file where there are several.

    Raises:
        InputRejected: a file cannot be used.
    """
    extracted = []
    for number, (file, data) in enumerate(files, start=1):
        try:
            extracted.append(_extract(engines, file, data))
        except InputRejected as problem:
            if len(files) > 1:
                problem.message = f"File {number} of {len(files)}: {problem.message}"
            raise
    return tuple(extracted)


def _extract(engines: Engines, file: BatchItemFile, data: bytes) -> ExtractedFile:
    sample = file.sample
    if file.minutiae is not None:
        return _examined(engines, file, data)
    if sample.slap is not None:
        cut = cut_slap(engines, decode_image(data, engines.limits), slap_of(sample), sample.dpi)
        return ExtractedFile(sample, _usable(cut), cut=cut)
    try:
        template = engines.extract_sample(sample, data, sketch=file.sketch)
    except SeveralFacesFound as several:
        several.message += " State which in the column face_index of the list, from 0 for the largest."
        raise
    return ExtractedFile(sample, (template,), sketch=file.sketch)


def _usable(cut: CutSlap) -> tuple[Template, ...]:
    """Return the templates of a slap's fingers, or say why there is none."""
    templates = tuple(finger.template for finger in cut.fingers if finger.template)
    if not templates:
        problems: list[SampleRejected] = [finger.problem for finger in cut.fingers if finger.problem]
        raise problems[0]
    return templates


def _examined(engines: Engines, file: BatchItemFile, data: bytes) -> ExtractedFile:
    """Make the template of an examiner's minutiae; what the service itself finds is kept beside them."""
    examined = MinutiaeBody.model_validate(file.minutiae).to_examined()
    template, _ = template_of(examined, file.sample.position)
    found = None
    if not is_minutiae_text(data):
        found = find_in_mark(engines, decode_image(data, engines.limits), examined.dpi)
    minutiae = {
        "examined": examined_as_json(examined),
        "automatic": examined_as_json(found) if found else None,
    }
    return ExtractedFile(file.sample, (template,), minutiae=minutiae)


@dataclass(frozen=True)
class KeptProbe:
    """The samples that a search names as its probes: in the order of the templates, then the slaps."""

    samples: list[UUID]
    minutiae: dict[UUID, Mapping[str, Any]]


class ProbeKeeper:
    """Keeps the fingers that were cut out of a probe's slaps: objects first, rows with the search."""

    def __init__(self, store: ImageStore, files: Sequence[ExtractedFile]) -> None:
        self._files = files
        self._staged: dict[UUID, list[StagedSample]] = {}
        for file in files:
            if file.cut is not None:
                begun = begin_fingers(store, file.sample.id, file.cut)
                for _, acknowledged in begun:
                    acknowledged()
                self._staged[file.sample.id] = [staged for staged, _ in begun]

    def add(self, session: Session) -> KeptProbe:
        """Add the rows of the fingers."""
        probes: list[UUID] = []
        for file in self._files:
            if file.cut is None:
                probes.append(file.sample.id)
                continue
            save_finding(session, file.sample.id, file.cut.slap)
            fingers = add_cut_samples(session, file.sample.id, self._staged[file.sample.id])
            usable = {finger.position for finger in file.cut.fingers if finger.template}
            probes += [finger.id for finger in fingers if finger.position in usable]
        slaps = [file.sample.id for file in self._files if file.cut is not None]
        return KeptProbe(
            probes + slaps, {file.sample.id: file.minutiae for file in self._files if file.minutiae}
        )


def kind_of(files: Sequence[ExtractedFile]) -> SearchKind:
    """Return what was searched with."""
    modalities = {file.sample.modality for file in files}
    if len(modalities) > 1:
        return SearchKind.MULTIMODAL
    return SearchKind.FACE if Modality.FACE in modalities else SearchKind.FINGER
