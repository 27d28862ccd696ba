"""How a sensor shows the touch of a finger: grey levels, background, shading and noise of three kinds."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from datasets.synthetic.orientation import Field, smooth_noise


@dataclass(frozen=True)
class Sensor:
    """One kind of sensor; grey levels from 0 to 255.

    Attributes:
        paper: Grey of the empty sensor.
        ink: Grey of a full ridge.
        shading: Standard deviation of the slow change of grey over the image.
        vignette: Loss of grey from the middle to the corners.
        stripes: Standard deviation of the grey of rows and columns (capacitive sensors).
        blur: Standard deviation of the optics' blur in pixels.
        noise: Standard deviation of each pixel's grey.
    """

    name: str
    paper: float
    ink: float
    shading: float
    vignette: float
    stripes: float
    blur: float
    noise: float


SENSORS: tuple[Sensor, ...] = (
    Sensor("optical, background removed", 253, 25, 0.0, 0, 0.0, 0.55, 1.5),
    Sensor("optical", 178, 40, 5.0, 34, 0.3, 0.65, 3.0),
    Sensor("capacitive", 150, 42, 7.0, 8, 2.2, 0.45, 5.0),
)


def shown(rng: np.random.Generator, ink: Field, sensor: Sensor) -> NDArray[np.uint8]:
    """Return the image that a sensor makes of the share of each pixel that a ridge touches (0 to 1)."""
    paper: Field = sensor.paper + sensor.shading * smooth_noise(rng, ink.shape, 90)
    down, across = (np.linspace(-1, 1, side, dtype=np.float32) for side in ink.shape)
    paper -= np.asarray(sensor.vignette / 2 * (down[:, None] ** 2 + across**2), np.float32)
    paper += sensor.stripes * rng.standard_normal((ink.shape[0], 1), dtype=np.float32)
    paper += sensor.stripes * rng.standard_normal((1, ink.shape[1]), dtype=np.float32)
    seen = cv2.GaussianBlur(paper + ink * (sensor.ink - paper), (0, 0), sensor.blur)
    grey = seen + sensor.noise * rng.standard_normal(ink.shape, dtype=np.float32)
    return np.asarray(np.clip(np.rint(grey), 0, 255), dtype=np.uint8)


def choose_sensor(rng: np.random.Generator) -> Sensor:
    """Draw one of the sensors."""
    return SENSORS[int(rng.integers(len(SENSORS)))]
