"""What the fork server does once for all processes before it forks: it imports, and reads the record.

What fails here fails again, with its place, where it is needed.
"""

import contextlib
import gc
import importlib
import os
import sys
from typing import Any, cast

# Checks of web addresses, which jsonschema takes if it finds them and nothing here asks for: a second of
# grammars.
cast(Any, sys.modules)["rfc3987_syntax"] = None

gc.disable()
for name in os.environ.get("CAPITAL_LOOP_PRELOAD", "").split():
    with contextlib.suppress(Exception):
        module = importlib.import_module(name)
        getattr(module, "prepared", lambda: None)()
gc.freeze()  # looking for garbage in what all share would copy it for each
gc.enable()
