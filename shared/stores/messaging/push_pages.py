"""Work list of push notifications: pages of subscriptions, each looked at once in each pass by one run at a time."""

from datetime import datetime

from shared.stores.database import Connection

PAGE_SIZE = 500
"""Subscription ids of a page, also in the comment of the table."""

ADD_NEW = """
    INSERT INTO push_pages (page)
    SELECT generate_series(
        (SELECT coalesce(max(page) + 1, 0) FROM push_pages),
        (SELECT max(subscription_id) / %(page_size)s FROM push_subscriptions)
    )
    ON CONFLICT (page) DO NOTHING
"""


def add_new(db: Connection) -> None:
    """Add the pages of subscriptions made since."""
    db.execute(ADD_NEW, {"page_size": PAGE_SIZE})


TAKE = """
    UPDATE push_pages SET taken_until = %(until)s
    WHERE page = (
        SELECT page FROM push_pages
        WHERE looked_at < %(began)s AND taken_until <= %(now)s
        ORDER BY looked_at, page
        LIMIT 1
        FOR UPDATE SKIP LOCKED
    )
    RETURNING page
"""


def take(db: Connection, began: datetime, now: datetime, until: datetime) -> int | None:
    """Lease the next page not looked at since a pass began; None if every other page is leased or done."""
    row = db.execute(TAKE, {"began": began, "now": now, "until": until}).fetchone()
    return None if row is None else int(row[0])


FINISH = """
    UPDATE push_pages SET looked_at = greatest(looked_at, %(began)s), taken_until = 'epoch' WHERE page = %(page)s
"""


def finish(db: Connection, page: int, began: datetime) -> None:
    """Record that a pass has looked at a page, and end its lease."""
    db.execute(FINISH, {"page": page, "began": began})


GIVE_BACK = "UPDATE push_pages SET taken_until = 'epoch' WHERE page = %(page)s"


def give_back(db: Connection, page: int) -> None:
    """End the lease of a page that is not finished."""
    db.execute(GIVE_BACK, {"page": page})


COUNT = "SELECT count(*) FROM push_pages WHERE looked_at < %(began)s"


def count(db: Connection, began: datetime) -> int:
    """Number of pages not looked at since a pass began."""
    (row,) = db.execute(COUNT, {"began": began}).fetchall()
    return int(row[0])
