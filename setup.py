"""The wheel carries the record: ``data/`` of the checkout becomes ``capital_loop/data``."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist


class WithData(build_py):
    """Copies the record beside the modules; an editable install reads it from the checkout."""

    def run(self) -> None:
        """Build the modules, then the record; nothing is left of what an earlier version had."""
        if self.editable_mode:
            super().run()
            return
        place = Path(self.build_lib) / "capital_loop"
        shutil.rmtree(place, ignore_errors=True)
        super().run()
        shutil.copytree("data", place / "data", ignore=shutil.ignore_patterns(".*"))


class WithSource(sdist):
    """The source archive carries the record too, from which a wheel is built."""

    def make_distribution(self) -> None:
        """Pack what is listed, and the record."""
        self.filelist.graft("data")
        super().make_distribution()


setup(cmdclass={"build_py": WithData, "sdist": WithSource})
