"""The rebuilt network gives what the published one gives."""

import numpy as np
from numpy.typing import NDArray

from models.leader_graph import minutiae_detail_graph, minutiae_map_graph, minutiae_whole_graph
from models.registry import model
from models.session import open_session


def test_the_rebuilt_graphs_equal_the_published_one(
    models_ready: object, print_image: NDArray[np.uint8]
) -> None:
    crop = np.ascontiguousarray(print_image[128:256, 96:224], np.float32)
    published = open_session(model("leader")).run(None, {"input": crop[None, ..., None]})[0][0]
    dense = open_session(model("leader"), rewrite=minutiae_map_graph)
    position, features = dense.run(None, {"image": crop[None, None]})
    assert np.abs(position[0, 0] - published[..., 0]).max() < 1e-4

    row, column = 65, 64  # away from the border, where outside cells would be seen
    window = features[:, :, row // 2 - 4 : row // 2 + 5, column // 2 - 4 : column // 2 + 5]
    points = open_session(model("leader"), rewrite=minutiae_detail_graph)
    direction, kind = points.run(None, {"patches": np.ascontiguousarray(window)})
    cosine, sine = direction[0, :, row % 2, column % 2]
    turn = np.arctan2(sine, cosine) - published[row, column, 1]
    assert abs(np.angle(np.exp(1j * turn))) < 1e-3
    assert abs(kind[0, 0, row % 2, column % 2] - published[row, column, 2]) < 1e-4


def test_the_rebuilt_graph_with_all_heads_equals_the_published_one(
    models_ready: object, print_image: NDArray[np.uint8]
) -> None:
    crop = np.ascontiguousarray(print_image[128:256, 96:224], np.float32)
    published = open_session(model("leader")).run(None, {"input": crop[None, ..., None]})[0][0]
    whole = open_session(model("leader"), rewrite=minutiae_whole_graph)
    position, direction, kind = (each[0] for each in whole.run(None, {"image": crop[None, None]}))
    assert np.abs(position[0] - published[..., 0]).max() < 1e-4
    sure = published[..., 0] > 0.5
    turn = np.arctan2(direction[1], direction[0]) - published[..., 1]
    assert np.abs(np.angle(np.exp(1j * turn[sure]))).max() < 1e-3
    assert np.abs(kind[0] - published[..., 2])[sure].max() < 1e-4
