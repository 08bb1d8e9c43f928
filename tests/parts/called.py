"""The command line, called in this process: one that starts anew for each call would mostly import its libraries."""

import gc
import io
import sys
from collections.abc import Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from ingest import cli


def call(*arguments: object, environment: Mapping[str, str], folder: Path) -> tuple[int, str, str]:
    """Return exit code, stdout and stderr of `karaula` with these arguments, run in a folder."""
    out, err = io.StringIO(), io.StringIO()
    thresholds = gc.get_threshold()
    with pytest.MonkeyPatch.context() as patched, chdir(folder), redirect_stdout(out), redirect_stderr(err):
        patched.setattr(sys, "argv", ["karaula", *map(str, arguments)])
        for name, value in environment.items():
            patched.setenv(name, value)
        try:
            cli.main()
            code = 0
        except SystemExit as e:
            code = e.code if isinstance(e.code, int) else int(e.code is not None)
        finally:
            gc.unfreeze()
            gc.set_threshold(*thresholds)
    return code, out.getvalue(), err.getvalue()
