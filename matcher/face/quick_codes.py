"""Four-bit codes of a segment's rows: all are read through in a fraction of the time the vectors take."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.face.embedding import Vectors
from matcher.face.library import Mask, Rows, faiss, one_thread
from matcher.face.parameters import FaceIndexParameters

_ADDED_AT_ONCE, _OVERWRITTEN = 8192, 3


class QuickCodes:
    """A product quantiser's codes in FAISS's fast-scan blocks, one list of all rows, so that filters work.

    Attributes:
        depth: Rows that are compared exactly after the codes.
        recall: Share of measured probes for which the best row was among them, always below 1.
    """

    def __init__(self, index: Any, depth: int = 0, recall: float = 0.0) -> None:
        self._index = index
        self.depth = depth
        self.recall = recall

    @classmethod
    def of(cls, vectors: Vectors, training: Vectors, parameters: FaceIndexParameters) -> "QuickCodes":
        """Make the codes of all rows.

        Args:
            training: Vectors like those to be coded; they shape the codebooks and are not coded themselves.
        """
        one_thread()
        dimension = vectors.shape[1]
        kind = f"IVF1,PQ{dimension // parameters.values_per_code}x4fs"
        index = faiss.index_factory(dimension, kind, faiss.METRIC_INNER_PRODUCT)
        index.train(training)
        spare = faiss.clone_index(index)
        for first in range(0, len(vectors), _ADDED_AT_ONCE):
            index.add(vectors[first : first + _ADDED_AT_ONCE])
        for _ in range(_OVERWRITTEN):
            # What FAISS left of the last rows in memory it gave back is written over by codes of nobody.
            spare.add(training[:_ADDED_AT_ONCE])
        return cls(index)

    @classmethod
    def read(cls, path: Path, depth: int, recall: float) -> "QuickCodes":
        """Return codes that `write` wrote."""
        return cls(faiss.read_index(str(path)), depth, recall)

    def write(self, path: Path) -> None:
        """Write the codes to a file."""
        faiss.write_index(self._index, str(path))

    def nearest(self, queries: Vectors, count: int, admitted: Mask | None = None) -> Rows:
        """Return for each query the ``count`` rows nearest by their codes, -1 where there are none."""
        rows: Rows
        if admitted is None:
            rows = self._index.search(queries, count)[1]
            return rows
        bits = np.packbits(admitted, bitorder="little")
        selector = faiss.IDSelectorBitmap(bits)
        parameters = faiss.SearchParametersIVF(nprobe=1, sel=selector)
        rows = self._index.search(queries, count, params=parameters)[1]
        return rows

    def wipe(self, row: int) -> None:
        """Overwrite a row's code."""
        packer = self._lists.packer
        block, place = self._place(row)
        packer.pack_1(np.zeros(packer.code_size, dtype=np.uint8), place, block)

    def of_row(self, row: int) -> NDArray[np.uint8]:
        """Return a row's code, two values of four bits to a byte."""
        block, place = self._place(row)
        code: NDArray[np.uint8] = self._lists.packer.unpack_1(block, place)
        return code

    def __del__(self) -> None:
        """Leave no code behind in the memory that is given back."""
        self._blocks()[:] = 0

    @property
    def _lists(self) -> Any:
        return faiss.downcast_InvertedLists(self._index.invlists)

    def _place(self, row: int) -> tuple[NDArray[np.uint8], int]:
        """Return the block of a row and its place there: FAISS refuses places beyond its first blocks."""
        block, place = divmod(row, int(self._lists.packer.nvec))
        return self._blocks()[block : block + 1], place

    def _blocks(self) -> NDArray[np.uint8]:
        """Return FAISS's own memory of the codes."""
        lists = self._lists
        blocks = -(-lists.list_size(0) // lists.packer.nvec)
        memory: NDArray[np.uint8] = faiss.rev_swig_ptr(lists.get_codes(0), blocks * lists.packer.block_size)
        return memory.reshape(blocks, lists.packer.block_size)
