"""JSON that says whose false-match rates are stated for faces."""

from pydantic import Field

from api.schemas.shape import Answer


class FacePopulationAnswer(Answer):
    """Whose false-match rates are stated for faces."""

    name: str = Field(
        description="mugshots or mixed (NISHAN_FACE_POPULATION), own-1 ... of the own gallery; empty of "
        "a file that does not say."
    )
    statement: str


FACE_POPULATION = Field(
    default=None,
    description="Whose false-match rates those of faces are; null without a face, of a sketch, and of "
    "answers made before this was told.",
)
