"""Tells a drawing of a face from a photograph: dark colourless lines on paper, and hardly anything else."""

import cv2
import numpy as np
from numpy.typing import NDArray

from biometrics.face.parameters import AlignmentParameters, DrawingParameters
from biometrics.image import Pixels, to_grey

Colours = NDArray[np.floating] | NDArray[np.integer]


def is_drawn(aligned: Pixels, where: AlignmentParameters, parameters: DrawingParameters) -> bool:
    """Whether an aligned face is drawn in lines. Shaded drawings look like photographs here."""
    inner = aligned[slice(*where.inner_rows), slice(*where.inner_columns)]
    grey = np.ascontiguousarray(to_grey(inner))
    paper = grey >= np.percentile(grey, 98) - parameters.paper_within
    if paper.mean() < parameters.paper_share or paper.all():
        return False
    colours = inner[paper].astype(np.int16)
    if _spread(colours) > parameters.most_colour:
        return False
    tint = np.median(colours, axis=0) / max(float(np.median(grey[paper])), 1.0)
    # Skin that is no paper keeps its colour in any light; a pencil has that of the paper.
    if _spread(inner[~paper] - np.outer(grey[~paper], tint)) > parameters.most_ink_colour:
        return False
    shape = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (parameters.line_px, parameters.line_px))
    depth = np.asarray(cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, shape))
    return bool((depth[~paper] > parameters.line_depth).mean() >= parameters.line_share)


def _spread(colours: Colours) -> float:
    """Return how far apart the colours of a pixel lie, in the middle of the pixels."""
    return float(np.median(colours.max(axis=1) - colours.min(axis=1)))
