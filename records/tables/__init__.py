"""The database schema as mapped classes; migrations/ builds the same schema step by step."""

from records.tables.accounts import AccountRow, SignInFailureRow, TokenRow
from records.tables.audit import AuditRow
from records.tables.biometrics import GalleryChangeRow, ObjectToDeleteRow, SampleRow, TemplateRow
from records.tables.calibrations import OwnCalibrationRow, SamePersonRow
from records.tables.cluster import ClusterPlacementRow
from records.tables.generations import GenerationFailureRow, GenerationRow, RetiredReferenceRow
from records.tables.people import EncounterRow, LegalHoldRow, NumberCounterRow, PersonNameRow, PersonRow
from records.tables.schema import Row
from records.tables.searching import (
    BatchItemRow,
    BatchProbeRow,
    BatchRow,
    DecisionRow,
    SearchCandidateRow,
    SearchProbeRow,
    SearchRow,
)
from records.tables.video import VideoRow, VideoSearchRow, VideoShotRow, VideoTrackRow
from records.tables.work import EnrolmentRow

__all__ = [
    "AccountRow",
    "AuditRow",
    "BatchItemRow",
    "BatchProbeRow",
    "BatchRow",
    "ClusterPlacementRow",
    "DecisionRow",
    "EncounterRow",
    "EnrolmentRow",
    "GalleryChangeRow",
    "GenerationFailureRow",
    "GenerationRow",
    "LegalHoldRow",
    "NumberCounterRow",
    "ObjectToDeleteRow",
    "OwnCalibrationRow",
    "PersonNameRow",
    "PersonRow",
    "RetiredReferenceRow",
    "Row",
    "SamePersonRow",
    "SampleRow",
    "SearchCandidateRow",
    "SearchProbeRow",
    "SearchRow",
    "SignInFailureRow",
    "TemplateRow",
    "TokenRow",
    "VideoRow",
    "VideoSearchRow",
    "VideoShotRow",
    "VideoTrackRow",
]
