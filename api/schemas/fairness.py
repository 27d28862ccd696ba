"""JSON of the report on groups: how often strangers of one group match one another, beside other groups."""

from pydantic import Field

from api.schemas.face_population import FACE_POPULATION, FacePopulationAnswer
from api.schemas.shape import Answer


class GroupAnswer(Answer):
    """The false-match rate within one group, or across groups."""

    group: str
    people: int
    comparisons: int
    matches: int
    rate: float
    interval: tuple[float, float] = Field(description="95 %.")
    too_few: bool = Field(description="Too few comparisons for a rate like the stated one to show.")
    above_stated: bool = Field(description="The whole interval lies above the stated rate.")


class UnequalAnswer(Answer):
    """Two groups whose rates are more than three times apart."""

    higher: str
    lower: str
    ratio: float | None = Field(description="Null when the lower rate is 0.")
    certain: bool = Field(description="Whether their intervals stand apart.")


class GroupingAnswer(Answer):
    """The rates by one attribute of the records."""

    attribute: str = Field(examples=["sex"])
    groups: list[GroupAnswer]
    across: GroupAnswer | None = Field(description="People of different groups.")
    suppressed: list[str] = Field(description="Groups with fewer people than may be told apart.")
    unequal: list[UnequalAnswer]


class FairnessAnswer(Answer):
    """How often strangers match at one threshold, by group, in the officer's part of the gallery."""

    stated_rate: float = Field(description="What the threshold states: the rate that all groups should have.")
    target_fpir: int | None
    producer: str
    face_population: FacePopulationAnswer | None = FACE_POPULATION
    people_in_gallery: int = Field(description="Estimated from the sample when the gallery is large.")
    people_compared: int
    everyone: bool = Field(description="Whether all of them were compared.")
    suspected_duplicates: int = Field(
        description="Pairs so alike that they are likely one person under two records; left out."
    )
    overall: GroupAnswer | None
    groupings: list[GroupingAnswer]
    warnings: list[str]
