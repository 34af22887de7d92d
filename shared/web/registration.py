"""Who reads, as our database knows them: written down when they come for the first time."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import Depends

from shared.accounts.plans import Reader
from shared.football.calendar import paris_day
from shared.runtime import clock
from shared.stores import database
from shared.stores.people import users
from shared.stores.people.users import PersonRow
from shared.web.app import Connection
from shared.web.authentication import Person, SignedIn, require_user_id


def register(db: database.Connection, reader: Reader, now: datetime) -> PersonRow:
    """A person, and the age that their sign-up states taken as their own word, once.

    What they write at Supabase afterwards changes nothing, whether it stated that they are of age or that they are not;
    a birth date that they give us still counts.

    Raises:
        Forbidden: the reader is nobody.
    """
    user_id = require_user_id(reader)
    row = users.meet(db, user_id, now)
    if row.adult_declared_at is not None or row.sign_up_read_at is not None:
        return row
    adult = reader.sign_up.states_adult(paris_day(now))
    if adult is None:
        return row
    with db.transaction():
        users.sign_up_read(db, user_id, now)
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
"""`SignedIn`, and met before the route begins."""
RegisteredPerson = Annotated[Reader, Depends(_register_person)]
"""`Person`, and met before the route begins."""
