"""Keeps the templates of invented fingers in a file, so that runs share the minutes they take to make."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.progress import ProgressLike
from biometrics.fingerprint.template import FingerprintTemplate
from datasets.synthetic.minutiae_distractors import PARAMETERS, distractors


def distractor_payloads(
    sources: Sequence[bytes], count: int, seed: int, kept_in: Path | None, progress: ProgressLike
) -> Iterator[bytes]:
    """Yield the template bytes of ``count`` distractors made from the prints ``sources``.

    Args:
        kept_in: Folder for the file, whose name carries a digest of all that the distractors depend
            on; None keeps none.
    """
    if kept_in is None:
        yield from _make(sources, count, seed, progress)
        return
    path = kept_in / f"distractors_{count}_{_digest(sources, seed)}.npz"
    if not path.exists():
        kept_in.mkdir(parents=True, exist_ok=True)
        made = list(_make(sources, count, seed, progress))
        lengths = np.array([len(payload) for payload in made])
        np.savez(path, lengths=lengths, payloads=np.frombuffer(b"".join(made), np.uint8))
    with np.load(path) as kept:
        ends = np.cumsum(kept["lengths"])
        everything = kept["payloads"].tobytes()
    for begin, end in zip(np.concatenate([[0], ends[:-1]]), ends, strict=True):
        yield everything[begin:end]


def _make(sources: Sequence[bytes], count: int, seed: int, progress: ProgressLike) -> Iterator[bytes]:
    templates = [FingerprintTemplate.from_bytes(payload) for payload in sources]
    for made in progress.track(distractors(templates, count, seed), count, "inventing fingers"):
        yield made.to_bytes()


def _digest(sources: Sequence[bytes], seed: int) -> str:
    digest = hashlib.blake2b(f"{seed} {PARAMETERS}".encode(), digest_size=6)
    for payload in sources:
        digest.update(payload)
    return digest.hexdigest()
