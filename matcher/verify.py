"""Verification: do two sets of templates come from one person? A rate and its evidence, no decision."""

from collections.abc import Sequence
from dataclasses import dataclass

from biometrics.template import Modality, Template
from matcher.averaging import probe_mean
from matcher.calibration import Calibration, CalibrationSource, calibration_for
from matcher.candidates import ReferenceScore
from matcher.comparability import calibrated_as, comparable, needs_thoroughness
from matcher.errors import NothingComparable, ProbeEmpty
from matcher.evidence import telling
from matcher.face.comparison import compare as compare_faces
from matcher.face.embedding import averaged_payload
from matcher.fusion import Compared, decibans, fits, fuse
from matcher.indexes import open_index
from matcher.populations import together
from matcher.repeats import fingers_of
from matcher.uncertainty import uncertainty_of


@dataclass(frozen=True)
class Verification:
    """The outcome of comparing two people's templates.

    Attributes:
        score: -10 log10(false_match_rate).
        false_match_rate: Chance that the templates of two different people are this alike.
        evidence: The comparisons behind it, best first; ``reference_id`` is the place of the
            template in the second set.
        interval: Lowest and highest rate that the calibration leaves open; None where it was not measured.
        extrapolated: Whether the rate is lower than any that was measured.
        face_population: Whose rates those of faces are; None when no faces were compared.
        repeated: Places of prints of the first set that are of one finger though not stated so; they
            counted once.
        mirrored: Places of prints of the first set that match only when they are flipped.
    """

    score: float
    false_match_rate: float
    evidence: tuple[ReferenceScore, ...]
    repeated: tuple[tuple[int, ...], ...] = ()
    mirrored: tuple[int, ...] = ()
    interval: tuple[float, float] | None = None
    extrapolated: bool = False
    face_population: str | None = None


def verify(
    a: Sequence[Template], b: Sequence[Template], calibrations: CalibrationSource = calibration_for
) -> Verification:
    """Compare the templates of two samples or people, every one with every comparable one.

    Raises:
        ProbeEmpty: one side has no template.
        NothingComparable: no template of one side can be compared with one of the other.
    """
    if not a or not b:
        raise ProbeEmpty("Give at least one face or fingerprint on each side.")
    evidence: list[ReferenceScore] = []
    measured: list[Calibration] = []
    compared: list[Compared] = []
    fingers = fingers_of(a, open_index, calibrations)
    for probe_index, (probe, number) in enumerate(zip(a, fingers.numbers, strict=True)):
        partners = [
            place
            for place, other in enumerate(b)
            if other.modality is probe.modality and comparable(probe.modality, probe.producer, other.producer)
        ]
        fitting = sum(fits(probe.position, b[place].position) for place in partners)
        average = _averaged(probe_index, a, [b[place] for place in partners], calibrations)
        compared.append(
            Compared(probe.position, fitting, len(partners), number, probe.quality.value, average)
        )
        for place in partners:
            as_one = calibrated_as(probe.modality, probe.producer, b[place].producer)
            measured.append(calibrations(probe.modality, as_one))
            evidence.append(_compare(probe_index, probe, place, b[place], measured[-1]))
    if not evidence:
        raise NothingComparable(
            "The two sides share no kind of sample made by the same model: send a face for a face"
            " and a finger for a finger, or have the stored one extracted again."
        )
    rate = fuse(evidence, compared)
    shown = telling(evidence, [template.position for template in a])
    sure = uncertainty_of(list(zip(evidence, measured, strict=True)), compared, rate)
    return Verification(
        decibans(rate),
        rate,
        shown,
        fingers.repeated,
        interval=sure.interval,
        extrapolated=sure.extrapolated,
        face_population=together(
            calibration.population
            for item, calibration in zip(evidence, measured, strict=True)
            if item.modality is Modality.FACE
        ),
    )


def _compare(
    probe_index: int, probe: Template, place: int, other: Template, calibration: Calibration
) -> ReferenceScore:
    score = _score(probe, other)
    return ReferenceScore(
        reference_id=place,
        probe_index=probe_index,
        modality=probe.modality,
        position=other.position,
        score=score,
        false_match_rate=calibration.false_match_rate(score),
    )


def _averaged(
    probe_index: int,
    probes: Sequence[Template],
    partners: Sequence[Template],
    calibrations: CalibrationSource,
) -> float | None:
    """Return the rate of the mean of all photographs like this one against the partners', as a search does.

    Only for the first of them, and not for one photograph against one.
    """
    first = probes[probe_index]
    if first.modality is not Modality.FACE:
        return None
    alike = [each for each in probes if (each.modality, each.producer) == (first.modality, first.producer)]
    if alike[0] is not first or len(alike) * len(partners) < 2:
        return None
    score = compare_faces(probe_mean(alike), averaged_payload([each.payload for each in partners]))
    return calibrations(Modality.FACE, first.producer).false_match_rate(score)


def _score(probe: Template, other: Template) -> float:
    if probe.modality is Modality.FACE:
        return float(compare_faces(probe.payload, other.payload))
    # Imported here: comparing faces does not need the compiled fingerprint matcher.
    from matcher.fingerprint.comparison import compare as compare_fingers

    any_turn = needs_thoroughness(probe.modality, probe.producer, other.producer)
    return float(compare_fingers(probe.payload, other.payload, any_turn=any_turn).score)
