"""What the fork server imports before it forks: whatever fails here fails again where it is needed, with its place."""

import contextlib
import importlib
import os

for name in os.environ.get("CAPITAL_LOOP_PRELOAD", "").split():
    with contextlib.suppress(Exception):
        importlib.import_module(name)
