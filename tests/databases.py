"""Databases of tests: copied from templates, in one Postgres that all workers share."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

import psycopg
from psycopg import sql

from local import postgres, process_lifetime


class Databases:
    """The databases of a server, made and dropped over one connection.

    Args:
        owner: the worker, in the names of its databases.
    """

    def __init__(self, url: str, admin: psycopg.Connection, owner: str) -> None:
        self._url, self._admin, self._names = url, admin, (f"{owner}_{number}" for number in count(1))

    def make(self, template: str = "template1") -> str:
        """Copy a template database; returns the URL of the copy."""
        name = next(self._names)
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        self._admin.execute(create.format(sql.Identifier(name), sql.Identifier(_name_of(template))))
        return self._url_of(name)

    def template(self, name: str, fill: Callable[[str], object], origin: str = "template1") -> str:
        """The URL of a copy of `origin` that is filled once, by the first worker that needs it."""
        self._admin.execute("SELECT pg_advisory_lock(hashtext(%s))", [name])
        try:
            if not self._admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                url = self.make(origin)
                fill(url)
                rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
                self._admin.execute(rename.format(sql.Identifier(_name_of(url)), sql.Identifier(name)))
        finally:
            self._admin.execute("SELECT pg_advisory_unlock(hashtext(%s))", [name])
        return self._url_of(name)

    @contextmanager
    def copy(self, template: str) -> Iterator[str]:
        """A copy of a database, dropped afterwards."""
        url = self.make(template)
        yield url
        self._admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(_name_of(url))))

    def _url_of(self, name: str) -> str:
        return self._url.replace("/postgres?", f"/{name}?")


def _name_of(url: str) -> str:
    return url.rpartition("/")[2].partition("?")[0]


@contextmanager
def serve() -> Iterator[str]:
    """Run a Postgres for tests; yields its URL."""
    with process_lifetime.folder("postgres-") as folder, postgres.serve(folder / "data") as url:
        with psycopg.connect(url, autocommit=True) as admin:
            # Nothing here needs durability.
            admin.execute("ALTER SYSTEM SET fsync = off")
            admin.execute("ALTER SYSTEM SET synchronous_commit = off")
            # Far from UTC and Paris: nothing may depend on the time zone of a session.
            admin.execute("ALTER SYSTEM SET timezone = 'Pacific/Auckland'")
            admin.execute("SELECT pg_reload_conf()")
        yield url
