"""Videos are stored in sealed parts, seen by those who may, and deleted with everything that came of them."""

import io
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import numpy as np
import pytest
from sqlalchemy import select, text

from biometrics.quality import Quality
from biometrics.template import Modality, Template
from biometrics.video.errors import NotAVideo
from core.errors import Unavailable
from matcher.candidates import SearchResult
from records.access import Officer, PermissionMissing, Purpose, Role, SearchFilters
from records.database import Database, Session
from records.image_store import ImageStore, ImageTampered
from records.pages import Page
from records.samples import SampleNotFound, sample_image, stage_sample
from records.searches import SearchKind, save_search, search_for
from records.sweep import sweep_orphans
from records.video_space import VideoSpace, VideoSpaceFull, room
from records.video_store import StagedVideo, VideoUpload, copy_video, part_keys
from records.video_values import VideoStatus
from records.video_work import (
    FoundShot,
    FoundTrack,
    VideoOutcome,
    begin_video,
    fail_video,
    save_video_outcome,
    set_video_progress,
)
from records.videos import (
    TrackUnknown,
    Video,
    VideoNotFound,
    VideoNotReady,
    VideoTrack,
    accept_video,
    delete_video,
    expire_video,
    hold_back_deletion,
    link_search,
    list_videos,
    overdue_videos,
    track_of_search,
    tracks_of,
    tracks_to_search,
    video_for,
)
from tests.integration.records.people import officer

AT_ONCE = timedelta(0)
HEAD = b"\0\0\0\x20ftypisom\0\0\2\0"
CASE = "0017/2026"


AMPLE = VideoSpace(10**9, 10**10)


def stored(store: ImageStore, size: int = 1000) -> tuple[StagedVideo, bytes]:
    content = HEAD + os.urandom(size)
    upload = VideoUpload(store)
    for start in range(0, len(content), 300_000):
        upload.write(content[start : start + 300_000])
    return upload.finish(), content


def outcome(store: ImageStore, tracks: int = 2) -> VideoOutcome:
    def shot(number: int) -> FoundShot:
        staged = stage_sample(store, f"shot {number}".encode(), Modality.FACE, thumbnail=b"small")
        return FoundShot(staged, 1000 * number, 0.9 - 0.1 * number)

    payload = np.eye(128, dtype="<f4")
    found = [
        FoundTrack(
            1000 * place,
            5000,
            7,
            Template(Modality.FACE, "test", payload[place].tobytes(), Quality(0.9)),
            [shot(0), shot(1)],
        )
        for place in range(tracks)
    ]
    return VideoOutcome(found, 6000, 6100, 24, 1, 0)


def looked_through(database: Database, store: ImageStore, by: Officer) -> Video:
    staged, _ = stored(store)
    with database.transaction() as s:
        accept_video(s, by, staged, "clip.mp4", Purpose.INVESTIGATION, CASE, AMPLE)
        begin_video(s, staged.id)
        assert save_video_outcome(s, staged.id, outcome(store))
        return video_for(s, by, staged.id)


def searched(session: Session, by: Officer, video: Video, track: VideoTrack) -> UUID:
    """Record a search with a track that found nobody."""
    probes, result = [shot.sample_id for shot in track.shots[:1]], SearchResult((), 0, 0, 0)
    record = save_search(session, by, SearchKind.FACE, video.purpose, CASE, SearchFilters(), probes, result)
    link_search(session, record.id, track.id)
    return record.id


@pytest.fixture
def investigator(database: Database) -> Officer:
    with database.transaction() as s:
        return officer(s, Role.INVESTIGATOR)


def another(database: Database, role: Role, state: str | None = "29") -> Officer:
    with database.transaction() as s:
        return officer(s, role, state)


def test_a_video_comes_back_from_its_parts_as_it_was_sent(image_store: ImageStore) -> None:
    staged, content = stored(image_store, 17_000_000)
    assert (staged.parts, staged.bytes, staged.media_type) == (3, len(content), "video/mp4")
    target = io.BytesIO()
    copy_video(image_store, staged.id, staged.parts, staged.sha256, target)
    assert target.getvalue() == content


def test_a_part_in_anothers_place_is_noticed(image_store: ImageStore) -> None:
    staged, _ = stored(image_store)
    with pytest.raises(ImageTampered):
        copy_video(image_store, staged.id, staged.parts, "0" * 64, io.BytesIO())


def test_what_is_no_video_is_refused_with_its_first_bytes(image_store: ImageStore) -> None:
    with pytest.raises(NotAVideo, match="GIF"):
        VideoUpload(image_store).write(b"GIF89a" + bytes(100))
    with pytest.raises(NotAVideo, match="empty"):
        VideoUpload(image_store).finish()


def test_an_upload_that_is_not_kept_leaves_nothing(image_store: ImageStore) -> None:
    upload = VideoUpload(image_store)
    upload.write(HEAD + bytes(9_000_000))
    staged = upload.finish()
    upload.discard_unless_kept()
    assert [image_store.exists(key) for key in part_keys(staged.id, staged.parts)] == [False, False]


def test_the_sweep_keeps_named_videos_and_removes_others(
    database: Database, image_store: ImageStore, investigator: Officer
) -> None:
    named = looked_through(database, image_store, investigator)
    orphan, _ = stored(image_store)
    assert sweep_orphans(database, image_store, AT_ONCE).missing == ()
    assert not image_store.exists(part_keys(orphan.id, 1)[0])
    assert image_store.exists(part_keys(named.id, 1)[0])


def test_a_video_and_its_shots_are_seen_by_those_who_see_its_searches(
    database: Database, image_store: ImageStore, investigator: Officer
) -> None:
    video = looked_through(database, image_store, investigator)
    seen = {
        "own": investigator,
        "supervisor": another(database, Role.SUPERVISOR),
        "auditor": another(database, Role.AUDITOR, None),
    }
    unseen = {
        "colleague": another(database, Role.INVESTIGATOR),
        "other state": another(database, Role.SUPERVISOR, "27"),
    }
    with database.transaction() as s:
        shot = tracks_of(s, investigator, video.id)[0].shots[0].sample_id
        for who in seen.values():
            assert video_for(s, who, video.id).case_number == CASE
            assert sample_image(s, image_store, who, shot) == b"shot 0"
            page: Page[Video] = list_videos(s, who)
            assert video.id in [item.id for item in page.items]
        for who in unseen.values():
            with pytest.raises(VideoNotFound):
                video_for(s, who, video.id)
            with pytest.raises(SampleNotFound):
                sample_image(s, image_store, who, shot)
            assert list_videos(s, who).items == ()


def test_tracks_are_chosen_by_number_once_the_video_is_complete(
    database: Database, image_store: ImageStore, investigator: Officer
) -> None:
    staged, _ = stored(image_store)
    with database.transaction() as s:
        accept_video(s, investigator, staged, "clip.mp4", Purpose.INVESTIGATION, CASE, AMPLE)
        with pytest.raises(VideoNotReady):
            tracks_to_search(s, investigator, staged.id, [1])
        begin_video(s, staged.id)
        set_video_progress(s, staged.id, 3000, 6000)
        assert video_for(s, investigator, staged.id).done_ms == 3000
        save_video_outcome(s, staged.id, outcome(image_store))
        video, tracks = tracks_to_search(s, investigator, staged.id, [2, 1, 2])
        assert [track.number for track in tracks] == [2, 1]
        assert (video.status, video.done_ms, video.total_ms) == (VideoStatus.COMPLETE, 6000, 6100)
        assert [shot.quality for shot in tracks[0].shots] == [0.9, 0.8]
        for wrong in ([3], [0], [-1], []):
            with pytest.raises(TrackUnknown):
                tracks_to_search(s, investigator, staged.id, wrong)
        with pytest.raises(PermissionMissing):
            tracks_to_search(s, another(database, Role.AUDITOR, None), staged.id, [1])


def test_a_second_attempt_changes_nothing_that_is_kept(
    database: Database, image_store: ImageStore, investigator: Officer
) -> None:
    video = looked_through(database, image_store, investigator)
    with database.transaction() as s:
        assert begin_video(s, video.id) is None
        assert not save_video_outcome(s, video.id, outcome(image_store, 5))
        fail_video(s, video.id, "defect", "too late")
        assert len(tracks_of(s, investigator, video.id)) == 2
        assert video_for(s, investigator, video.id).status is VideoStatus.COMPLETE


def test_deleting_a_video_leaves_only_its_searches(
    database: Database, image_store: ImageStore, investigator: Officer
) -> None:
    video = looked_through(database, image_store, investigator)
    with database.transaction() as s:
        track = tracks_of(s, investigator, video.id)[0]
        shot = track.shots[0].sample_id
        search_id = searched(s, investigator, video, track)
        assert track_of_search(s, search_id) == (video.id, 1)
        assert tracks_of(s, investigator, video.id)[0].search_ids == (search_id,)
    with database.transaction() as s, pytest.raises(VideoNotFound):
        delete_video(s, image_store, another(database, Role.INVESTIGATOR), video.id, "not mine")
    with database.transaction() as s, pytest.raises(PermissionMissing):
        delete_video(s, image_store, another(database, Role.EXAMINER), video.id, "seen, not mine")
    with database.transaction() as s:
        delete_video(s, image_store, another(database, Role.SUPERVISOR), video.id, "case closed")
    with database.transaction() as s:
        with pytest.raises(VideoNotFound):
            video_for(s, investigator, video.id)
        assert search_for(s, investigator, search_id).probe_sample_ids == ()
        assert track_of_search(s, search_id) is None
    keys = [*part_keys(video.id, 1), f"samples/{shot}", f"thumbnails/{shot}"]
    assert [image_store.exists(key) for key in keys] == [False] * 3


def test_searches_of_others_are_not_named_to_who_may_not_read_them(
    database: Database, image_store: ImageStore, investigator: Officer
) -> None:
    video = looked_through(database, image_store, investigator)
    supervisor = another(database, Role.SUPERVISOR)
    with database.transaction() as s:
        track = tracks_of(s, investigator, video.id)[0]
        own, other = (searched(s, who, video, track) for who in (investigator, supervisor))
        assert tracks_of(s, investigator, video.id)[0].search_ids == (own,)
        assert set(tracks_of(s, supervisor, video.id)[0].search_ids) == {own, other}


def test_a_deletion_waits_for_a_search_of_the_video(
    database: Database, image_store: ImageStore, investigator: Officer
) -> None:
    video = looked_through(database, image_store, investigator)

    def delete_without_waiting() -> None:
        with database.transaction() as s:
            s.execute(text("SET LOCAL lock_timeout = '100ms'"))
            delete_video(s, image_store, investigator, video.id, "case closed")

    with database.transaction() as searching:
        hold_back_deletion(searching, video.id)
        with pytest.raises(Unavailable):
            delete_without_waiting()
    delete_without_waiting()
    with database.transaction() as s, pytest.raises(VideoNotFound):
        hold_back_deletion(s, video.id)


def test_videos_whose_time_is_over_are_found_and_deleted(
    database: Database, image_store: ImageStore, investigator: Officer
) -> None:
    video = looked_through(database, image_store, investigator)
    with database.transaction() as s:
        assert video.id not in overdue_videos(s, video.created_at)
        overdue = overdue_videos(s, video.created_at + timedelta(seconds=1), 100)
        assert video.id in overdue
        expire_video(s, image_store, video.id)
    with database.transaction() as s, pytest.raises(VideoNotFound):
        video_for(s, investigator, UUID(str(video.id)))


def test_videos_take_no_more_room_than_an_account_and_a_state_have(
    database: Database, image_store: ImageStore
) -> None:
    one, other = another(database, Role.INVESTIGATOR, "31"), another(database, Role.INVESTIGATOR, "31")
    elsewhere, nowhere = another(database, Role.INVESTIGATOR, "32"), another(database, Role.AUDITOR, None)
    first, second, third = (stored(image_store)[0] for _ in range(3))
    space = VideoSpace(of_account=first.bytes + 10, of_state=2 * first.bytes + 5)

    def send(by: Officer, video: StagedVideo) -> None:
        with database.transaction() as s:
            accept_video(s, by, video, "clip.mp4", Purpose.INVESTIGATION, CASE, space)

    def left(by: Officer) -> int:
        with database.transaction() as s:
            return room(s, by, space)

    send(one, first)
    assert (left(one), left(other), left(elsewhere)) == (10, first.bytes + 5, first.bytes + 10)
    with pytest.raises(VideoSpaceFull, match="an account may keep") as refused:
        send(one, second)
    assert refused.value.facts == {"used_bytes": first.bytes, "limit_bytes": space.of_account}
    send(other, second)
    assert (left(one), left(other)) == (5, 5)
    again = another(database, Role.INVESTIGATOR, "31")
    with pytest.raises(VideoSpaceFull, match="videos of your state") as refused:
        send(again, third)
    assert refused.value.facts == {"used_bytes": 2 * first.bytes, "limit_bytes": space.of_state}
    send(elsewhere, third)
    assert left(nowhere) == first.bytes + 10
    with database.transaction() as s:
        delete_video(s, image_store, other, second.id, "Case closed")
    assert left(again) == first.bytes + 5


def test_two_videos_sent_at_once_do_not_both_take_the_last_room(
    database: Database, image_store: ImageStore
) -> None:
    one = another(database, Role.INVESTIGATOR, "33")
    videos = [stored(image_store)[0] for _ in range(2)]
    space = VideoSpace(of_account=videos[0].bytes + 10, of_state=10**9)
    both = threading.Barrier(2)

    def send(video: StagedVideo) -> bool:
        try:
            with database.transaction() as s:
                s.execute(select(1))
                both.wait(30)
                accept_video(s, one, video, "clip.mp4", Purpose.INVESTIGATION, CASE, space)
        except VideoSpaceFull:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(send, videos)) == [False, True]
