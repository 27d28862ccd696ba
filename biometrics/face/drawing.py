"""Tells a drawing of a face from a photograph: dark lines on paper, and hardly anything between the two."""

import cv2
import numpy as np

from biometrics.face.parameters import AlignmentParameters, DrawingParameters
from biometrics.image import Pixels, to_grey


def is_drawn(aligned: Pixels, where: AlignmentParameters, parameters: DrawingParameters) -> bool:
    """Whether an aligned face is drawn in lines. Shaded drawings look like photographs here."""
    inner = aligned[slice(*where.inner_rows), slice(*where.inner_columns)]
    grey = np.ascontiguousarray(to_grey(inner))
    paper = grey >= np.percentile(grey, 98) - parameters.paper_within
    if paper.mean() < parameters.paper_share or paper.all():
        return False
    colours = inner[paper].astype(np.int16)
    if np.median(colours.max(axis=1) - colours.min(axis=1)) > parameters.most_colour:
        return False
    shape = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (parameters.line_px, parameters.line_px))
    depth = np.asarray(cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, shape))
    return bool((depth[~paper] > parameters.line_depth).mean() >= parameters.line_share)
