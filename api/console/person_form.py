"""The particulars of a person as a form holds them, both ways: shown for correction, read as a change."""

from collections.abc import Mapping
from typing import Any

from api.console.forms import Values, listed, number
from api.schemas.persons import AddressAnswer, NameAnswer, PersonAnswer
from records.person_details import NameKind

PLACES = {
    "names[0]": ("name", "Full name"),
    "names": ("aliases", "Other names"),
    "relative_name": ("relative_name", "Name of the relative"),
    "sex": ("sex", "Sex"),
    "birth_date": ("birth_date", "Date of birth"),
    "birth_year": ("birth_year", "or year of birth"),
    "marks": ("marks", "Identifying marks"),
    "addresses": ("address_present", "Addresses"),
}
REQUIRED = {"name": "Full name", "sex": "Sex"}
ADDRESS_KINDS = ("present", "permanent")
_AS_TYPED = ("relative_relation", "relative_name", "sex", "nationality")


def shown_values(person: PersonAnswer) -> Values:
    """Return what the form shows before anything is changed."""
    texts = [name.text for name in person.names]
    first = person.display_name
    return Values(
        name=first,
        aliases="\n".join(text for text in texts if text != first),
        relative_relation=person.relative_relation,
        relative_name=person.relative_name,
        sex=str(person.sex),
        birth_date=str(person.birth_date or ""),
        birth_year=str(person.birth_year or "") if person.birth_date is None else "",
        nationality=person.nationality,
        marks="\n".join(person.marks),
        child_in_conflict="yes" if person.child_in_conflict else "",
        **{
            f"address_{kind}": next((a.text for a in person.addresses if a.kind == kind), "")
            for kind in ADDRESS_KINDS
        },
    )


def corrections(person: PersonAnswer, fields: Mapping[str, str]) -> dict[str, Any]:
    """Return the body of a correction: everything the form shows, as now entered.

    What the form does not show of an unchanged name or address (its kind, its language, its district)
    is kept: a name written in two scripts stays one name.
    """
    return {
        "names": _names(person, fields),
        **{name: fields.get(name, "") for name in _AS_TYPED},
        "birth_date": fields.get("birth_date") or None,
        "birth_year": None if fields.get("birth_date") else number(fields.get("birth_year", "")),
        "addresses": _addresses(person, fields),
        "marks": listed(fields.get("marks", ""), ""),
        "child_in_conflict": bool(fields.get("child_in_conflict")),
    }


def _names(person: PersonAnswer, fields: Mapping[str, str]) -> list[dict[str, Any]]:
    known = {name.text: name for name in person.names}
    same_name = fields["name"] == person.display_name
    others = listed(fields.get("aliases", ""), "")
    entered = [
        (NameKind.PRIMARY, fields["name"]),
        *((known[text].kind if same_name and text in known else NameKind.ALIAS, text) for text in others),
    ]
    return [{**_kept(known.get(text)), "kind": str(kind), "text": text} for kind, text in entered]


def _addresses(person: PersonAnswer, fields: Mapping[str, str]) -> list[dict[str, Any]]:
    kept = [address for address in person.addresses if address.kind not in ADDRESS_KINDS]
    for kind in ADDRESS_KINDS:
        text = fields.get(f"address_{kind}", "")
        known = [address for address in person.addresses if address.kind == kind]
        if text and any(address.text == text for address in known[:1]):
            kept += known
        elif text:
            kept += [AddressAnswer(kind=kind, text=text, **_NOWHERE), *known[1:]]
        else:
            kept += known[1:]
    return [address.model_dump() for address in kept]


_NOWHERE = {"district": "", "state_code": "", "pin_code": "", "police_station": ""}


def _kept(name: NameAnswer | None) -> dict[str, str]:
    return {"language": name.language, "script": name.script} if name else {}
