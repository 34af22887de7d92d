import re
from dataclasses import fields

from deploy import service
from deploy.service import ROOT
from shared.runtime.settings import Settings, parse

FIELDS = [field.name.upper() for field in fields(Settings)]


def examples(text: str) -> dict[str, str]:
    """The variables of a .env file."""
    return dict(re.findall(r"^([A-Z0-9_]+)=(.*)$", text, re.MULTILINE))


def test_env_example_lists_exactly_the_settings_each_once():
    text = (ROOT / ".env.example").read_text()
    assert re.findall(r"^([A-Z0-9_]+)=", text, re.MULTILINE) == FIELDS


def test_the_example_values_are_well_formed():
    variables = examples((ROOT / ".env.example").read_text())
    parse({name.lower(): value for name, value in variables.items() if value})


def test_every_variable_in_serverless_yml_is_a_setting():
    used = {(name, variable) for name, f in service.read().functions.items() for variable in f.environment}
    assert {(name, variable) for name, variable in used if variable not in FIELDS} == set()
