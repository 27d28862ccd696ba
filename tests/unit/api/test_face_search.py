"""An answer says whether every face was compared, and claims that only where it is so."""

from api.certainty import face_search_answer


def test_a_measured_recall_is_told_and_never_called_exact() -> None:
    told = face_search_answer(0.9995)
    assert told is not None
    assert (told.exact, told.recall) == (False, 0.9995)
    assert "99.95 of 100" in told.statement
    nearly = face_search_answer(0.99999)
    assert nearly is not None
    assert not nearly.exact
    assert "99.99 of 100" in nearly.statement


def test_an_exact_search_says_so_and_one_without_a_face_says_nothing() -> None:
    exact = face_search_answer(1.0)
    assert exact is not None
    assert (exact.exact, exact.recall) == (True, 1.0)
    assert face_search_answer(None) is None
