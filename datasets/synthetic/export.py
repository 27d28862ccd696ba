"""Writes invented fingers as a folder of prints named <finger>_<impression>.png, to import or measure with.

    python -m datasets.synthetic.export DIR --fingers 60 --impressions 3 [--seed 5000]

The folder has the layout of the Fingerprint Verification Competitions, so that `nishan import` and the
fingerprint benchmarks read it. Ten consecutive fingers are the ten positions of one invented person.
"""

import argparse
from pathlib import Path

from biometrics.template import FingerPosition
from datasets.synthetic.fingerprints import encode_png, finger

FIRST_SEED = 5_000


def export(directory: Path, fingers: int, impressions: int, seed: int = FIRST_SEED) -> int:
    """Write the prints and return their number; files of the same name are replaced."""
    directory.mkdir(parents=True, exist_ok=True)
    for number in range(fingers):
        person, position = seed + number // 10, FingerPosition(1 + number % 10)
        for impression in range(impressions):
            target = directory / f"{number + 1}_{impression + 1}.png"
            target.write_bytes(encode_png(finger(person, position, impression)))
    return fingers * impressions


def main(arguments: list[str] | None = None) -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Write invented fingerprints into a folder.")
    parser.add_argument("directory", type=Path)
    parser.add_argument("--fingers", type=int, default=60)
    parser.add_argument("--impressions", type=int, default=3)
    parser.add_argument("--seed", type=int, default=FIRST_SEED)
    given = parser.parse_args(arguments)
    written = export(given.directory, given.fingers, given.impressions, given.seed)
    print(f"{written} prints of {given.fingers} invented fingers are in {given.directory}")


if __name__ == "__main__":
    main()
