"""Time awake of a database that sleeps between calls, and what Postgres costs with three providers.

A database that suspends after `SUSPEND_TIME` without a statement is awake at an instant if one was sent in that time
before. If statements come at random, independently of each other (a Poisson process of rate λ), none comes in a time S
with probability exp(-λS), so that is the share of time asleep. Prices: docs/operate/cost.md.
"""

from dataclasses import dataclass
from datetime import timedelta
from math import exp

SUSPEND_TIME = timedelta(minutes=5)
"""Of Neon; fixed on its free plan."""
IDLE_WAKES, IDLE_AWAKE = 9, 1.0
"""Times that it is woken on a day without readers, and hours awake; a test lives through that day."""
NIGHT_HOURS, NIGHT_SHARE = 8, 0.02
"""Hours of a day in which few people come, and their share of its calls; over the others they come evenly."""
WRITES = 1
"""Of one person on one day, such as a bet. After each the next quarter-hourly run of the jobs that send looks once."""
LOOKS_AN_HOUR = 4
DAYS, HOURS = 30.4, 24

# Neon, Launch: by use, without a minimum. Free: 100 compute hours a month, 0.5 GB.
COMPUTE_HOUR, DATABASE_GB, FREE_COMPUTE_HOURS, FREE_GB = 0.106, 0.35, 100, 0.5
PLANS = {
    100: (0.25, 0.4, 0.0, 7.0),
    1_000: (0.25, 0.4, 0.0, 7.0),
    10_000: (0.25, 1, 25.0, 7.0),
    100_000: (1, 10, 125.25, 30.0),
    1_000_000: (6, 100, 996.5, 150.0),
}
"""By people a day: Neon's compute units while awake, GB, and dollars a month of Supabase and of a server.

Supabase: the free plan (Nano, 0.5 GB), then Pro with its Micro compute, Large, 4XL (less $10 of credit), and $0.125 a
GB beyond eight. A server: two, eight, sixteen cores with snapshots; whoever runs it updates it.
"""


@dataclass(frozen=True, slots=True)
class DatabaseCost:
    """Hours awake a day, Neon's compute hours a month, and dollars a month with each provider."""

    awake: float
    compute_hours: float
    neon: float
    supabase: float
    server: float


def awake_hours(people: int, reads: float) -> float:
    """Hours a day that a database which sleeps between calls is awake.

    Args:
        people: a day.
        reads: calls a day that reach it.
    """
    asleep = 0.0
    for hours, share in ((HOURS - NIGHT_HOURS, 1 - NIGHT_SHARE), (NIGHT_HOURS, NIGHT_SHARE)):
        writes = people * WRITES * share / hours
        looks = LOOKS_AN_HOUR * (1 - exp(-writes / LOOKS_AN_HOUR))  # of the quarters of an hour, those with a write
        rate = reads * share / hours + looks
        asleep += hours * exp(-rate * (SUSPEND_TIME / timedelta(hours=1)))
    return HOURS - asleep * (1 - IDLE_AWAKE / HOURS)


def monthly(people: int, reads: float) -> DatabaseCost:
    """What Postgres costs for so many people a day, one of the sizes of `PLANS`."""
    units, gigabytes, supabase, server = PLANS[people]
    awake = awake_hours(people, reads)
    hours = awake * DAYS * units
    is_free = hours <= FREE_COMPUTE_HOURS and gigabytes <= FREE_GB
    neon = 0.0 if is_free else hours * COMPUTE_HOUR + gigabytes * DATABASE_GB
    return DatabaseCost(awake, hours, neon, supabase, server)
