"""The capture gate: whether the law permits these measurements (Identification Act 2022, Rule 3)."""

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from core.errors import InputRejected
from records.encounter_details import ActSection, EncounterDetails, EncounterKind, LawfulBasis


class CaptureNotPermitted(InputRejected):
    """The law does not permit taking measurements on the stated grounds."""

    code = "capture_not_permitted"


@dataclass(frozen=True)
class _Rule:
    code: str
    effect: str
    spans: tuple[tuple[str, str, str], ...]  # act, first section, last section
    says: str


_NEEDS_ORDER = {
    LawfulBasis.MAGISTRATE_ORDER: "the Magistrate's order (section 5)",
    LawfulBasis.SPECIMEN_ORDER: "the order under BNSS 349",
    LawfulBasis.SECURITY_ORDERED: "the order to give security",
}
_BASIS_OF_KIND = {
    EncounterKind.ARREST: {
        LawfulBasis.ARRESTED,
        LawfulBasis.MAGISTRATE_ORDER,
        LawfulBasis.SPECIMEN_ORDER,
        LawfulBasis.SECURITY_ORDERED,
        LawfulBasis.PREVENTIVE_DETENTION,
        LawfulBasis.CONVICTED,
    },
    EncounterKind.CONVICTION: {LawfulBasis.CONVICTED},
    EncounterKind.SECURITY_ORDER: {LawfulBasis.SECURITY_ORDERED},
    EncounterKind.PREVENTIVE_DETENTION: {LawfulBasis.PREVENTIVE_DETENTION},
    EncounterKind.MAGISTRATE_ORDER: {LawfulBasis.MAGISTRATE_ORDER, LawfulBasis.SPECIMEN_ORDER},
    EncounterKind.PRISON_ADMISSION: {
        LawfulBasis.CONVICTED,
        LawfulBasis.ARRESTED,
        LawfulBasis.PREVENTIVE_DETENTION,
    },
    EncounterKind.UNIDENTIFIED_BODY: {LawfulBasis.DECEASED},
    EncounterKind.MISSING_PERSON: {LawfulBasis.MISSING, LawfulBasis.CONSENT},
    EncounterKind.ELIMINATION: {LawfulBasis.CONSENT, LawfulBasis.MAGISTRATE_ORDER},
    EncounterKind.TRAINING: {LawfulBasis.TRAINING, LawfulBasis.CONSENT},
}


def check_lawful_basis(details: EncounterDetails) -> None:
    """Let through only an encounter at which measurements may be taken.

    Raises:
        CaptureNotPermitted: with the rule's code in ``facts`` and what would lift the bar in the message.
    """
    _check_basis_fits(details)
    if details.lawful_basis in _NEEDS_ORDER and not details.order_number.strip():
        needed = _NEEDS_ORDER[details.lawful_basis]
        raise CaptureNotPermitted(f"State the number of {needed}.", rule="order_number", field="order_number")
    if details.lawful_basis in (LawfulBasis.ARRESTED, LawfulBasis.PREVENTIVE_DETENTION):
        _check_sections(details)


def _check_basis_fits(details: EncounterDetails) -> None:
    fitting = _BASIS_OF_KIND[details.kind]
    if details.lawful_basis not in fitting:
        raise CaptureNotPermitted(
            f"For {details.kind} the lawful basis is one of: {', '.join(sorted(fitting))}.",
            rule="basis_of_kind",
            field="lawful_basis",
        )
    if details.training != (details.kind is EncounterKind.TRAINING):
        raise CaptureNotPermitted(
            "Mark training encounters, and only those, as training in both kind and flag.",
            rule="training",
            field="training",
        )


def _check_sections(details: EncounterDetails) -> None:
    found = [_rule_of(section) for section in details.acts_sections]
    barred = [rule for rule in found if rule is not None and not _lifted(rule, details)]
    if barred and None not in found and len(barred) == len(found):
        raise CaptureNotPermitted(barred[0].says, rule=barred[0].code, field="acts_sections")


def _lifted(rule: _Rule, details: EncounterDetails) -> bool:
    return rule.effect == "needs_superintendent" and bool(details.superintendent_approval.strip())


def _rule_of(section: ActSection) -> _Rule | None:
    act, number = act_code(section.act), _place(section.section)
    for rule in _rules():
        for of_act, first, last in rule.spans:
            if act == of_act and number is not None and _reaches(first, number, last):
                return rule
    return None


def _reaches(first: str, number: tuple[int, str], last: str) -> bool:
    low, high = _place(first), _place(last)
    return low is not None and high is not None and low <= number <= high


def act_code(act: str) -> str:
    """Return the short code of an act, however it was written; an unknown act in capitals."""
    plain = re.sub(r"[\s,]+", " ", act.casefold()).strip()
    return next((code for code, names in _acts().items() if plain in names), plain.upper())


def _place(section: str) -> tuple[int, str] | None:
    """Return a section's number and letter, which sort as in the act: ``171-E`` is (171, "E")."""
    found = re.match(r"\s*(?:s(?:ec(?:tion)?)?\.?\s*)?([0-9]+)\s*-?\s*([A-Za-z]?)", section, re.IGNORECASE)
    return (int(found[1]), found[2].upper()) if found else None


@lru_cache(maxsize=1)
def _file() -> dict[str, Any]:
    return tomllib.loads(resources.files("records.law").joinpath("capture_rules.toml").read_text("utf-8"))


@lru_cache(maxsize=1)
def _acts() -> dict[str, list[str]]:
    acts: dict[str, list[str]] = _file()["acts"]
    return acts


@lru_cache(maxsize=1)
def _rules() -> tuple[_Rule, ...]:
    rules = []
    for rule in _file()["rule"]:
        sections: dict[str, list[str]] = rule["sections"]
        spans = [
            (act, span.split("-")[0], span.split("-")[-1])
            for act, spans in sections.items()
            for span in spans
        ]
        rules.append(_Rule(str(rule["code"]), str(rule["effect"]), tuple(spans), str(rule["says"])))
    return tuple(rules)
