"""Says what comparison shows about the prints themselves: repeated, mirrored, of another finger or hand."""

from collections.abc import Sequence

from api.schemas.notices import NoticeAnswer
from biometrics.template import FingerPosition
from enroll.placement import in_words
from matcher.swaps import PrintComparison, Stated, misplaced, of_other_hand


def probe_notices(
    probe: Sequence[Stated], repeated: Sequence[Sequence[int]], mirrored: Sequence[int]
) -> list[NoticeAnswer]:
    """Describe what is odd about the prints of a probe, whoever they are of."""
    notices = [_repeated(probe, places) for places in repeated]
    if mirrored:
        notices.append(
            NoticeAnswer(
                code="prints_mirrored",
                message="These prints seem to be mirrored: as sent they match nobody, flipped left to right"
                " several match one enrolled person. Scan them again, or flip the images, and search anew.",
                probe_indices=list(mirrored),
            )
        )
    return notices


def reach_notices(references_incomparable: int) -> list[NoticeAnswer]:
    """Say that some people could not be found by any probe of this kind."""
    if not references_incomparable:
        return []
    return [
        NoticeAnswer(
            code="templates_incomparable",
            message="Some enrolled people were left out: their templates were made by an earlier model and"
            " cannot be compared with this probe. An administrator can have them made anew, under Templates.",
            probe_indices=[],
        )
    ]


def person_notices(
    probe: Sequence[Stated], evidence: Sequence[PrintComparison], name: str = "this person"
) -> list[NoticeAnswer]:
    """Describe which prints match other fingers of a person than stated, or all the other hand."""
    wrong = misplaced(probe, evidence)
    if of_other_hand(probe, evidence):
        return [
            NoticeAnswer(
                code="other_hand",
                message=f"These prints seem to be of the other hand: finger for finger they match {name}'s"
                " opposite hand. Check which hand was taken and state it.",
                probe_indices=[item.probe_index for item in wrong],
            )
        ]
    return [
        NoticeAnswer(
            code="finger_misplaced",
            message=f"The print sent for the {in_words(item.stated)} matches {name}'s"
            f" {in_words(item.found)}.",
            probe_indices=[item.probe_index],
        )
        for item in wrong
    ]


def _repeated(probe: Sequence[Stated], places: Sequence[int]) -> NoticeAnswer:
    positions = dict.fromkeys(probe[place].position for place in places)
    stated = [in_words(position) for position in positions if position is not FingerPosition.UNKNOWN]
    sent_for = f"The prints sent for the {' and the '.join(stated)}" if len(stated) > 1 else "Several prints"
    return NoticeAnswer(
        code="same_finger_twice",
        message=f"{sent_for} are of the same finger. They counted as one finger; send a print of each.",
        probe_indices=list(places),
    )
