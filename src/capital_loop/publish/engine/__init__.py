"""The build: what is stale is executed in parallel, all is rendered, the finished site is swapped in."""

MISSING = "the package {} is not installed; run make setup (elsewhere: pip install 'capital-loop[book]')"


class BuildError(Exception):
    """The build failed; the message says what failed and what to do."""
