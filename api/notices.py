"""Says what comparison shows about the prints themselves: repeated, mirrored, of another finger or hand."""

from collections.abc import Sequence

from api.schemas.notices import NoticeAnswer
from enroll import search_notices
from enroll.placement import in_words
from matcher.swaps import PrintComparison, Stated, misplaced, of_other_hand


def probe_notices(
    probe: Sequence[Stated], repeated: Sequence[Sequence[int]], mirrored: Sequence[int]
) -> list[NoticeAnswer]:
    """Describe what is odd about the prints of a probe, whoever they are of."""
    found = search_notices.probe_notices(probe, repeated, mirrored)
    return [NoticeAnswer.model_validate(notice.as_json()) for notice in found]


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
