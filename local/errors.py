"""Errors of the machine or of the configuration."""


class LocalError(Exception):
    """An error that the operator must fix; the message is one sentence with cause and remedy."""
