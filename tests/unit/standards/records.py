"""Minutiae records for tests: bytes written by hand from the standards' tables, and any record at all."""

import math

from hypothesis import strategies as st

from biometrics.standards.minutiae_record import (
    ImageGeometry,
    MinutiaeRecord,
    MinutiaKind,
    RecordFormat,
    RecordMinutia,
    RecordView,
)
from biometrics.template import FingerPosition

# ending at (100, 200), 90 degrees up, quality 50; bifurcation at (300, 20), 270 degrees, quality not reported
ISO_MINUTIAE = bytes.fromhex("4064 00c8 40 32  812c 0014 c0 00")
ANSI_MINUTIAE = bytes.fromhex("4064 00c8 2d 32  812c 0014 87 00")
ISO_MINUTIAE_2011 = bytes.fromhex("4064 00c8 40 32  812c 0014 c0 fe")
ANSI_MINUTIAE_2009 = bytes.fromhex("4064 00c8 2d 32  812c 0014 87 fe")
IMAGE = bytes.fromhex("0190 01f4 00c5 00c5")  # 400 x 500 pixels, 197 per cm

BYTES = {
    # right index, view 1, rolled, quality 80; 5 bytes of a vendor's extended data
    RecordFormat.ISO_2005: bytes.fromhex("464d5200 20323000 0000002f 0000")
    + IMAGE
    + bytes.fromhex("01 00  02 11 50 02")
    + ISO_MINUTIAE
    + bytes.fromhex("0005 0101 0005 ff"),
    RecordFormat.ANSI_2004: bytes.fromhex("464d5200 20323000 0031 0042 0011 0000")
    + IMAGE
    + bytes.fromhex("01 00  02 11 50 02")
    + ANSI_MINUTIAE
    + bytes.fromhex("0005 0101 0005 ff"),
    RecordFormat.ANSI_2009: bytes.fromhex("464d5200 30333000 00000039 0042 0011 00 0000 01 00")
    + bytes.fromhex("02 01 01 50 0000 0000")
    + IMAGE
    + bytes.fromhex("02")
    + ANSI_MINUTIAE_2009
    + bytes.fromhex("0005 0101 0005 ff"),
    RecordFormat.ANSI_2009_AM1: bytes.fromhex("464d5200 30333500 00000039 0042 0011 00 0000 01 00")
    + bytes.fromhex("02 01 01 50 0000 0000")
    + IMAGE
    + bytes.fromhex("02")
    + ANSI_MINUTIAE_2009
    + bytes.fromhex("0005 0101 0005 ff"),
    RecordFormat.ISO_2011: bytes.fromhex("464d5200 30333000 00000047 0001 00")
    + bytes.fromhex("00000038 ffffffffffffffffff 00 0042 0011")
    + bytes.fromhex("01 50 0000 0000")
    + bytes.fromhex("02 01 00c5 00c5 01 0190 01f4 61 02")
    + ISO_MINUTIAE_2011
    + bytes.fromhex("0005 0101 0005 ff"),
}
"""The same view in each format."""

RESOLUTIONS = (98, 197, 223, 394)
qualities = st.none() | st.integers(1, 100).map(lambda percent: percent / 100)


@st.composite
def minutiae(draw: st.DrawFn, geometry: ImageGeometry, steps: int) -> RecordMinutia:
    """A minutia that the record can hold exactly."""
    return RecordMinutia(
        draw(st.integers(0, geometry.width_px - 1)) * geometry.scale_x,
        draw(st.integers(0, geometry.height_px - 1)) * geometry.scale_y,
        draw(st.integers(0, steps - 1)) * math.tau / steps,
        draw(st.sampled_from(MinutiaKind)),
        draw(qualities),
    )


@st.composite
def any_records(draw: st.DrawFn) -> MinutiaeRecord:
    """Records of all formats with several views, as their fields allow."""
    target = draw(st.sampled_from(RecordFormat))
    shared = draw(geometries)
    one_geometry = target in (RecordFormat.ISO_2005, RecordFormat.ANSI_2004)
    steps = 256 if target.value.startswith("iso") else 180
    views = []
    for _ in range(draw(st.integers(1, 3))):
        geometry = shared if one_geometry else draw(geometries)
        views.append(
            RecordView(
                position=draw(st.sampled_from(FingerPosition)),
                number=draw(st.integers(0, 15)),
                impression_code=draw(st.integers(0, 9)),
                quality=draw(qualities),
                geometry=geometry,
                minutiae=tuple(draw(st.lists(minutiae(geometry, steps), max_size=6))),
                extended=draw(extended_data),
                endings_on_ridges=target is RecordFormat.ISO_2011 and draw(st.booleans()),
            )
        )
    vendor = 0 if target is RecordFormat.ISO_2005 else draw(st.integers(0, 0xFFFF))
    return MinutiaeRecord(target, tuple(views), vendor, draw(st.integers(0, 0x0FFF)))


geometries = st.builds(
    ImageGeometry,
    st.integers(1, 2000),
    st.integers(1, 2000),
    st.sampled_from(RESOLUTIONS),
    st.sampled_from(RESOLUTIONS),
)
extended_data = st.lists(st.binary(max_size=20), max_size=2).map(
    lambda blocks: b"".join(b"\x01\x01" + (len(b) + 4).to_bytes(2, "big") + b for b in blocks)
)
