"""The capture gate: what Rule 3 forbids is refused with the way out, what the law permits passes."""

from datetime import UTC, datetime
from typing import Any

import pytest

from records.encounter_details import ActSection, EncounterDetails, EncounterKind, LawfulBasis
from records.lawful_basis import CaptureNotPermitted, act_code, check_lawful_basis


def _arrest(*sections: tuple[str, str], **fields: Any) -> EncounterDetails:
    usual: dict[str, Any] = {
        "kind": EncounterKind.ARREST,
        "state_code": "29",
        "lawful_basis": LawfulBasis.ARRESTED,
        "occurred_at": datetime(2026, 3, 1, tzinfo=UTC),
        "acts_sections": [ActSection(act, section) for act, section in sections],
    }
    return EncounterDetails(**{**usual, **fields})


def _rule(details: EncounterDetails) -> str | None:
    try:
        check_lawful_basis(details)
    except CaptureNotPermitted as problem:
        return str(problem.facts["rule"])
    return None


@pytest.mark.parametrize(
    ("sections", "rule"),
    [
        ([("CrPC", "144")], "prohibitory_order"),
        ([("Cr.P.C.", "151(1)")], "prohibitory_order"),
        ([("BNSS", "163"), ("BNS", "223")], "prohibitory_order"),
        ([("Code of Criminal Procedure, 1973", "u/s 145")], None),
        ([("Code of Criminal Procedure, 1973", "Section 145")], "prohibitory_order"),
        ([("CrPC", "107")], "security_proceedings"),
        ([("BNSS", "129")], "security_proceedings"),
        ([("IPC", "171-E")], "election_or_contempt"),
        ([("IPC", "171I")], "election_or_contempt"),
        ([("IPC", "186")], "election_or_contempt"),
        ([("bns", "174")], "election_or_contempt"),
        ([("BNS", "221")], "election_or_contempt"),
        ([("IPC", "188")], "prohibitory_order"),
        ([("IPC", "171J")], None),
        ([("IPC", "191")], None),
        ([("IPC", "379")], None),
        ([("BNSS", "144")], None),
        ([("Arms Act", "25")], None),
        ([("CrPC", "151"), ("IPC", "379")], None),
        ([("CrPC", "107"), ("CrPC", "151")], "security_proceedings"),
        ([], None),
    ],
)
def test_rule_three(sections: list[tuple[str, str]], rule: str | None) -> None:
    assert _rule(_arrest(*sections)) == rule


def test_superintendents_approval_lifts_only_its_own_bar() -> None:
    approved = {"superintendent_approval": "SP/29/2026/114"}
    assert _rule(_arrest(("IPC", "186"), **approved)) is None
    assert _rule(_arrest(("CrPC", "144"), **approved)) == "prohibitory_order"
    assert _rule(_arrest(("IPC", "186"), ("CrPC", "144"), **approved)) is None
    assert _rule(_arrest(("IPC", "186"), superintendent_approval="  ")) == "election_or_contempt"


@pytest.mark.parametrize(
    "basis", [LawfulBasis.MAGISTRATE_ORDER, LawfulBasis.SPECIMEN_ORDER, LawfulBasis.SECURITY_ORDERED]
)
def test_an_order_needs_its_number(basis: LawfulBasis) -> None:
    assert _rule(_arrest(("CrPC", "107"), lawful_basis=basis)) == "order_number"
    assert _rule(_arrest(("CrPC", "107"), lawful_basis=basis, order_number="MC 12/2026")) is None


def test_preventive_detention_passes_the_same_gate() -> None:
    kind = {"kind": EncounterKind.PREVENTIVE_DETENTION, "lawful_basis": LawfulBasis.PREVENTIVE_DETENTION}
    assert _rule(_arrest(("CrPC", "151"), **kind)) == "prohibitory_order"
    assert _rule(_arrest(("PASA", "3"), **kind)) is None


@pytest.mark.parametrize("kind", list(EncounterKind))
def test_every_kind_has_a_basis_and_refuses_a_foreign_one(kind: EncounterKind) -> None:
    passing = [
        basis
        for basis in LawfulBasis
        if _rule(
            _arrest(kind=kind, lawful_basis=basis, order_number="1", training=kind is EncounterKind.TRAINING)
        )
        is None
    ]
    assert 0 < len(passing) < len(LawfulBasis)


def test_training_is_marked_in_kind_and_flag() -> None:
    training = {"kind": EncounterKind.TRAINING, "lawful_basis": LawfulBasis.TRAINING}
    assert _rule(_arrest(**training)) == "training"
    assert _rule(_arrest(training=True)) == "training"
    assert _rule(_arrest(training=True, **training)) is None


def test_refusal_says_what_to_do() -> None:
    with pytest.raises(CaptureNotPermitted, match="prior written approval"):
        check_lawful_basis(_arrest(("BNS", "175")))


def test_acts_are_known_by_their_usual_names() -> None:
    assert [act_code(name) for name in ("ipc", "Indian  Penal Code", "Cr.P.C", "NDPS Act")] == [
        "IPC",
        "IPC",
        "CRPC",
        "NDPS ACT",
    ]
