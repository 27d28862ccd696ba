"""Who is this? Three calls in order: extract the probe, search the gallery, record and link the answer."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from api.answers import search_answer
from api.extraction import ExtractedProbe, extract_all
from api.lifespan import Parts
from api.metrics import COMPARISON_SECONDS, SEARCHES
from api.notices import probe_notices
from api.probe_staging import stage_probes
from api.refusals import refusals_audited
from api.schemas.searches import SearchAnswer, SearchQuery
from api.sketches import NOTICE, searches_sketch
from api.uploads import ProbeFile, require_files
from biometrics.template import Modality
from core.errors import InputRejected
from matcher.candidates import SearchResult
from matcher.filters import TagFilter
from matcher.mirroring import identify_either_way
from matcher.thresholds import meeting
from matcher.uncalibrated import without_rates
from records.access import Officer, Permission, Purpose, SearchFilters, require, search_filter
from records.linking import link
from records.samples import fingers_of_slaps
from records.searches import SearchKind, check_purpose, save_search


class FaceIndexAmbiguous(InputRejected):
    """A face was chosen by its index, of several photographs."""

    code = "face_index_ambiguous"


@dataclass(frozen=True)
class _Permitted:
    """A question that this officer may ask."""

    purpose: Purpose
    filters: SearchFilters
    tag_filter: TagFilter


def identify(parts: Parts, officer: Officer, query: SearchQuery, files: Sequence[ProbeFile]) -> SearchAnswer:
    """Search the gallery with the files of one unknown person.

    The audit row is committed together with the answer's record, before the answer is returned.

    Raises:
        InputRejected: purpose or case number missing, or a file that cannot be used.
        Forbidden: role, purpose or partition does not allow this search.
        Unavailable: gallery still loading, a part down, or more work than this process takes.
    """
    started = time.perf_counter()
    with refusals_audited(parts, officer, "search", query.purpose, query.case_number):
        permitted = _permit(officer, query)
        sketch = searches_sketch(query, files)
        gallery = parts.ready_gallery()
        with parts.capacity.turn():
            probes = extract_all(
                parts, require_files(list(files)), query.captures, {"face": _face_index(query, files)}
            )
            with COMPARISON_SECONDS.time():
                result = identify_either_way(
                    gallery,
                    [probe.template for probe in probes],
                    permitted.tag_filter,
                    min(query.max_candidates, parts.settings.max_candidates),
                )
            result = meeting(
                result, query.target_fpir, [probe.template for probe in probes], gallery.calibrations
            )
    if sketch:
        result = without_rates(result)
    elapsed_ms = (time.perf_counter() - started) * 1e3
    answer = _record(parts, officer, query, permitted, probes, result, elapsed_ms)
    SEARCHES.labels(answer.kind.value, permitted.purpose.value).inc()
    return answer


def _face_index(query: SearchQuery, files: Sequence[ProbeFile]) -> int | None:
    if query.face_index is not None and sum(file.modality is Modality.FACE for file in files) > 1:
        raise FaceIndexAmbiguous(
            "face_index chooses a face of one photograph, but several were sent: each must show one face."
        )
    return query.face_index


def _permit(officer: Officer, query: SearchQuery) -> _Permitted:
    require(officer, Permission.SEARCH)
    purpose = check_purpose(query.purpose, query.case_number)
    filters = query.filters.to_filters()
    return _Permitted(purpose, filters, search_filter(officer, purpose, filters))


def _record(
    parts: Parts,
    officer: Officer,
    query: SearchQuery,
    permitted: _Permitted,
    probes: Sequence[ExtractedProbe],
    result: SearchResult,
    elapsed_ms: float,
) -> SearchAnswer:
    """Store the probe (objects before the rows' commit), the search and its audit row; then link."""
    staged = stage_probes(parts, probes)
    notices = probe_notices([probe.template for probe in probes], result.repeated, result.mirrored)
    if result.uncalibrated:
        notices = [NOTICE, *notices]
    with parts.database.transaction() as session:
        samples = staged.add(session, officer)
        record = save_search(
            session,
            officer,
            _kind(probes),
            permitted.purpose,
            query.case_number,
            permitted.filters,
            [sample.id for sample in samples],
            result,
            elapsed_ms=elapsed_ms,
            notices=[notice.model_dump() for notice in notices],
            minutiae={
                sample.id: probe.minutiae.model_dump()
                for sample, probe in zip(samples, probes, strict=False)  # slaps come after their fingers
                if probe.minutiae
            },
        )
        linked = link(session, officer, result)
        fingers = fingers_of_slaps(session, [sample.id for sample in samples if sample.slap])
        staged.wait()
    qualities = {sample.id: probe.template.quality for sample, probe in zip(samples, probes, strict=False)}
    return search_answer(record, samples, linked, qualities, fingers)


def _kind(probes: Sequence[ExtractedProbe]) -> SearchKind:
    modalities = {probe.file.modality for probe in probes}
    if len(modalities) > 1:
        return SearchKind.MULTIMODAL
    return SearchKind.FACE if Modality.FACE in modalities else SearchKind.FINGER
