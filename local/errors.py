"""What can be wrong with this machine or with what the launcher was told."""


class LocalError(Exception):
    """Something a person must mend; the message is one sentence that says what and how."""
