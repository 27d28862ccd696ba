"""The template a track is searched with: the one kept, or one made anew when the models have changed."""

from dataclasses import replace

from biometrics.errors import SampleRejected
from biometrics.image import decode_image
from biometrics.template import Modality, Template
from biometrics.video.fused import FusedTemplate
from enroll.engines import Engines
from records.database import Database
from records.image_store import ImageStore
from records.samples import sample_bytes, samples_by_id
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
            (sample,) = samples_by_id(session, [shot.sample_id])
        try:  # a shot may show others too, and at the frame's edge the track's own face is not in its middle
            image = decode_image(data, engines.limits)
            # the video was not asked either whether it shows a drawing
            template = engines.face.extract(image, sample.face_index, sketch=True).template
        except SampleRejected:
            continue
        fused.add(replace(template, quality=replace(template.quality, value=shot.quality)))
    if fused.is_empty:
        raise TrackUnknown("No shot of this track can be used by the present model. Send the video again.")
    return fused.template
