"""The minutiae network in the forms that were passed on the way to the shipped one, to measure each step."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from biometrics.errors import SampleRejected
from biometrics.fingerprint.minutiae import Minutiae, find_peaks
from biometrics.fingerprint.network import MinutiaeNetwork, pad_to_stride
from biometrics.fingerprint.parameters import PARAMETERS
from biometrics.fingerprint.presence import find_print
from models.leader_graph import minutiae_whole_graph
from models.registry import model
from models.session import open_session

Grey = NDArray[np.uint8]
Floats = NDArray[np.float32]
Find = Callable[[Grey], Minutiae | None]

PUBLISHED = "published_whole"
POINTS = "points_whole"


def open_variants() -> dict[str, Find]:
    """Return each form by its name, in the order in which they were built.

    Each takes a grey image at 500 dpi and returns the minutiae in its pixels, or None where there is no
    foreground. All read the same peaks off the position map.
    """
    network = MinutiaeNetwork(model("leader"), PARAMETERS.minutiae)
    return {
        PUBLISHED: _published(),
        "rebuilt_whole": _rebuilt(),
        POINTS: network.find,
        "points_cropped": lambda image: _cropped(network, image),
    }


def _published() -> Find:
    session = open_session(model("leader"))

    def find(image: Grey) -> Minutiae:
        padded, left, top = pad_to_stride(image)
        answer = session.run(None, {"input": padded[None, ..., None].astype(np.float32)})[0][0]
        own = answer[top : top + image.shape[0], left : left + image.shape[1]]
        return _read(own[..., 0], own[..., 1], own[..., 2])

    return find


def _rebuilt() -> Find:
    session = open_session(model("leader"), rewrite=minutiae_whole_graph)

    def find(image: Grey) -> Minutiae:
        padded, left, top = pad_to_stride(image)
        outputs: list[Any] = session.run(None, {"image": padded[None, None].astype(np.float32)})
        rows, columns = slice(top, top + image.shape[0]), slice(left, left + image.shape[1])
        position, direction, kind = (each[0][:, rows, columns] for each in outputs)
        return _read(position[0], np.arctan2(direction[1], direction[0]), kind[0])

    return find


def _cropped(network: MinutiaeNetwork, image: Grey) -> Minutiae | None:
    try:
        box = find_print(image, PARAMETERS)
    except SampleRejected:
        return None
    crop = np.ascontiguousarray(image[box.top : box.bottom, box.left : box.right])
    return network.find(crop).shifted(box.left, box.top)


def _read(position: Floats, angle: Floats, kind: Floats) -> Minutiae:
    peaks = find_peaks(np.ascontiguousarray(position), PARAMETERS.minutiae)
    turned = np.mod(angle[peaks.row, peaks.column], 2 * math.pi).astype(np.float32)
    return Minutiae(peaks.x, peaks.y, turned, kind[peaks.row, peaks.column], peaks.height)
