"""The constants of face search and of averaging photographs."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FaceIndexParameters:
    """How faces are searched among many.

    Measured with benchmarks/scale/face_search.py's vectors, 128 values, one thread (docs/scale.md).

    Attributes:
        threads: OpenMP threads of one search. One thread per search and many searches at once beat
            several threads per search: on two busy cores a search with two took 2.4 times as long.
        blas_from: FAISS multiplies by BLAS when queries x dimension reaches this. For one query its
            own loop is twice as fast (200,000 x 128: 8.4 ms against 20 ms), from five on BLAS is.
        together_from: Searches that wait for a core and are run as one, when they are so many: from five
            on BLAS is used, and a search of 65,536 x 128 takes 1.4 ms each instead of 2.4, of eight 0.9.
        gaps_passed_over: Where no more rows are wiped, a search without a filter compares them too and
            leaves them out afterwards: 2.4 ms for 65,536 rows, where picking the others takes 2.9.
        segment_values: Numbers in a full segment: 32 MB, read through in 2 to 3 ms. Below that exact
            search is fast enough; a segment that is full is sealed, and quick codes are made for it.
            Shorter segments cost each search some 0.05 ms apiece, longer ones leave more to exact search.
        values_per_code: Neighbouring values that share a code of four bits. With two, a tenth of the
            rows must be compared exactly that must be with four (benchmarks/scale/face_codes.py).
        training_vectors: Invented vectors from which the codebooks are made; FAISS asks for 39 a code.
        probes: Probes of each kind (of enrolled people, of strangers) by which a segment measures itself.
        recall: Share of the probes of either kind whose best row must be that of an exact search.
        shallowest: Rows compared exactly after the codes, at the least; a thousand take 0.1 ms.
        deepest_share: A segment that would need more of its rows than this stays exact.
        depth_margin: The depth that was enough for the probes is multiplied by this.
        rows_per_wanted: Rows compared exactly for each wanted row beyond the first: the rows after the
            best one lie deeper in the order of the codes.
        few_share: When a filter leaves no more of a segment than this, all that it leaves is compared
            exactly: a row costs 50 ns and the codes of a whole segment 0.5 ms under a filter.
        alike: Mean and spread of the cosine between two photographs of one person, from 1,050 pairs of
            LFW's development people; probes of enrolled people are that far from the stored vector.
    """

    threads: int = 1
    blas_from: int = 513
    together_from: int = 5
    gaps_passed_over: int = 256
    segment_values: int = 1 << 23
    values_per_code: int = 2
    training_vectors: int = 20_000
    probes: int = 2_000
    recall: float = 0.999
    shallowest: int = 256
    deepest_share: float = 1 / 16
    depth_margin: int = 2
    rows_per_wanted: int = 8
    few_share: float = 1 / 12
    alike: tuple[float, float] = (0.65, 0.12)


FACE_INDEX = FaceIndexParameters()


@dataclass(frozen=True)
class FaceAverageParameters:
    """How much each photograph of a probe counts in their mean.

    Attributes:
        power: Weight is quality to this power. The higher the less a faulty photograph spoils a clear one
            (accuracy/face_several_photos, "one_of_two_faulty").
        least_quality: A poorer photograph counts as one of this quality: there may be no better one.
    """

    power: float = 5.0
    least_quality: float = 0.2


FACE_AVERAGE = FaceAverageParameters()
