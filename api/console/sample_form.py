"""The answer of each page that takes photos and prints: its form, empty, refused, or with faces to choose."""

from dataclasses import dataclass

from fastapi import Response

from api.console.face_choice import FaceChoice
from api.console.forms import Values, form_page, missing_fingers
from api.console.problems import ShownProblem
from api.console.visit import Visit


@dataclass(frozen=True)
class SampleForm:
    """One such page: its template, its place in the menu, its title."""

    template: str
    place: str
    title: str

    def answer(
        self,
        visit: Visit,
        values: Values,
        problem: ShownProblem | None = None,
        faces: FaceChoice | None = None,
    ) -> Response:
        """Return the form as filled in so far, with what has to be corrected or chosen."""
        return form_page(
            visit,
            self.template,
            self.place,
            self.title,
            Values({**values, "missing": missing_fingers(values)}),
            problem,
            422 if faces else 200,
            faces=faces,
            limits=visit.parts.settings,
        )
