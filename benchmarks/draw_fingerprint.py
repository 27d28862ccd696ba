"""Draws the pictures of docs/fingerprint.md on invented prints: python -m benchmarks.draw_fingerprint."""

import argparse
import math
import sys
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, ConnectionPatch, Rectangle
from numpy.typing import NDArray
from PIL import Image

from benchmarks.print_degradations import degrade
from biometrics.fingerprint.cylinders import cell_centres
from biometrics.fingerprint.extractor import FingerprintExtraction, FingerprintExtractor
from biometrics.fingerprint.minutiae import Minutiae
from biometrics.fingerprint.parameters import PARAMETERS
from biometrics.fingerprint.presence import find_print
from biometrics.fingerprint.ridge_phase import (
    LONGEST_PX,
    NORMAL_STEPS,
    PERIOD_STEPS,
    PHASE_STEPS,
    SHORTEST_PX,
    STEP_PX,
    RidgePhase,
)
from biometrics.fingerprint.ridges import measure_ridges
from biometrics.fingerprint.segmentation import foreground
from biometrics.image import DecodedImage
from biometrics.template import FingerPosition
from datasets.synthetic.fingerprints import finger
from matcher.fingerprint.comparison import FingerprintComparison, compare

Grey = NDArray[np.uint8]

FOLDER = Path(__file__).parents[1] / "docs" / "images"
SEED, POSITION = 3, FingerPosition.RIGHT_INDEX
TAIL_PX = 11
TITLE_SIZE = 8
COLOURS = 128
"""Of the saved pictures: they are grey with a few inks, and small this way."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw all pictures; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="benchmarks.draw_fingerprint", description="pictures of the fingerprint engine at work"
    )
    parser.add_argument("--out", type=Path, default=FOLDER)
    out = parser.parse_args(arguments).out
    out.mkdir(parents=True, exist_ok=True)
    extractor = FingerprintExtractor.open()
    prints = [finger(SEED, POSITION, number) for number in range(2)]
    found = [extractor.extract(DecodedImage(each, 500.0, "PNG")) for each in prints]
    _save(extraction_picture(prints[0], found[0]), out / "fingerprint_extraction.png")
    _save(cylinder_picture(prints[0], found[0]), out / "fingerprint_cylinder.png")
    _save(phase_picture(prints[0], found[0].fingerprint.phase), out / "fingerprint_phase.png")
    compared = compare(found[0].template.payload, found[1].template.payload)
    _save(pairs_picture(prints, found, compared), out / "fingerprint_pairs.png")
    _save(quality_picture(prints[0], extractor), out / "fingerprint_quality.png")
    return 0


def extraction_picture(image: Grey, found: FingerprintExtraction) -> Figure:
    """Foreground with its box, ridge direction and period, minutiae."""
    figure, axes = plt.subplots(1, 3, figsize=(9, 4))
    _show(axes[0], image, "foreground and the box the network sees")
    mask, box = foreground(image, PARAMETERS.segmentation), find_print(image, PARAMETERS)
    axes[0].contour(mask, [0.5], colors="tab:blue", linewidths=1)
    axes[0].add_patch(
        Rectangle(
            (box.left, box.top), box.right - box.left, box.bottom - box.top, fill=False, color="tab:orange"
        )
    )
    crop = np.ascontiguousarray(image[box.top : box.bottom, box.left : box.right])
    _show(axes[1], image, "blocks with clear ridges, along the ridge")
    _draw_ridges(axes[1], crop, box.left, box.top)
    _show(axes[2], image, f"{len(found.minutiae)} minutiae, colour: confidence")
    _draw_minutiae(axes[2], found.minutiae)
    return figure


def cylinder_picture(image: Grey, found: FingerprintExtraction) -> Figure:
    """One minutia with its neighbours, and the five layers of its cylinder."""
    minutiae, shape = found.minutiae, found.fingerprint.cylinders
    p = PARAMETERS.cylinders
    chosen = int(np.argmax(np.where(shape.valid, shape.bits.sum((1, 2)), -1)))
    x, y, angle = (float(values[chosen]) for values in (minutiae.x, minutiae.y, minutiae.angle_rad))
    figure, axes = plt.subplots(1, 1 + p.sections, figsize=(11, 2.6), width_ratios=[1.6] + [1] * p.sections)
    _show(
        axes[0],
        image,
        "a minutia and its neighbours",
    )
    _draw_minutiae(axes[0], minutiae)
    axes[0].add_patch(Circle((x, y), p.radius_px, fill=False, color="tab:blue"))
    axes[0].add_patch(Circle((x, y), 6, color="tab:blue"))
    reach = p.radius_px + 14
    axes[0].set_xlim(x - reach, x + reach)
    axes[0].set_ylim(y + reach, y - reach)
    cell_x, cell_y = cell_centres(p)
    cosine, sine = math.cos(-angle), math.sin(-angle)
    for section in range(p.sections):
        colours = np.where(
            ~shape.cells[chosen], "0.92", np.where(shape.bits[chosen, :, section], "tab:blue", "0.75")
        )
        axes[1 + section].scatter(
            cosine * cell_x - sine * cell_y, sine * cell_x + cosine * cell_y, c=colours, s=22, marker="s"
        )
        turn = round(math.degrees(-math.pi + (section + 0.5) * 2 * math.pi / p.sections))
        axes[1 + section].set_title(f"turned by about {turn}°", fontsize=TITLE_SIZE)
        axes[1 + section].set_aspect("equal")
        axes[1 + section].invert_yaxis()
        axes[1 + section].axis("off")
    return figure


def pairs_picture(
    prints: Sequence[Grey], found: Sequence[FingerprintExtraction], compared: FingerprintComparison
) -> Figure:
    """Two impressions with their pairs, and the first's minutiae laid over the second."""
    figure, axes = plt.subplots(1, 3, figsize=(10, 4.2))
    for axis, image, extraction, name in zip(axes[:2], prints, found, ("first", "second"), strict=True):
        _show(axis, image, f"{name} impression")
        _draw_minutiae(axis, extraction.minutiae, size=2)
    first, second = (each.minutiae for each in found)
    for (i, j), weight in zip(compared.pairs, compared.weights, strict=True):
        ends = (float(first.x[i]), float(first.y[i])), (float(second.x[j]), float(second.y[j]))
        line = ConnectionPatch(*ends, "data", "data", axesA=axes[0], axesB=axes[1])
        line.set(color="tab:blue", linewidth=0.4 + 1.2 * weight, alpha=0.7)
        figure.add_artist(line)
    _show(axes[2], prints[1], f"first (red) laid over second: score {compared.score:.1f}")
    turn, move = -compared.alignment.rotation_rad, compared.alignment
    cosine, sine = math.cos(turn), math.sin(turn)
    over_x = cosine * first.x - sine * first.y + move.shift_x
    over_y = sine * first.x + cosine * first.y + move.shift_y
    axes[2].plot(second.x, second.y, "o", color="tab:blue", markersize=6, markerfacecolor="none")
    axes[2].plot(over_x, over_y, ".", color="tab:red", markersize=4)
    for i, j in compared.pairs:
        axes[2].plot([over_x[i], second.x[j]], [over_y[i], second.y[j]], color="k", linewidth=1)
    return figure


def phase_picture(image: Grey, phase: RidgePhase) -> Figure:
    """The print, and what the template's three bytes per node say of its ridges."""
    figure, axes = plt.subplots(1, 2, figsize=(6, 4))
    _show(axes[0], image, "print")
    _show(axes[1], redrawn(image.shape, phase), "redrawn from phase, direction and period every 12 pixels")
    return figure


def redrawn(shape: tuple[int, ...], phase: RidgePhase) -> Grey:
    """Continue each node's wave over its own cell; ridges dark, paper where nothing is stored."""
    drawn = np.full(shape, 255, np.uint8)
    half = STEP_PX // 2
    for (row, column), code in zip(np.argwhere(phase.shown), phase.waves.astype(np.int64), strict=True):
        x, y = phase.left + 0.5 + column * STEP_PX, phase.top + 0.5 + row * STEP_PX
        period = SHORTEST_PX * (LONGEST_PX / SHORTEST_PX) ** ((code[2] >> 3) / PERIOD_STEPS)
        normal = math.pi * code[1] / NORMAL_STEPS
        rows = np.arange(max(round(y) - half, 0), min(round(y) + half, shape[0]))
        columns = np.arange(max(round(x) - half, 0), min(round(x) + half, shape[1]))
        ahead = (columns[None, :] - x) * math.cos(normal) + (rows[:, None] - y) * math.sin(normal)
        wave = np.cos(2 * math.pi * (code[0] / PHASE_STEPS + ahead / period))
        drawn[np.ix_(rows, columns)] = np.rint(127 + 120 * wave).astype(np.uint8)
    return drawn


def quality_picture(image: Grey, extractor: FingerprintExtractor) -> Figure:
    """The print as it is and with four faults: the value and the first reason."""
    kinds = ("as taken", "partial", "noisy", "dry", "wet")
    figure, axes = plt.subplots(1, len(kinds), figsize=(10, 3.2))
    for axis, kind in zip(axes, kinds, strict=True):
        damaged = image if kind == kinds[0] else degrade(image, kind, 0.9, np.random.default_rng(1))
        quality = extractor.extract(DecodedImage(damaged, 500.0, "PNG")).template.quality
        why = ", ".join(reason.code for reason in quality.reasons[:2]) or "nothing to say"
        _show(axis, damaged, f"{kind}: {quality.value:.2f}\n{why}")
    return figure


def _show(axis: Axes, image: Grey, title: str) -> None:
    axis.imshow(image, cmap="gray", vmin=0, vmax=255)
    axis.set_title(title, fontsize=TITLE_SIZE)
    axis.axis("off")


def _draw_minutiae(axis: Axes, found: Minutiae, size: float = 3) -> None:
    for x, y, angle, quality in zip(found.x, found.y, found.angle_rad, found.quality, strict=True):
        colour = plt.get_cmap("autumn_r")(0.25 + 0.75 * float(quality))
        axis.plot(x, y, "o", color=colour, markersize=size)
        axis.plot(
            [x, x + TAIL_PX * math.cos(angle)], [y, y - TAIL_PX * math.sin(angle)], color=colour, linewidth=1
        )


def _draw_ridges(axis: Axes, crop: Grey, left: int, top: int) -> None:
    ridges = measure_ridges(crop, PARAMETERS.ridges)
    middle, reach = PARAMETERS.ridges.block_px / 2, 6
    for row, column in np.argwhere(ridges.ridged):
        along = float(ridges.normal_rad[row, column]) + math.pi / 2
        x, y = left + column * ridges.step_px + middle, top + row * ridges.step_px + middle
        dx, dy = reach * math.cos(along), reach * math.sin(along)
        axis.plot([x - dx, x + dx], [y - dy, y + dy], color="tab:cyan", linewidth=1)


def _save(figure: Figure, path: Path) -> None:
    figure.tight_layout(pad=0.4)
    drawn = BytesIO()
    figure.savefig(drawn, format="png", dpi=80, bbox_inches="tight")
    plt.close(figure)
    Image.open(drawn).convert("RGB").quantize(COLOURS, method=Image.Quantize.FASTOCTREE).save(
        path, format="PNG", optimize=True
    )


if __name__ == "__main__":
    sys.exit(main())
