"""The wheel carries the record: ``data/`` of the checkout becomes ``capital_loop/data``."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class WithData(build_py):
    """Copies the record beside the modules; an editable install reads it from the checkout."""

    def run(self) -> None:
        """Build the modules, then the record."""
        super().run()
        if not self.editable_mode:
            shutil.copytree("data", Path(self.build_lib) / "capital_loop" / "data", dirs_exist_ok=True)


setup(cmdclass={"build_py": WithData})
