"""Opens a model for inference: digest checked at each load, graph rewritten in memory, one thread."""

from collections.abc import Callable
from pathlib import Path

import onnx
import onnxruntime

from core.ids import sha256_hex
from core.settings import settings
from models.errors import ManifestInvalid
from models.fetch import corrupt, missing
from models.registry import ModelEntry

Rewrite = Callable[[onnx.ModelProto], onnx.ModelProto]


def open_session(
    entry: ModelEntry, rewrite: Rewrite | None = None, directory: Path | None = None
) -> onnxruntime.InferenceSession:
    """Return a session on the CPU with one thread: parallelism comes from processes, one per core.

    The bytes whose digest was checked are the bytes that are loaded.

    Args:
        rewrite: Applied to the graph in memory before it is loaded; the file is left as it is.
        directory: Where the file lies; the operator's setting when not given.

    Raises:
        ModelMissing, ModelCorrupt: the message says how to mend it.
        ManifestInvalid: the file is what the entry names, but no network that can be run here.
    """
    data = _verified(entry, directory)
    try:
        if rewrite is not None:
            data = rewrite(onnx.load_model_from_string(data)).SerializeToString()
        return onnxruntime.InferenceSession(data, one_thread(), providers=["CPUExecutionProvider"])
    except Exception as problem:  # both libraries raise classes of their own that have nothing in common
        reason = f"{type(problem).__name__}: {problem}".splitlines()[0]
        raise ManifestInvalid(
            f"The file of model '{entry.name}' cannot be opened as an ONNX network ({reason}). "
            "Export it anew.",
            model=entry.name,
        ) from problem


def read_network(entry: ModelEntry, directory: Path | None = None) -> onnx.ModelProto:
    """Return a model's graph and numbers, digest checked.

    Raises:
        ModelMissing, ModelCorrupt: the message says how to mend it.
    """
    return onnx.load_model_from_string(_verified(entry, directory))


def _verified(entry: ModelEntry, directory: Path | None) -> bytes:
    try:
        data = ((directory or settings().models_dir) / entry.file).read_bytes()
    except FileNotFoundError as problem:
        raise missing(entry) from problem
    if sha256_hex(data) != entry.sha256:
        raise corrupt(entry)
    return data


def one_thread() -> onnxruntime.SessionOptions:
    """Return the options of a session that works on one core and leaves the others alone."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    # an idle spinning thread takes the core from the other processes
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    return options
