"""Account deletion: immediate in the database, and in outside systems now or by a later job."""

import logging
from uuid import UUID

from shared.clients.errors import UpstreamError
from shared.runtime import clock, logs, wiring
from shared.runtime.settings import SettingsError
from shared.services import redis_backed
from shared.services.account_deletion import delete_external_data
from shared.stores.people import accounts, deletions, gdpr


def delete_account(user_id: UUID) -> None:
    """Delete a user's account.

    The database is erased when this returns. Outside systems are tried now; `finish_deletions` retries failures, and
    repeats every deletion once, because a concurrent request may have written something after it.
    """
    db, now = wiring.database(), clock.now()
    with db.transaction():
        accounts.close(db, user_id, now)
        gdpr.erase(db, user_id)
        deletions.request(db, user_id, now)
    redis_backed.invalidate_plan(user_id)
    try:
        delete_external_data(db, user_id)
    except (UpstreamError, SettingsError) as error:
        logs.write(logging.WARNING, "a deletion is finished later", error=repr(error))
