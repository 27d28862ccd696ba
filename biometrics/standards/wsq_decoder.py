"""The disposable process that decodes one WSQ file: bytes in, grey pixels out, limits on itself."""

import resource
import sys

CPU_SECONDS = 10
MEMORY_BYTES = 1 << 30
"""Enough for a 16-megapixel print; the decoder holds about 30 bytes per pixel."""


def main() -> int:
    """Decode stdin to stdout; any exit code but 0 means that the file is unusable."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    import _wsq  # type: ignore[import-not-found]

    try:
        pixels, _width, _height, _ppi = _wsq.decompress(sys.stdin.buffer.read())
    except Exception:
        return 1
    sys.stdout.buffer.write(bytes(pixels))
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
