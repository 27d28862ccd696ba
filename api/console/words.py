"""The words that people read for the codes that the service stores: fingers, roles, statuses."""

from collections.abc import Mapping

from api.console.law_words import ACTS, BASES, BASIS_HELP, DISPOSALS, DUE
from api.console.template_words import TEMPLATE_ACTIONS
from biometrics.fingerprint.slaps.positions import SLAP_PARTS

FINGERS: Mapping[int, str] = {
    0: "Finger not known",
    1: "Right thumb",
    2: "Right index",
    3: "Right middle",
    4: "Right ring",
    5: "Right little",
    6: "Left thumb",
    7: "Left index",
    8: "Left middle",
    9: "Left ring",
    10: "Left little",
}
ROLES: Mapping[str, str] = {
    "station": "Station staff",
    "investigator": "Investigator",
    "examiner": "Forensic examiner",
    "supervisor": "Supervisor",
    "administrator": "Administrator",
    "auditor": "Auditor",
}
PURPOSES: Mapping[str, str] = {
    "investigation": "Investigation of an offence",
    "identification_of_arrested": "Identify an arrested person",
    "unidentified_body": "Unidentified body",
    "missing_person": "Missing person",
    "court_order": "Order of a court",
    "child_protection": "Child protection",
    "training": "Training exercise",
}
SEXES: Mapping[str, str] = {"male": "Male", "female": "Female", "other": "Other", "unknown": "Not known"}
RELATIONS: Mapping[str, str] = {
    "father": "Father",
    "mother": "Mother",
    "husband": "Husband",
    "wife": "Wife",
    "guardian": "Guardian",
}
RANKS: Mapping[str, str] = {
    "Head Constable": "Head Constable",
    "Assistant Sub-Inspector": "Assistant Sub-Inspector",
    "Sub-Inspector": "Sub-Inspector",
    "Inspector": "Inspector",
    "Deputy Superintendent": "Deputy Superintendent",
    "Superintendent": "Superintendent",
    "Head Warder": "Head Warder (prison)",
    "Medical practitioner": "Registered medical practitioner",
    "Authorised user": "Other authorised user",
}
ENROLMENT_STATUSES: Mapping[str, str] = {
    "accepted": "Waiting",
    "processing": "Being processed",
    "awaiting_confirmation": "Needs your confirmation",
    "complete": "Complete",
    "needs_recapture": "Needs new samples",
    "failed": "Failed",
}
_ENROLMENT_NEXT: Mapping[str, str] = {
    "accepted": "It starts as soon as a worker is free.",
    "processing": "It usually takes a few seconds.",
    "awaiting_confirmation": "The person may already be known: say same or new.",
    "complete": "Nothing more to do.",
    "needs_recapture": "Some samples cannot be used: take them again.",
    "failed": "Tell your administrator.",
}
_BATCH_STATUSES: Mapping[str, str] = {
    "open": "Waiting",
    "queued": "Waiting",
    "running": "Running",
    "complete": "Complete",
    "failed": "Stopped",
    "cancelled": "Cancelled",
}
_VIDEO_STATUSES: Mapping[str, str] = {
    "accepted": "Waiting",
    "processing": "Being looked through",
    "complete": "Looked through",
    "failed": "Not usable",
}
VERDICTS: Mapping[str, str] = {
    "match": "Match: same person",
    "no_match": "No match: someone else",
    "inconclusive": "Inconclusive",
}
IMPRESSIONS: Mapping[str, str] = {"plain": "Flat (plain)", "rolled": "Rolled"}
_IMPRESSION_NAMES: Mapping[str, str] = {**IMPRESSIONS, "latent": "Mark from a scene"}
RESOLUTIONS: Mapping[str, str] = {"500": "500 dpi", "1000": "1000 dpi", "600": "600 dpi", "300": "300 dpi"}
MODALITIES: Mapping[str, str] = {"face": "Faces", "finger": "Fingerprints"}
TARGETS: Mapping[str, str] = {
    "20": "1 search in 100",
    "30": "1 search in 1,000",
    "40": "1 search in 10,000",
    "50": "1 search in 1,00,000",
}
LIST_LENGTHS: Mapping[str, str] = {"5": "5", "10": "10", "20": "20", "50": "50", "100": "100", "200": "200"}
_SEARCH_KINDS: Mapping[str, str] = {
    "face": "Face",
    "finger": "Fingerprint",
    "multimodal": "Face and fingerprints",
    "verification": "1:1 comparison",
}
ACTIONS: Mapping[str, str] = {
    **TEMPLATE_ACTIONS,
    "account.create": "Account created",
    "account.sign_in": "Signed in",
    "account.sign_out": "Signed out",
    "account.set_password": "Password set",
    "account.deactivate": "Account closed",
    "enrolment.accept": "Enrolment received",
    "enrolment.outcome": "Enrolment processed",
    "enrolment.confirm": "Enrolment confirmed",
    "enrolment.recapture": "Samples replaced",
    "person.read": "Record read",
    "person.update": "Record corrected",
    "person.erase": "Record erased",
    "search.identify": "Searched",
    "search.verify": "Compared 1:1",
    "search.decide": "Decision recorded",
    "search_refused": "Search refused",
    "verification_refused": "Comparison refused",
    "batch.create": "Batch started",
    "batch.finish": "Batch finished",
    "batch.cancel": "Batch stopped",
    "video.accept": "Video received",
    "video.outcome": "Video looked through",
    "video.delete": "Video deleted",
    "video.refused": "Video refused",
    "encounter.disposal": "Case outcome recorded",
    "hold.place": "Court hold placed",
    "hold.lift": "Court hold lifted",
    "report.fairness": "Report on groups made",
    "calibration.fit": "Stated rates: a fit on this gallery begun",
    "calibration.use": "Stated rates: a fit used",
    "calibration.back": "Stated rates: back to the shipped ones",
    "calibration.pairs": "Likely double records listed",
}
CHOICES: Mapping[str, object] = {
    "purposes": PURPOSES,
    "sexes": SEXES,
    "sexes_known": {key: SEXES[key] for key in ("male", "female", "other")},
    "relations": RELATIONS,
    "ranks": RANKS,
    "acts": ACTS,
    "bases": BASES,
    "basis_help": BASIS_HELP,
    "impressions": IMPRESSIONS,
    "resolutions": RESOLUTIONS,
    "fingers": FINGERS,
    "list_lengths": LIST_LENGTHS,
    "targets": TARGETS,
    "modalities": MODALITIES,
    "verdicts": VERDICTS,
    "disposals": DISPOSALS,
    "enrolment_statuses": ENROLMENT_STATUSES,
    "roles": ROLES,
    "actions": ACTIONS,
}
"""The lists that select boxes offer, under the names that templates use."""

_TONES: Mapping[str, str] = {
    "complete": "good",
    "awaiting_confirmation": "warn",
    "needs_recapture": "warn",
    "failed": "bad",
    "processing": "info",
    "running": "info",
    "match": "good",
    "no_match": "bad",
    "inconclusive": "warn",
}


def plain(code: str | None) -> str:
    """Write any code as words: ``preventive_detention`` becomes ``Preventive detention``."""
    text = str(code or "").replace("_", " ").replace(".", " ").strip()
    return text[:1].upper() + text[1:]


def looked_up(table: Mapping[str, str], code: str | None) -> str:
    """Return the table's words for a code, or the code itself in words."""
    return table.get(str(code or ""), plain(code))


def tone(code: str | None) -> str:
    """Return the colour class of a status or verdict; empty for a neutral one."""
    return _TONES.get(str(code or ""), "")


def role(code: str | None) -> str:
    """Name a role."""
    return looked_up(ROLES, code)


def purpose(code: str | None) -> str:
    """Name a purpose."""
    return looked_up(PURPOSES, code)


def basis(code: str | None) -> str:
    """Name a lawful basis."""
    return looked_up(BASES, code)


def enrolment_status(code: str | None) -> str:
    """Name the status of an enrolment."""
    return looked_up(ENROLMENT_STATUSES, code)


def enrolment_next(code: str | None) -> str:
    """Say what happens next with an enrolment."""
    return _ENROLMENT_NEXT.get(str(code or ""), "")


def batch_status(code: str | None) -> str:
    """Name the status of a batch."""
    return looked_up(_BATCH_STATUSES, code)


def video_status(code: str | None) -> str:
    """Name the status of a video."""
    return looked_up(_VIDEO_STATUSES, code)


def action(code: str | None) -> str:
    """Name what an audit row records."""
    return looked_up(ACTIONS, code)


def disposal(code: str | None) -> str:
    """Name how a case ended."""
    return looked_up(DISPOSALS, code)


def due_reason(code: str | None) -> str:
    """Say why a record is due for destruction."""
    return looked_up(DUE, code)


def verdict(code: str | None) -> str:
    """Name a decision."""
    return plain(code)


def search_kind(code: str | None) -> str:
    """Name the kind of a search."""
    return looked_up(_SEARCH_KINDS, code)


def sex(code: str | None) -> str:
    """Name a sex."""
    return looked_up(SEXES, code)


def relation(code: str | None) -> str:
    """Name a relation."""
    return looked_up(RELATIONS, code) or "Relative"


def finger(position: int) -> str:
    """Name a finger."""
    return FINGERS.get(int(position), "Finger not known")


def finger_short(position: int) -> str:
    """Name a finger where the hand is already said."""
    return finger(position).split(" ", 1)[-1].capitalize() if int(position) else "Finger not known"


def part_label(part: str | None) -> str:
    """Name the sample that a form part holds: ``finger_3`` is the right middle."""
    name = str(part or "")
    if name.startswith("finger_") and name.removeprefix("finger_").isdigit():
        return finger(int(name.removeprefix("finger_")))
    if name in SLAP_PARTS:
        return f"Slap of the {SLAP_PARTS[name].in_words}"
    return {"face": "Photo", "": "Sample", "mark": "Mark"}.get(name, plain(name))


def impression(code: str | None) -> str:
    """Name how a print was taken."""
    return looked_up(_IMPRESSION_NAMES, code)


def quality_word(value: float) -> str:
    """Say a quality in a word."""
    return "good" if value >= 0.6 else "fair" if value >= 0.35 else "poor"


def quality_tone(value: float) -> str:
    """Return the colour class of a quality."""
    return {"good": "good", "fair": "warn", "poor": "bad"}[quality_word(value)]
