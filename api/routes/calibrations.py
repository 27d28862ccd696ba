"""Requests about the false-match rates of faces: fit them on the own gallery, use a fit, go back."""

from fastapi import APIRouter, Response

from api.dependencies import OfficerHere, PartsHere
from api.lifespan import Parts
from api.schemas.calibrations import (
    BackBody,
    CalibrationsAnswer,
    FitBody,
    OwnCalibrationAnswer,
    SamePersonsAnswer,
    TableAnswer,
)
from api.schemas.face_population import FacePopulationAnswer
from biometrics.template import Modality
from enroll.own_calibration import begin, producer_in_use
from matcher.calibration import populations_for
from matcher.errors import CalibrationMissing
from matcher.populations import statement
from records import own_calibrations
from records.access import Permission, require

router = APIRouter(tags=["calibrations"], prefix="/calibrations")


@router.get("")
def read_calibrations(parts: PartsHere, officer: OfficerHere) -> CalibrationsAnswer:
    """Say whose rates are stated for faces, and list the calibrations there are."""
    require(officer, Permission.MANAGE_TEMPLATES)
    producer = producer_in_use(parts.database, parts.engines)
    with parts.database.transaction() as session:
        own = own_calibrations.list_own_calibrations(session, officer)
    return CalibrationsAnswer(
        producer=producer,
        in_use=_in_use(parts, producer),
        shipped=[TableAnswer.of(each) for each in populations_for(Modality.FACE, producer)],
        own=[OwnCalibrationAnswer.of(each) for each in own],
    )


@router.post("", status_code=202)
def fit(body: FitBody, parts: PartsHere, officer: OfficerHere, response: Response) -> OwnCalibrationAnswer:
    """Begin to fit rates on the own gallery's faces; nothing that is stated changes until one is used."""
    begun = begin(parts.database, parts.engines, officer, body.producer)
    answer = OwnCalibrationAnswer.of(begun)
    response.headers["Location"] = answer.href
    return answer


@router.post("/back")
def go_back(body: BackBody, parts: PartsHere, officer: OfficerHere) -> OwnCalibrationAnswer:
    """State the shipped rates again, in every process within seconds."""
    require(officer, Permission.MANAGE_TEMPLATES)
    producer = body.producer or producer_in_use(parts.database, parts.engines)
    with parts.database.transaction() as session:
        return OwnCalibrationAnswer.of(own_calibrations.go_back(session, officer, producer))


@router.get("/{number}")
def read_calibration(number: int, parts: PartsHere, officer: OfficerHere) -> OwnCalibrationAnswer:
    """Read one calibration of the own gallery, and how far it is."""
    with parts.database.transaction() as session:
        return OwnCalibrationAnswer.of(own_calibrations.calibration_for_officer(session, officer, number))


@router.post("/{number}/use")
def use(number: int, parts: PartsHere, officer: OfficerHere) -> OwnCalibrationAnswer:
    """State the rates of this calibration for its producer, in every process within seconds."""
    with parts.database.transaction() as session:
        return OwnCalibrationAnswer.of(own_calibrations.choose(session, officer, number))


@router.get("/{number}/pairs")
def read_pairs(number: int, parts: PartsHere, officer: OfficerHere) -> SamePersonsAnswer:
    """List the people who were taken for one and left out; for those who may read records."""
    with parts.database.transaction() as session:
        return SamePersonsAnswer.of(own_calibrations.same_person_pairs(session, officer, number))


def _in_use(parts: Parts, producer: str) -> FacePopulationAnswer | None:
    try:
        population = parts.gallery.calibrations(Modality.FACE, producer).population
    except CalibrationMissing:
        return None
    return FacePopulationAnswer(name=population, statement=statement(population))
