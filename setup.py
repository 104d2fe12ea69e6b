"""The build of minidann. setup.cfg describes the package; this file puts the exercises of the course into it.

The solution files stand in tutorials/exercises, where readers look for them. A wheel gets them as
minidann/exercises/solutions. An editable installation reads them where they are.
"""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

SOURCE, PLACE = Path("tutorials/exercises"), Path("minidann/exercises/solutions")


class WithExercises(build_py):
    """``build_py`` that takes the exercises along, also into the archive of the sources."""

    def run(self):
        super().run()
        if not self.editable_mode:
            for path in _files():
                target = Path(self.build_lib) / PLACE / path.relative_to(SOURCE)
                self.mkpath(str(target.parent))
                self.copy_file(str(path), str(target))

    def get_source_files(self):
        return [*super().get_source_files(), *map(str, _files())]


def _files():
    return sorted(path for path in SOURCE.rglob("*.py") if "__pycache__" not in path.parts)


setup(cmdclass={"build_py": WithExercises})
