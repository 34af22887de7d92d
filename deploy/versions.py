"""Versions of packages that look up their own at import, which takes 3 % of a job's start."""

import re
from importlib.metadata import distributions
from pathlib import Path

MODULES = ("psycopg/version.py", "psycopg_binary/version.py")
LOOKUP = re.compile(r'^    __version__ = metadata\.version\("([\w-]+)"\)$', re.MULTILINE)


def write_constants(folder: Path) -> None:
    """Replace the lookup in packages that are installed in a folder by the version itself.

    Raises:
        ValueError: a module looks its version up in another way than before.
    """
    for module in (folder / name for name in MODULES):
        if module.exists():
            names = LOOKUP.findall(module.read_text())
            found = [each.version for name in names for each in distributions(name=name, path=[str(folder)])]
            if len(found) != 1:
                raise ValueError(f"{module.relative_to(folder)} looks its version up in another way: mend {__name__}")
            module.write_text(f'__version__ = "{found[0]}"\n')
