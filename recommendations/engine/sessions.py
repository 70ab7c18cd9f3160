"""ONNX Runtime sessions, one per file and process, opened when first used."""

import os
from functools import cache
from pathlib import Path

import onnxruntime

from recommendations.engine.errors import EncoderMissing, EncoderUnusable
from recommendations.engine.space import WAY_OUT

# Several web processes share the cores; a query is short, so few threads lose little.
THREADS = 2


@cache
def open_session(path: Path, modified_ns: int, process_id: int) -> onnxruntime.InferenceSession:
    """A session on ``path``; the two others belong to the cache's key, so that a new file or a fork opens anew."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Threads that wait in a loop would take the cores from the other web processes.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime raises a class of its own for each fault
        raise EncoderUnusable(f"{path} does not load: {error}", way_out=WAY_OUT) from error


def session(path: Path) -> onnxruntime.InferenceSession:
    """The process's session on ``path``. Raises EncoderMissing and EncoderUnusable."""
    try:
        modified_ns = path.stat().st_mtime_ns
    except FileNotFoundError as error:
        raise EncoderMissing(f"There is no {path}.", way_out=WAY_OUT) from error
    return open_session(path, modified_ns, os.getpid())
