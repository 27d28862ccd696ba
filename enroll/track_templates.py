"""The template a track is searched with: the one kept, or one made anew when the models have changed."""

from dataclasses import replace

import numpy as np

from biometrics.errors import SampleRejected
from biometrics.image import DecodedImage, decode_image
from biometrics.template import Modality, Template
from biometrics.video.fused import FusedTemplate
from enroll.engines import Engines
from records.database import Database
from records.image_store import ImageStore
from records.samples import sample_bytes
from records.videos import TrackUnknown, VideoTrack


def template_of(track: VideoTrack, database: Database, store: ImageStore, engines: Engines) -> Template:
    """Return a template that can be compared with what is enrolled now.

    A template of an earlier model is replaced by the fusion of the track's shots: fewer views than
    the video has, but the best ones.

    Raises:
        TrackUnknown: no shot can be used by the present model.
    """
    if track.template.producer == engines.producer(Modality.FACE):
        return track.template
    fused = FusedTemplate()
    for shot in track.shots:
        with database.transaction() as session:
            data = sample_bytes(session, store, shot.sample_id)
        try:
            template = _middle_face(engines, decode_image(data, engines.limits))
        except SampleRejected:
            continue
        fused.add(replace(template, quality=replace(template.quality, value=shot.quality)))
    if fused.is_empty:
        raise TrackUnknown("No shot of this track can be used by the present model. Send the video again.")
    return fused.template


def _middle_face(engines: Engines, image: DecodedImage) -> Template:
    """Return the template of the face nearest the middle: a shot may show others at its edge."""
    faces = engines.face.find(image)
    middle = np.array(image.pixels.shape[1::-1]) / 2
    if not faces:
        return engines.face.extract(image).template
    nearest = min(faces, key=lambda face: float(np.linalg.norm(face.landmarks.mean(axis=0) - middle)))
    return engines.face.extract_face(image, nearest, len(faces)).template
