"""Who may do what, and which part of the gallery a search may see."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from biometrics.template import FingerPosition
from core.clock import now
from core.errors import Forbidden, InputRejected
from matcher.filters import TagFilter, TagRange
from records.person_details import Sex
from records.tags import SEX_TAGS, day_number


class PermissionMissing(Forbidden):
    """The officer's role does not include this."""

    code = "permission_missing"


class PartitionForbidden(Forbidden):
    """The officer's account is bound to another state."""

    code = "partition_forbidden"


class FilterInvalid(InputRejected):
    """A search filter that can match nothing."""

    code = "filter_invalid"


class Role(StrEnum):
    """What an account is for."""

    STATION = "station"
    INVESTIGATOR = "investigator"
    EXAMINER = "examiner"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Purpose(StrEnum):
    """Why a search is made; every search states one."""

    INVESTIGATION = "investigation"
    IDENTIFICATION_OF_ARRESTED = "identification_of_arrested"
    UNIDENTIFIED_BODY = "unidentified_body"
    MISSING_PERSON = "missing_person"
    COURT_ORDER = "court_order"
    CHILD_PROTECTION = "child_protection"
    TRAINING = "training"


class Permission(StrEnum):
    """One thing a role may do."""

    ENROL = "enrol"
    SEARCH = "search"
    VERIFY = "verify"
    BATCH = "batch"
    DECIDE = "decide"
    READ_PERSONS = "read_persons"
    EDIT_PERSONS = "edit_persons"
    ERASE = "erase"
    READ_AUDIT = "read_audit"
    MANAGE_ACCOUNTS = "manage_accounts"
    MANAGE_TEMPLATES = "manage_templates"
    READ_ALL_SEARCHES = "read_all_searches"
    READ_FAIRNESS = "read_fairness"


_SEARCHER = frozenset({Permission.SEARCH, Permission.VERIFY, Permission.DECIDE, Permission.READ_PERSONS})
_ENROLLER = frozenset({Permission.ENROL, Permission.EDIT_PERSONS})

# Administrators hold the keys and therefore see no records; auditors see what was done and do nothing.
# Both may see counts of groups of people.
_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.STATION: _SEARCHER | _ENROLLER,
    Role.INVESTIGATOR: _SEARCHER | {Permission.BATCH},
    Role.EXAMINER: _SEARCHER | {Permission.BATCH},
    Role.SUPERVISOR: _SEARCHER
    | _ENROLLER
    | {Permission.BATCH, Permission.ERASE, Permission.READ_ALL_SEARCHES},
    Role.ADMINISTRATOR: frozenset(
        {Permission.MANAGE_ACCOUNTS, Permission.MANAGE_TEMPLATES, Permission.READ_FAIRNESS}
    ),
    Role.AUDITOR: frozenset({Permission.READ_AUDIT, Permission.READ_ALL_SEARCHES, Permission.READ_FAIRNESS}),
}


@dataclass(frozen=True)
class Officer:
    """Who acts. ``state_code`` None means: not bound to a state."""

    account_id: UUID
    username: str
    full_name: str
    role: Role
    state_code: str | None = None
    station_code: str | None = None


@dataclass(frozen=True)
class SearchFilters:
    """What an officer may narrow a search by. Ages are in full years today; both bounds are included."""

    states: AbstractSet[str] = frozenset()
    sex: Sex | None = None
    age_lowest: int | None = None
    age_highest: int | None = None
    encounter_from: date | None = None
    encounter_to: date | None = None
    positions: AbstractSet[FingerPosition] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        object.__setattr__(self, "states", frozenset(self.states))
        object.__setattr__(self, "positions", frozenset(self.positions))


def permissions(role: Role) -> frozenset[Permission]:
    """Return all that a role may do."""
    return _PERMISSIONS[role]


def require(officer: Officer, permission: Permission) -> None:
    """Let through only an officer whose role has the permission.

    Raises:
        PermissionMissing: it has not; the message names who could.
    """
    if permission not in _PERMISSIONS[officer.role]:
        able = ", ".join(role for role, held in _PERMISSIONS.items() if permission in held)
        raise PermissionMissing(
            f"The role {officer.role} may not do this ({permission}); ask an account with role {able}.",
            permission=str(permission),
        )


def require_state(officer: Officer, state_code: str) -> None:
    """Let through only an officer who may write records of that state."""
    if officer.state_code is not None and officer.state_code != state_code:
        raise PartitionForbidden(
            f"Your account is bound to state {officer.state_code}; use that state's code.",
            state_code=officer.state_code,
        )


def may_see_children(officer: Officer, purpose: Purpose | None = None) -> bool:
    """Whether records of children in conflict with the law are open to this officer for this purpose."""
    return officer.role is Role.SUPERVISOR and purpose in (None, Purpose.CHILD_PROTECTION)


def search_filter(officer: Officer, purpose: Purpose, filters: SearchFilters | None = None) -> TagFilter:
    """Return the conditions on tags that this officer's search must carry.

    Raises:
        PartitionForbidden: a state other than the officer's own was asked for.
        FilterInvalid: bounds the wrong way round, or a state code without two digits.
    """
    wanted = filters or SearchFilters()
    _check_bounds(wanted)
    one_of = _partition(officer, purpose, wanted)
    if wanted.sex is not None:
        one_of["sex"] = frozenset({SEX_TAGS[wanted.sex], SEX_TAGS[Sex.UNKNOWN]})
    if wanted.positions:
        one_of["position"] = frozenset({int(position) for position in wanted.positions} | {0})
    return TagFilter(one_of, _ranges(wanted))


def _partition(officer: Officer, purpose: Purpose, wanted: SearchFilters) -> dict[str, frozenset[int]]:
    states = set(wanted.states)
    if officer.state_code is not None:
        if states - {officer.state_code}:
            raise PartitionForbidden(
                f"Your account sees state {officer.state_code} only; leave out the others.",
                state_code=officer.state_code,
            )
        states = {officer.state_code}
    one_of: dict[str, frozenset[int]] = {}
    if states:
        one_of["state"] = frozenset(int(code) for code in states)
    if not (purpose is Purpose.CHILD_PROTECTION and may_see_children(officer, purpose)):
        one_of["child"] = frozenset({0})
    if purpose is Purpose.TRAINING:
        one_of["training"] = frozenset({1})
    return one_of


def _ranges(wanted: SearchFilters) -> dict[str, TagRange]:
    ranges: dict[str, TagRange] = {}
    year = now().year
    if wanted.age_lowest is not None or wanted.age_highest is not None:
        born_first = year - wanted.age_highest - 1 if wanted.age_highest is not None else 0
        ranges["birth_year"] = TagRange(born_first, year - (wanted.age_lowest or 0))
    if wanted.encounter_from or wanted.encounter_to:
        ranges["day"] = TagRange(
            day_number(wanted.encounter_from or date.min), day_number(wanted.encounter_to or date.max)
        )
    return ranges


def _check_bounds(wanted: SearchFilters) -> None:
    if any(len(code) != 2 or not (code.isascii() and code.isdigit()) for code in wanted.states):
        raise FilterInvalid("Write each state code with two digits, such as 29.", field="states")
    ages = [age for age in (wanted.age_lowest, wanted.age_highest) if age is not None]
    if any(not 0 <= age <= 150 for age in ages) or (len(ages) == 2 and ages[0] > ages[1]):
        raise FilterInvalid("Give the lower age first, both between 0 and 150.", field="age")
    if wanted.encounter_from and wanted.encounter_to and wanted.encounter_from > wanted.encounter_to:
        raise FilterInvalid("Give the earlier encounter date first.", field="encounter_from")
