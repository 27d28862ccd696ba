"""What this process counts about itself, in the form Prometheus reads."""

from prometheus_client import REGISTRY, Counter, Gauge, Histogram, generate_latest

REQUESTS = Counter("nishan_requests_total", "Requests answered.", ["method", "route", "status"])
REQUEST_SECONDS = Histogram("nishan_request_seconds", "Time to answer a request.", ["method", "route"])
SEARCHES = Counter("nishan_searches_total", "Searches and verifications answered.", ["kind", "purpose"])
SEARCHES_REFUSED = Counter("nishan_searches_refused_total", "Searches and verifications refused.", ["code"])
EXTRACTION_SECONDS = Histogram(
    "nishan_extraction_seconds", "Time from the bytes of a file to its template.", ["modality"]
)
COMPARISON_SECONDS = Histogram("nishan_comparison_seconds", "Time to search the gallery in memory.")
GALLERY_POSITION = Gauge("nishan_gallery_position", "Number of the last change applied to the gallery.")
GALLERY_REFERENCES = Gauge("nishan_gallery_references", "References in the gallery.")
GALLERY_FACE_RECALL = Gauge(
    "nishan_gallery_face_recall",
    "Measured share of face searches that find the same best face as comparing every one.",
)
GALLERY_LOADED = Gauge("nishan_gallery_loaded", "References that the last loading has read so far.")
GALLERY_EXPECTED = Gauge("nishan_gallery_expected", "References that loading had to read.")
SNAPSHOT_POSITION = Gauge("nishan_snapshot_position", "Number of the last change in the newest snapshot.")
SNAPSHOT_AGE_SECONDS = Gauge("nishan_snapshot_age_seconds", "Time since the newest snapshot was written.")
GALLERY_READY = Gauge("nishan_gallery_ready", "1 when the gallery answers searches.")


def exposition() -> bytes:
    """Return all metrics of this process as Prometheus text."""
    return generate_latest(REGISTRY)
