"""Compares two face templates, one against one."""

from matcher.face.embedding import to_vector


def compare(a: bytes, b: bytes) -> float:
    """Return the cosine of the angle between two embeddings, -1 to 1.

    Raises:
        TemplateUnreadable: a payload is damaged, or they are of different dimensions.
    """
    left = to_vector(a)
    return float(left @ to_vector(b, len(left)))
