"""Frames come out of every container, broken files are refused with a reason, and no decoder stays behind."""

import os
from dataclasses import replace
from pathlib import Path

import cv2
import pytest

from biometrics.video.errors import (
    NotAVideo,
    VideoTooLarge,
    VideoTooLong,
    VideoUnreadable,
    VideoWithoutPictures,
)
from biometrics.video.frames import VideoLimits, sampled_video
from biometrics.video.parameters import VIDEO
from datasets.synthetic.videos import CODECS, Scene, write_video
from tests.unit.video.test_container import sound_only_avi

LIMITS = VideoLimits()
SCENE = Scene([], seconds=2.0)


def times_ms(path: Path, limits: VideoLimits = LIMITS) -> tuple[list[int], int]:
    with path.open("rb") as file, sampled_video(file, limits) as video:
        return [frame.time_ms for frame in video.frames()], video.last_ms


@pytest.mark.parametrize("ending", list(CODECS))
def test_every_container_gives_four_frames_a_second(tmp_path: Path, ending: str) -> None:
    found, last_ms = times_ms(write_video(SCENE, tmp_path / f"clip{ending}"))
    assert found == [0, 250, 500, 750, 1000, 1250, 1500, 1750]
    assert last_ms in (1916, 1917)


@pytest.mark.parametrize("ending", [".avi", ".mkv"])
def test_a_recording_that_was_cut_off_gives_what_is_left(tmp_path: Path, ending: str) -> None:
    path = write_video(SCENE, tmp_path / f"clip{ending}")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    found, last_ms = times_ms(path)
    assert 2 <= len(found) <= 5
    assert last_ms < 1200


def test_an_mp4_without_its_end_is_refused(tmp_path: Path) -> None:
    path = write_video(SCENE, tmp_path / "clip.mp4")
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(VideoUnreadable):
        times_ms(path)


@pytest.mark.parametrize("ending", [".avi", ".mp4"])
def test_a_video_without_a_frame_is_refused(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"none{ending}"
    code = cv2.VideoWriter.fourcc(*CODECS[ending])
    cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, code, 12.0, (64, 64)).release()
    with pytest.raises((VideoWithoutPictures, VideoUnreadable), match=r"[Nn]o picture"):
        times_ms(path)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", NotAVideo),
        (b"GIF89a" + bytes(200), NotAVideo),
        (b"\0\0\0\x20ftypisom" + bytes(range(256)) * 20, VideoUnreadable),
        (sound_only_avi(), VideoWithoutPictures),
    ],
)
def test_what_is_no_video_is_refused_with_the_reason(
    tmp_path: Path, content: bytes, error: type[Exception]
) -> None:
    path = tmp_path / "file.mp4"
    path.write_bytes(content)
    with pytest.raises(error):
        times_ms(path)


def test_limits_hold(tmp_path: Path) -> None:
    path = write_video(SCENE, tmp_path / "clip.mp4")
    with pytest.raises(VideoTooLong):
        times_ms(path, VideoLimits(max_seconds=1.0))
    with pytest.raises(VideoTooLarge):
        times_ms(path, VideoLimits(max_bytes=1000))
    with pytest.raises(VideoTooLarge):
        times_ms(path, VideoLimits(max_pixels=1000))


def test_a_file_that_names_another_file_cannot_open_it(tmp_path: Path) -> None:
    secret = write_video(SCENE, tmp_path / "secret.mp4")
    path = tmp_path / "list.mp4"
    path.write_bytes(b"\0\0\0\x20ftypisom\n#EXTM3U\n#EXTINF:1,\n" + str(secret).encode() + b"\n")
    with pytest.raises(VideoUnreadable):
        times_ms(path)


def test_the_decoder_is_gone_when_its_reader_stops_in_the_middle(tmp_path: Path) -> None:
    path = write_video(SCENE, tmp_path / "clip.avi")
    with path.open("rb") as file, sampled_video(file, LIMITS) as video:
        next(iter(video.frames()))
        decoder = video._child.pid
        os.kill(decoder, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(decoder, 0)


def test_a_decoder_over_its_limits_ends_with_a_reason(tmp_path: Path) -> None:
    path = write_video(SCENE, tmp_path / "clip.mp4")
    little = replace(VIDEO, decoding=replace(VIDEO.decoding, memory_bytes=150_000_000))
    with (
        path.open("rb") as file,
        pytest.raises(VideoUnreadable),
        sampled_video(file, LIMITS, little) as video,
    ):
        list(video.frames())
