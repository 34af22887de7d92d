"""Names in the CloudFormation template, derived from those in serverless.yml."""


def logical_name(function: str) -> str:
    """The prefix of a function's resources, by osls's rule.

    >>> logical_name("sync_fixtures")
    'SyncUnderscorefixtures'
    """
    return (function[0].upper() + function[1:]).replace("_", "Underscore")


def parameter_name(setting: str) -> str:
    """The template's parameter that carries a setting.

    >>> parameter_name("DATABASE_URL")
    'DatabaseUrl'
    """
    return "".join(part.capitalize() for part in setting.split("_"))


def role_name(function: str) -> str:
    """The IAM role of a function.

    >>> role_name("sync_fixtures")
    'SyncFixturesRole'
    """
    return f"{parameter_name(function)}Role"
