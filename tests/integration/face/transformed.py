"""Photographs as stations really hold them, made out of a good portrait."""

import cv2
import numpy as np

from biometrics.image import DecodedImage, Pixels


def still(pixels: np.ndarray) -> DecodedImage:
    """Return pixels as a decoded image."""
    return DecodedImage(np.ascontiguousarray(pixels, dtype=np.uint8), None, "PNG")


def head(pixels: Pixels, box: tuple[float, float, float, float], height_px: int, margin: float) -> Pixels:
    """Return the head with a margin in widths of the face, at a given height."""
    x, y, width, height = box
    edge = margin * width
    top, left = max(0, int(y - edge)), max(0, int(x - edge))
    cut = pixels[top : int(y + height + edge), left : int(x + width + edge)]
    factor = height_px / cut.shape[0]
    return np.asarray(cv2.resize(cut, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)


def tilted(pixels: Pixels, degrees: float) -> Pixels:
    """Return the picture turned counter-clockwise on a grey ground that holds all of it."""
    height, width = pixels.shape[:2]
    side = int(np.hypot(height, width)) + 1
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    matrix[:, 2] += [(side - width) / 2, (side - height) / 2]
    return np.asarray(cv2.warpAffine(pixels, matrix, (side, side), borderValue=(120, 120, 120)), np.uint8)


def screened(pixels: Pixels, pitch_px: float = 5.0) -> Pixels:
    """Return the picture as a newspaper screen scanned a little askew: dots, and their moire."""
    rows, columns = np.indices(pixels.shape[:2])
    angle = np.deg2rad(38)
    across = np.cos(2 * np.pi * (columns * np.cos(angle) + rows * np.sin(angle)) / pitch_px)
    down = np.cos(2 * np.pi * (rows * np.cos(angle) - columns * np.sin(angle)) / pitch_px)
    dots = 45 * (across + down)[:, :, None]
    return np.clip(cv2.GaussianBlur(pixels.astype(np.float32) + dots, (0, 0), 1.0), 0, 255).astype(np.uint8)


def identity_card(portrait: Pixels) -> Pixels:
    """Return a card on a desk: the portrait, its small pale double, and lines of print."""
    random = np.random.default_rng(4)
    desk = np.full((900, 1400, 3), (60, 90, 120), np.uint8)
    card = np.full((540, 860, 3), (225, 235, 230), np.uint8)
    photograph = cv2.resize(portrait, (220, 280), interpolation=cv2.INTER_AREA)
    card[120:400, 40:260] = photograph
    double = cv2.resize(portrait, (55, 70), interpolation=cv2.INTER_AREA)
    card[420:490, 760:815] = (0.3 * double + 0.7 * 228).astype(np.uint8)
    for row in range(130, 420, 36):
        card[row : row + 14, 300 : 300 + int(random.integers(180, 420))] = (70, 60, 60)
    desk[180:720, 270:1130] = card
    return tilted(desk, 7)


def covered(pixels: Pixels, landmarks: np.ndarray, what: str) -> Pixels:
    """Return the face with dark glasses or with a cloth over mouth and nose."""
    hidden = pixels.copy()
    right, left, nose, mouth_right, mouth_left = landmarks
    width = float(np.linalg.norm(left - right))
    if what == "glasses":
        for eye in (right, left):
            cv2.circle(hidden, (int(eye[0]), int(eye[1])), int(0.38 * width), (15, 15, 15), -1)
    else:
        low = int((mouth_right[1] + mouth_left[1]) / 2 + 0.9 * width)
        corner = (int(right[0] - 0.6 * width), int(nose[1] - 0.1 * width))
        cv2.rectangle(hidden, corner, (int(left[0] + 0.6 * width), low), (200, 160, 120), -1)
    return hidden


def pencil(pixels: Pixels) -> Pixels:
    """Return the picture as a pencil draws it: paper, and strokes where it is darker than around."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    around = cv2.GaussianBlur(255 - grey, (0, 0), max(pixels.shape[:2]) / 60)
    return np.asarray(cv2.divide(grey, 255 - around, scale=256), np.uint8)


def outlines(pixels: Pixels) -> Pixels:
    """Return the outlines alone, as a line drawing has them."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    lines = cv2.Canny(cv2.GaussianBlur(grey, (0, 0), 2), 25, 60)
    return np.asarray(255 - cv2.dilate(lines, np.ones((2, 2), np.uint8)), np.uint8)


def photographed_again(pixels: Pixels) -> Pixels:
    """Return the picture as a print on a wall, photographed from the side under a lamp."""
    height, width = pixels.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    seen = corners * [0.85, 1.0] + np.array([[40, 60], [30, 20], [30, 10], [40, -30]])
    matrix = cv2.getPerspectiveTransform(corners, seen.astype(np.float32))
    wall = cv2.warpPerspective(pixels, matrix, (width + 40, height + 40), borderValue=(150, 160, 165))
    lamp = np.linspace(1.25, 0.6, wall.shape[1])[None, :, None]
    lamplit = np.clip(wall.astype(np.float32) * lamp, 0, 255)
    return np.asarray(cv2.GaussianBlur(lamplit, (0, 0), 1.2), np.uint8)


def turned_aside(pixels: Pixels, landmarks: np.ndarray, degrees: float) -> Pixels:
    """Return the head as if it were a picture on an egg, turned to the side about its long axis.

    The nose is moved ahead of the cheeks as a real one is.
    """
    right, left, nose = landmarks[0], landmarks[1], landmarks[2]
    radius = 1.15 * float(np.linalg.norm(left - right))
    middle = float((right[0] + left[0]) / 2)
    turn = np.deg2rad(degrees)
    rows, columns = np.indices(pixels.shape[:2]).astype(np.float32)
    across = np.clip((columns - middle) / radius, -0.999, 0.999)
    source = np.arcsin(across) - turn
    ahead = np.exp(-(((rows - nose[1]) / (0.45 * radius)) ** 2)) * np.exp(-((source / 0.35) ** 2))
    source = source - 0.25 * np.sin(turn) * ahead
    hidden = np.abs(source) > np.pi / 2
    lookup = (middle + radius * np.sin(np.clip(source, -1.5, 1.5))).astype(np.float32)
    turned = cv2.remap(pixels, lookup, rows, cv2.INTER_LINEAR)
    outside = hidden | (np.abs((columns - middle) / radius) >= 0.999)
    turned[outside] = (128, 128, 128)
    return np.asarray(turned, np.uint8)
