"""Work at scale: the jobs that work per person, on a database with up to a million people."""
