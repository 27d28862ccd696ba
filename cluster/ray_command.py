"""Ray's own command line, on loopback too: `python -m cluster.ray_command start ...`."""

import sys

from cluster.ray_connection import keep_loopback


def main() -> None:
    """Do as Ray's command line does."""
    keep_loopback()
    from ray.scripts.scripts import main as ray_main

    sys.exit(ray_main())  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
