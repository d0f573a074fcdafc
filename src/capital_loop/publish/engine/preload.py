"""What the fork server imports before it forks; what fails here fails again, with its place, where needed."""

import contextlib
import importlib
import os
import sys
from typing import Any, cast

# Checks of web addresses, which jsonschema takes if it finds them and nothing here asks for: a second of
# grammars.
cast(Any, sys.modules)["rfc3987_syntax"] = None

for name in os.environ.get("CAPITAL_LOOP_PRELOAD", "").split():
    with contextlib.suppress(Exception):
        importlib.import_module(name)
