"""What all requests and answers share: unknown fields are refused on the way in, pages on the way out."""

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

Item = TypeVar("Item")


class Request(BaseModel):
    """A body that a client sends. A field that is not known is an error, never silently dropped."""

    model_config = ConfigDict(extra="forbid")


class Answer(BaseModel):
    """A body that the service sends."""

    model_config = ConfigDict(frozen=True)


class PageAnswer(Answer, Generic[Item]):
    """One page of a list; ask for the next with the cursor."""

    items: list[Item]
    next_cursor: str | None = Field(
        default=None, description="Send it as ?cursor= for the next page; null at the end."
    )


class ProblemAnswer(Answer):
    """Every error of the API (RFC 9457); more members hold the facts of the case."""

    type: str = Field(examples=["urn:nishan:problem:no_face_found"])
    title: str = Field(examples=["Unprocessable Entity"])
    status: int = Field(examples=[422])
    code: str = Field(examples=["no_face_found"], description="Stable; clients may branch on it.")
    detail: str = Field(examples=["No face was found. Send a photo that shows the face from the front."])
    correlation_id: str = Field(examples=["01990c5e-77d7-7b83-9d3c-0d3c1f0c1a2b"])
