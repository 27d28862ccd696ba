"""Stores the files of a search: each probe, and each slap with the fingers that were cut out of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from api.extraction import ExtractedProbe
from api.lifespan import Parts
from api.slap_probes import SlapProbe
from biometrics.template import FingerPosition, Impression, Modality
from enroll.slap_extraction import begin_fingers
from records.access import Officer
from records.database import Session
from records.samples import Sample, SampleRole, StagedSample, add_sample, begin_staging

_Begun = tuple[StagedSample, Callable[[], None]]


@dataclass(frozen=True)
class StagedProbes:
    """Objects under way to the store, and the rows that go with them.

    Attributes:
        slaps: Images of several fingers.
        probes: In the order given.
        unused: Fingers of slaps that cannot be compared.
        wait: To be called before the rows are committed.
    """

    slaps: tuple[StagedSample, ...]
    probes: tuple[StagedSample, ...]
    unused: tuple[StagedSample, ...]
    wait: Callable[[], None]

    def add(self, session: Session, officer: Officer) -> list[Sample]:
        """Add the rows, a slap's before those of its fingers; return the probes, then the slaps."""
        slaps = [add_sample(session, sample, SampleRole.PROBE, officer) for sample in self.slaps]
        probes = [add_sample(session, sample, SampleRole.PROBE, officer) for sample in self.probes]
        for sample in self.unused:
            add_sample(session, sample, SampleRole.PROBE, officer)
        return probes + slaps


def stage_probes(parts: Parts, probes: Sequence[ExtractedProbe]) -> StagedProbes:
    """Start writing the probes' images to the object store while the caller writes their rows."""
    slaps = {id(probe.slap): probe.slap for probe in probes if probe.slap}
    begun_slaps = {key: _begin_slap(parts, slap) for key, slap in slaps.items()}
    fingers: dict[tuple[int, FingerPosition], _Begun] = {}
    for key, slap in slaps.items():
        begun = begin_fingers(parts.images, begun_slaps[key][0].id, slap.cut)
        fingers |= {(key, staged.position): (staged, wait) for staged, wait in begun}
    chosen = [
        fingers.pop((id(probe.slap), probe.file.position)) if probe.slap else _begin(parts, probe)
        for probe in probes
    ]

    def wait() -> None:
        for _, acknowledged in (*begun_slaps.values(), *chosen, *fingers.values()):
            acknowledged()

    return StagedProbes(
        tuple(staged for staged, _ in begun_slaps.values()),
        tuple(staged for staged, _ in chosen),
        tuple(staged for staged, _ in fingers.values()),
        wait,
    )


def _begin(parts: Parts, probe: ExtractedProbe) -> _Begun:
    return begin_staging(
        parts.images,
        probe.file.data,
        probe.file.modality,
        position=probe.file.position,
        impression=probe.impression,
        dpi=probe.dpi,
        thumbnail=probe.thumbnail,
        face_index=probe.face_index,
    )


def _begin_slap(parts: Parts, slap: SlapProbe) -> _Begun:
    return begin_staging(
        parts.images,
        slap.file.data,
        Modality.FINGER,
        impression=Impression.PLAIN,
        dpi=slap.dpi,
        thumbnail=slap.thumbnail,
        slap=slap.cut.slap,
    )
