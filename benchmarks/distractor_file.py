"""Keeps the templates of invented fingers in a file, so that runs share the minutes they take to make."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.finger_samples import invent_all
from benchmarks.progress import ProgressLike
from datasets.synthetic.minutiae_distractors import PARAMETERS


def distractor_payloads(
    sources: Sequence[bytes],
    count: int,
    seed: int,
    kept_in: Path | None,
    progress: ProgressLike,
    processes: int | None = None,
    first: int = 0,
) -> list[bytes]:
    """Return the template bytes of ``count`` distractors made from the prints ``sources``.

    Args:
        kept_in: Folder for the file, whose name carries a digest of all that the distractors depend
            on; None keeps none.
        first: Number of the first distractor of the seed's sequence.
    """
    if kept_in is None:
        return invent_all(sources, count, seed, progress, processes, first)
    path = kept_in / f"distractors_{first}_{count}_{_digest(sources, seed)}.npz"
    if not path.exists():
        kept_in.mkdir(parents=True, exist_ok=True)
        made = invent_all(sources, count, seed, progress, processes, first)
        lengths = np.array([len(payload) for payload in made])
        np.savez(path, lengths=lengths, payloads=np.frombuffer(b"".join(made), np.uint8))
    with np.load(path) as kept:
        ends = np.cumsum(kept["lengths"]).tolist()
        everything = kept["payloads"].tobytes()
    return [everything[begin:end] for begin, end in zip([0, *ends[:-1]], ends, strict=True)]


def _digest(sources: Sequence[bytes], seed: int) -> str:
    digest = hashlib.blake2b(f"{seed} {PARAMETERS}".encode(), digest_size=6)
    for payload in sources:
        digest.update(payload)
    return digest.hexdigest()
