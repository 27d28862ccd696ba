"""How bad simulated marks are; chosen by eye between a clear lift and what an examiner would still search."""

from dataclasses import dataclass

Range = tuple[float, float]


@dataclass(frozen=True)
class MarkParameters:
    """Greys are of 255, lengths pixels at 500 dpi; pairs are the ends of an even draw."""

    levelling_px: float = 14.0  # slow changes of grey beyond this are taken out of the print
    contrast: Range = (22.0, 75.0)  # between furrow and ridge; plain prints have 100 to 200
    smear: float = 0.15  # of the contrast, where the skin between two ridges touched as well
    pressure_spread: float = 0.3
    pressure_scale_px: float = 45.0
    towards_middle: Range = (0.0, 0.7)  # from any place of the print to its middle
    aspect: Range = (0.55, 1.0)
    outline_spread: float = 0.08
    edge_px: float = 10.0
    room_px: Range = (20.0, 70.0)  # of ground around the mark
    blur_px: Range = (0.6, 1.6)
    noise: Range = (3.0, 9.0)
    dust_px: float = 1.5
    dust: Range = (1.0, 5.0)
    inverted_share: float = 0.15
    paper: Range = (165.0, 235.0)
    shading: Range = (3.0, 15.0)
    line_distance_px: Range = (18.0, 60.0)
    line_width_px: tuple[int, int] = (1, 3)
    line_darkness: Range = (25.0, 90.0)
    text_height: Range = (0.4, 1.3)  # of OpenCV's plain letters; 1 is about 22 px
    text_darkness: Range = (40.0, 130.0)
    texture_scale_px: Range = (1.5, 5.0)
    texture_strength: Range = (6.0, 18.0)
    grain_length: float = 12.0  # how much longer than wide the spots of a grained ground are


MARKS = MarkParameters()
