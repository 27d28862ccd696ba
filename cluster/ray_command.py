"""Ray's own command line, on loopback too: `python -m cluster.ray_command start ...`."""

import sys

from cluster.addresses import head_address
from cluster.ray_connection import keep_loopback
from cluster.replaced_head import watch_head
from core.settings import settings


def main() -> None:
    """Do as Ray's command line does."""
    keep_loopback()
    if "--head" not in sys.argv:
        watch_head(head_address(settings()))
    from ray.scripts.scripts import main as ray_main

    sys.exit(ray_main())  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
