"""JSON of a notice: something about the prints that a person should know before judging an answer."""

from pydantic import Field

from api.schemas.shape import Answer


class NoticeAnswer(Answer):
    """Something odd about the samples sent; the answer stands all the same."""

    code: str = Field(
        description=(
            "same_finger_twice, prints_mirrored, other_hand, finger_misplaced, sketch_uncalibrated or"
            " templates_incomparable."
        ),
        examples=["other_hand"],
    )
    message: str = Field(description="What was noticed and what to do.")
    probe_indices: list[int] = Field(description="Which of the files searched, by their place.")
