"""Face searches as an officer's software sends them to a running service, and the same work done bare."""

import json
import time
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from biometrics.face.extractor import FaceExtractor
from biometrics.image import ImageLimits, decode_image
from core.settings import settings
from nishan.running_service import RunningService

CANDIDATES = 20


def face_template(extractor: FaceExtractor, photograph: Path) -> bytes:
    """Extract the largest face of a photograph, from the bytes of its file to the payload of a template."""
    limits = ImageLimits(max_bytes=settings().max_upload_bytes, max_pixels=settings().max_image_pixels)
    image = decode_image(photograph.read_bytes(), limits)
    return extractor.extract(image, largest=True).template.payload


def face_search(photograph: Path, case_number: str) -> dict[str, Any]:
    """Return what httpx needs to POST one search of the largest face of a photograph."""
    query = {
        "purpose": "training",
        "case_number": case_number,
        "max_candidates": CANDIDATES,
        "face_index": 0,
    }
    files = {"face": (photograph.name, photograph.read_bytes(), "image/jpeg")}
    return {"data": {"query": json.dumps(query)}, "files": files}


def await_gallery(service: RunningService, references: int, patience_s: float = 120.0) -> None:
    """Return when the API process that answers holds so many references."""
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        if f"nishan_gallery_references {references:.1f}" in httpx.get(f"{service.base_url}/metrics").text:
            return
        time.sleep(0.2)
    raise AssertionError(f"the gallery of the API did not take up all subjects within {patience_s:.0f} s")


def spread(values: list[float]) -> dict[str, float]:
    """Return median, 95th and 99th percentile."""
    return {f"p{share}": round(float(np.percentile(values, share)), 2) for share in (50, 95, 99)}
