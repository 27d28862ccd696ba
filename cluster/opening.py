"""Opens the gallery that the settings name: one in this process, or one on many machines."""

from cluster.gallery import ClusterFollower
from core.settings import Settings
from matcher.gallery import Gallery
from records.active_calibrations import ActiveCalibrations
from records.database import Database
from records.following import Following
from records.gallery_follower import GalleryFollower
from records.gallery_snapshots import GallerySnapshots, remove_whole
from records.part_snapshots import remove_unheld


def open_gallery(settings: Settings, database: Database) -> Following:
    """Return what keeps the gallery; it is searchable once started and ready.

    Snapshots that the other kind left on this machine are removed: nobody would keep them free of the erased.
    """
    calibrations = ActiveCalibrations(database)
    if settings.cluster_address:
        remove_whole(settings)
        return ClusterFollower(settings, calibrations)
    remove_unheld(settings)
    return GalleryFollower(
        database,
        Gallery(calibrations=calibrations),
        snapshots=GallerySnapshots.of(settings),
        calibrations=calibrations,
    )
