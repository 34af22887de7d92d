"""Registration of signed-in readers in our database with their first request."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import Depends

from shared.accounts.plans import Reader
from shared.football.calendar import paris_day
from shared.runtime import clock
from shared.stores import database
from shared.stores.people import users
from shared.stores.people.users import UserRow
from shared.web.app import Connection
from shared.web.authentication import Person, SignedIn, require_user_id


def register(db: database.Connection, reader: Reader, now: datetime) -> UserRow:
    """The person's row, added if missing; the age stated at sign-up is taken over once.

    Later changes in Supabase are ignored; a birth date given to us still counts.

    Raises:
        Forbidden: the reader is anonymous.
    """
    user_id = require_user_id(reader)
    row = users.get_or_create(db, user_id, now)
    if row.adult_declared_at is not None or row.sign_up_read_at is not None:
        return row
    adult = reader.sign_up.declares_adult(paris_day(now))
    if adult is None:
        return row
    with db.transaction():
        users.mark_sign_up_read(db, user_id, now)
        if adult:
            users.declare_adult(db, user_id, now, "sign_up")
    return replace(row, sign_up_read_at=now, adult_declared_at=now if adult else None)


async def _register_reader(reader: SignedIn, db: Connection) -> Reader:
    register(db, reader, clock.now())
    return reader


async def _register_person(reader: Person, db: Connection) -> Reader:
    register(db, reader, clock.now())
    return reader


RegisteredReader = Annotated[Reader, Depends(_register_reader)]
"""`SignedIn`, registered before the route runs."""
RegisteredPerson = Annotated[Reader, Depends(_register_person)]
"""`Person`, registered before the route runs."""
