"""How fast, how sure and how large is search of fingers as the gallery grows, and how soon does it start?"""

import argparse
import gc
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.finger_gallery import SEED, FingerProbe, FingerReferences
from benchmarks.finger_measures import EXACT_UP_TO, NEAREST, accuracy, at_once, by_turns, exhaustive, filtered
from benchmarks.finger_restart import started_anew
from benchmarks.finger_samples import extract_all, read_prints
from benchmarks.finger_searches import Templates
from benchmarks.invented_gallery import memory_in_use
from benchmarks.progress import ProgressLike
from benchmarks.record import describe_files
from matcher.file_set import FileSet
from matcher.gallery import Gallery


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this benchmark."""
    parser.add_argument("--data", type=Path, required=True, help="folder with DB*/<finger>_<impression>.*")
    parser.add_argument("--size", type=int, nargs="+", default=[10_000, 100_000], help="fingers")
    parser.add_argument("--searches", type=int, default=60, help="probes that are timed")
    parser.add_argument("--filtered", type=int, default=10, help="probes searched under each filter")
    parser.add_argument("--compared", type=int, default=40, help="probes compared with a whole small gallery")
    parser.add_argument("--starts", type=int, default=3, help="starts from a snapshot; the median counts")
    parser.add_argument("--kept", type=Path, help="folder that keeps the invented fingers for the next run")
    parser.add_argument("--dpi", type=float, help="resolution of images whose file states none")
    parser.add_argument("--processes", type=int, help="extracting processes (default: one per core)")


def run(arguments: argparse.Namespace, progress: ProgressLike) -> dict[str, Any]:
    """Extract the prints, and measure a gallery of each size with the first impressions in it."""
    prints = read_prints(arguments.data)
    extracted = extract_all(prints.paths, arguments.dpi, progress, arguments.processes)
    templates = Templates.of(prints, extracted)
    metrics = measure(templates, extracted.producer, arguments, progress)
    return {
        "data": describe_files(arguments.data.name, arguments.data, prints.paths),
        "protocol": (
            "gallery: first impression of each finger of all databases, and distractors made from the"
            f" minutiae of the set (seed {SEED}), ten to a person; probes: all other impressions, single,"
            " position unknown; times: whole searches through matcher.search, 20 candidates, one thread or"
            " one per core, by turns with the first stage alone (all cores) and with a bare call of"
            f" FAISS's IndexBinaryFlat (one thread, {NEAREST} nearest) of the probe's 16 best cylinders among"
            " the 16 best of every finger: the same 256-bit codes that the quick scan reads; milliseconds of"
            " the wall, and the median of the processor's, from which ratios are; at once: as many threads,"
            " each searching, may take as many cores as there are; filters admit the mate; exact: every"
            f" admitted finger compared, where they are {EXACT_UP_TO:,} or fewer; start: a fresh process,"
            " digests of the files included, which were written shortly before"
        ),
        "models_used": ["leader"],
        "producer": extracted.producer,
        "counts": {
            "sizes": sorted(arguments.size),
            "enrolled": int(templates.first.sum()),
            "probes": len(templates.probes),
            "timed": arguments.searches,
        },
        "metrics": metrics,
        "curves": {"latency": _curves(metrics)},
    }


def measure(
    templates: Templates, producer: str, arguments: argparse.Namespace, progress: ProgressLike
) -> dict[str, Any]:
    """Return the measurements by size."""
    sizes = sorted(arguments.size)
    with tempfile.TemporaryDirectory(prefix="nishan-scale-") as folder:
        place = Path(folder)
        references = FingerReferences(templates, producer, sizes, arguments.kept or place)
        references.invent(progress, arguments.processes)
        metrics = {}
        for size in sizes:
            progress.say(f"{size:,} fingers")
            gallery = Gallery()
            told = _filled(gallery, references, size, progress)
            told |= _started(gallery, place / str(size), references.probes()[0], arguments.starts, progress)
            metrics[str(size)] = told | _searched(
                gallery, place / str(size), references.probes(), arguments, progress
            )
    return metrics


def _filled(
    gallery: Gallery, references: FingerReferences, size: int, progress: ProgressLike
) -> dict[str, Any]:
    gc.collect()
    before, start = memory_in_use(), time.perf_counter()
    gallery.load(progress.track(references.upto(size, progress), size, "loading"), 1)
    load_s = time.perf_counter() - start
    gc.collect()
    return {
        "load_s": round(load_s, 2),
        "loaded_per_second": round(size / load_s),
        "memory_bytes_per_finger": round((memory_in_use() - before) / size),
    }


def _started(
    gallery: Gallery, place: Path, probe: FingerProbe, count: int, progress: ProgressLike
) -> dict[str, Any]:
    """Write a snapshot as a process of the service does, and start processes from it."""
    progress.say("starting from a snapshot")

    def content(folder: Path) -> Mapping[str, Any]:
        captured.store(folder)
        return {}

    start = time.perf_counter()
    captured = gallery.capture()
    begun = time.perf_counter()
    written = FileSet.write(place, content)
    ended = time.perf_counter()
    files = [path.stat().st_size for path in written.folder.rglob("*") if path.is_file()]
    starts = [started_anew(place, probe.template.payload, probe.template.producer) for _ in range(count)]
    return {
        "snapshot": {
            "capture_ms": round(1e3 * (begun - start), 1),
            "write_s": round(ended - begun, 2),
            "bytes_per_finger": round(sum(files) / gallery.references),
        },
        "from_snapshot": sorted(starts, key=lambda told: float(told["first_answer_s"]))[count // 2],
    }


def _searched(
    gallery: Gallery,
    place: Path,
    probes: list[FingerProbe],
    arguments: argparse.Namespace,
    progress: ProgressLike,
) -> dict[str, Any]:
    spread_out = probes[:: max(1, len(probes) // arguments.searches)][: arguments.searches]
    few = probes[:: max(1, len(probes) // arguments.filtered)][: arguments.filtered]
    told = {
        **by_turns(gallery, place, spread_out, progress),
        "at_once": at_once(gallery, spread_out),
        "accuracy": accuracy(gallery, probes, progress),
        "filters": filtered(gallery, few, progress),
    }
    if gallery.references <= EXACT_UP_TO:
        compared = probes[:: max(1, len(probes) // arguments.compared)][: arguments.compared]
        told["compared_with_all"] = exhaustive(gallery, compared, progress)
    return told


def _curves(metrics: dict[str, Any]) -> dict[str, Any]:
    sizes = [int(size) for size in metrics]
    lines = {
        "search end to end, one thread, median": ("one_thread_ms", "p50"),
        "search end to end, all cores, median": ("all_cores_ms", "p50"),
        "search end to end, all cores, 99 %": ("all_cores_ms", "p99"),
        "bare binary FAISS call, median": ("faiss_call_ms", "p50"),
    }
    return {
        label: {"size": sizes, "ms": [metrics[str(size)][name][share] for size in sizes]}
        for label, (name, share) in lines.items()
    }
