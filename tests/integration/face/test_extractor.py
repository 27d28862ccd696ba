"""From a photograph to a template with the real networks: right person, right error, same as OpenCV."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from biometrics.errors import FaceTooSmall, NoFaceFound, SeveralFacesFound
from biometrics.face.extractor import FaceExtractor
from biometrics.face.parameters import FACE, EmbeddingParameters
from biometrics.image import DecodedImage, ImageLimits, decode_image, encode_jpeg, to_bgr
from biometrics.template import FingerPosition, Modality
from core.ids import sha256_hex
from matcher.face.comparison import compare
from models.errors import ManifestInvalid
from models.registry import model
from tests.unit.models.test_registry_and_session import ENTRY
from tests.unit.models.tiny_networks import tiny_embedder

Photograph = Callable[[str], DecodedImage]
FIVE = ("obama", "biden", "obama2", "astronaut", "obama3")


def _still(pixels: np.ndarray) -> DecodedImage:
    return DecodedImage(np.ascontiguousarray(pixels), None, "PNG")


def _vector(payload: bytes) -> np.ndarray:
    return np.frombuffer(payload, dtype="<f4")


def _at_eye_distance(extractor: FaceExtractor, image: DecodedImage, eye_distance_px: float) -> DecodedImage:
    factor = eye_distance_px / extractor.find(image)[0].eye_distance_px
    return _still(cv2.resize(image.pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA))


def _five_faces(extractor: FaceExtractor, photograph: Photograph) -> DecodedImage:
    tiles = []
    for name in FIVE:
        pixels = to_bgr(photograph(name).pixels)
        x, y, width, height = extractor.find(photograph(name))[0].box
        margin = 0.3 * width
        top, left = max(0, int(y - margin)), max(0, int(x - margin))
        tile = pixels[top : int(y + height + margin), left : int(x + width + margin)]
        tiles.append(cv2.resize(tile, (160, 200), interpolation=cv2.INTER_AREA))
    return _still(np.hstack(tiles))


def test_a_template_says_what_it_is(extractor: FaceExtractor, photograph: Photograph) -> None:
    extraction = extractor.extract(photograph("obama"))
    template = extraction.template
    assert (template.modality, template.position) == (Modality.FACE, FingerPosition.UNKNOWN)
    assert template.producer == extractor.producer
    assert template.producer.startswith("sface-2021dec-0ba9fbfa+yunet-2023mar-8f2383e4+")
    assert len(template.payload) == 4 * 128
    assert np.linalg.norm(_vector(template.payload)) == pytest.approx(1.0, abs=1e-5)
    assert extraction.faces_found == 1
    assert template.quality.value > 0.8


def test_one_person_matches_and_others_do_not(extractor: FaceExtractor, photograph: Photograph) -> None:
    payload = {name: extractor.extract(photograph(name)).template.payload for name in FIVE}
    for other in ("obama2", "obama3"):
        assert compare(payload["obama"], payload[other]) > 0.45
    for a, b in [("obama", "biden"), ("obama", "astronaut"), ("biden", "astronaut")]:
        assert compare(payload[a], payload[b]) < 0.3


def test_the_same_photograph_gives_the_same_bytes(extractor: FaceExtractor, photograph: Photograph) -> None:
    first, second = (extractor.extract(photograph("biden")).template.payload for _ in range(2))
    assert first == second


@pytest.mark.parametrize("name", ["obama", "biden", "astronaut"])
def test_with_one_look_and_nothing_taken_away_embeddings_equal_opencv(
    photograph: Photograph, models_ready: Path, name: str
) -> None:
    bare = replace(
        FACE,
        detection=replace(FACE.detection, quick_factor=1.0),
        refinement=replace(FACE.refinement, eye_distances_px=()),
        embedding=EmbeddingParameters(mirrored=False, centred=False, quantised=False),
    )
    extractor = FaceExtractor.open(directory=models_ready, parameters=bare)
    image = photograph(name)
    factor = min(1.0, 640 / max(image.pixels.shape[:2]))
    pixels = to_bgr(image.pixels)
    if factor < 1:
        pixels = cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    size = (pixels.shape[1], pixels.shape[0])
    detector = cv2.FaceDetectorYN.create(str(models_ready / model("yunet").file), "", size, 0.7, 0.3, 5000)
    recogniser = cv2.FaceRecognizerSF.create(str(models_ready / model("sface").file), "")
    _, rows = detector.detect(pixels)
    row = max(rows, key=lambda each: each[2] * each[3])
    theirs = recogniser.feature(recogniser.alignCrop(pixels, row)).ravel()
    extraction = extractor.extract(_still(pixels), largest=True)
    np.testing.assert_allclose(extraction.face.landmarks, row[4:14].reshape(5, 2), atol=0.01)
    cosine = _vector(extraction.template.payload) @ theirs / np.linalg.norm(theirs)
    assert cosine >= 0.9999
    assert extractor.producer != FaceExtractor.open(directory=models_ready).producer


@pytest.mark.parametrize("name", ["obama", "biden", "astronaut"])
def test_whole_numbers_say_what_floating_point_says(
    extractor: FaceExtractor, photograph: Photograph, models_ready: Path, name: str
) -> None:
    plain = replace(FACE, embedding=replace(FACE.embedding, quantised=False))
    floating = FaceExtractor.open(directory=models_ready, parameters=plain)
    made, wanted = (each.extract(photograph(name)).template for each in (extractor, floating))
    assert compare(made.payload, wanted.payload) > 0.99
    assert made.producer != wanted.producer


def test_colour_or_grey_is_the_same_person(extractor: FaceExtractor, photograph: Photograph) -> None:
    image = photograph("obama")
    grey = _still(cv2.cvtColor(image.pixels, cv2.COLOR_BGR2GRAY))
    a, b = (extractor.extract(each).template.payload for each in (image, grey))
    assert compare(a, b) > 0.8


def test_a_face_that_fills_a_large_picture_is_found(extractor: FaceExtractor, photograph: Photograph) -> None:
    image = photograph("obama")
    x, y, width, height = (int(value) for value in extractor.find(image)[0].box)
    close = cv2.resize(image.pixels[max(y, 0) : y + height, max(x, 0) : x + width], (1600, 2000))
    assert len(extractor.find(_still(close))) == 1


def test_a_small_face_in_a_large_picture_is_found(extractor: FaceExtractor, photograph: Photograph) -> None:
    small = _at_eye_distance(extractor, photograph("obama"), 26).pixels
    wall = np.full((2400, 3200, 3), 180, dtype=np.uint8)
    wall[700 : 700 + small.shape[0], 1900 : 1900 + small.shape[1]] = small
    face = extractor.find(_still(wall))[0]
    assert face.eye_distance_px == pytest.approx(26, abs=3)
    assert 1900 <= face.box[0] <= 1900 + small.shape[1]


def test_no_face(extractor: FaceExtractor) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (300, 300, 3), dtype=np.uint8)
    for pixels in (noise, np.full((300, 300), 255, dtype=np.uint8), np.zeros((1, 1, 3), dtype=np.uint8)):
        with pytest.raises(NoFaceFound, match="face"):
            extractor.extract(_still(pixels))


def test_five_faces_are_listed_and_one_can_be_chosen(
    extractor: FaceExtractor, photograph: Photograph
) -> None:
    image = _five_faces(extractor, photograph)
    with pytest.raises(SeveralFacesFound) as caught:
        extractor.extract(image)
    faces = caught.value.facts["faces"]
    assert isinstance(faces, list)
    assert [face["index"] for face in faces] == [0, 1, 2, 3, 4]
    for face in faces:
        shown = FIVE[int((face["box"][0] + face["box"][2] / 2) // 160)]
        extraction = extractor.extract(image, face["index"])
        assert extraction.faces_found == 5
        own = extractor.extract(photograph(shown)).template.payload
        assert compare(extraction.template.payload, own) > 0.6
    assert extractor.extract(image, largest=True).face.area == max(
        face.area for face in extractor.find(image)
    )
    with pytest.raises(NoFaceFound, match="counted from 0"):
        extractor.extract(image, 5)


def test_a_face_of_20_px_is_refused_with_advice(extractor: FaceExtractor, photograph: Photograph) -> None:
    image = photograph("obama")
    face = extractor.find(image)[0]
    factor = 20 / face.box[2]
    small = cv2.resize(image.pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    wall = np.full((200, 200, 3), 128, dtype=np.uint8)
    height, width = (min(200, side) for side in small.shape[:2])
    wall[:height, :width] = small[:height, :width]
    with pytest.raises(FaceTooSmall, match="Move closer") as caught:
        extractor.extract(_still(wall))
    assert caught.value.facts["least_px"] == FACE.alignment.least_eye_distance_px


def test_a_tiny_face_in_the_background_is_no_rival(extractor: FaceExtractor, photograph: Photograph) -> None:
    small = _at_eye_distance(extractor, photograph("biden"), 14).pixels
    near = _at_eye_distance(extractor, photograph("obama"), 60).pixels
    picture = np.full((max(near.shape[0], small.shape[0]), near.shape[1] + small.shape[1], 3), 90, np.uint8)
    picture[: near.shape[0], : near.shape[1]] = near
    picture[: small.shape[0], near.shape[1] :] = small
    extraction = extractor.extract(_still(picture))
    assert extraction.faces_found == 2
    assert extraction.face.box[0] < near.shape[1]


def test_a_jpeg_upload_goes_all_the_way(extractor: FaceExtractor, photograph: Photograph) -> None:
    data = encode_jpeg(photograph("astronaut").pixels, 90)
    template = extractor.extract(decode_image(data, ImageLimits()), largest=True).template
    own = extractor.extract(photograph("astronaut"), largest=True).template
    assert compare(template.payload, own.payload) > 0.98


def test_an_operators_own_embedder_works_by_its_entry(
    models_ready: Path, photograph: Photograph, tmp_path: Path
) -> None:
    data = tiny_embedder(dimension=48)
    (tmp_path / "own.onnx").write_bytes(data)
    (tmp_path / model("yunet").file).symlink_to(models_ready / model("yunet").file)
    text = ENTRY.format(name="own", file="own.onnx", sha256=sha256_hex(data))
    (tmp_path / "manifest.toml").write_text(text)
    template = FaceExtractor.open(embedder="own", directory=tmp_path).extract(photograph("obama")).template
    assert len(template.payload) == 4 * 48
    assert template.producer.startswith(f"own-1-{sha256_hex(data)[:8]}+yunet")
    (tmp_path / "manifest.toml").write_text(text.replace("width = 112", "width = 160"))
    with pytest.raises(ManifestInvalid, match="112 x 112"):
        FaceExtractor.open(embedder="own", directory=tmp_path)


def test_a_model_of_another_task_is_refused(models_ready: Path) -> None:
    with pytest.raises(ManifestInvalid, match="face_detection"):
        FaceExtractor.open(detector="sface", directory=models_ready)
    with pytest.raises(ManifestInvalid, match="face_embedding"):
        FaceExtractor.open(embedder="yunet", directory=models_ready)
