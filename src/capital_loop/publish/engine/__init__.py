"""The build: what is stale is executed in parallel, all is rendered, the finished site is swapped in."""


class BuildError(Exception):
    """The build failed; the message says what failed and what to do."""
