"""Models: pure functions of typed inputs; no I/O."""
