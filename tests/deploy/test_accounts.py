"""Who may deploy: one role in each of two accounts, and nothing of production's is within reach of staging's."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import pytest

from deploy import service
from deploy.secrets import SecretsError, check_account

STAGES = ("staging", "production")
ACCOUNTS = {"staging": "111111111111", "production": "222222222222"}
DEPLOYING = [
    *("iam:CreateRole", "iam:DeleteRole", "iam:DeleteRolePolicy", "iam:GetRole", "iam:GetRolePolicy"),
    *("iam:ListAttachedRolePolicies", "iam:ListRolePolicies", "iam:PassRole", "iam:PutRolePolicy", "iam:TagRole"),
    *("iam:UntagRole", "iam:UpdateAssumeRolePolicy", "iam:UpdateRole"),
]
"""What CloudFormation needs to make, change, give to functions and remove the stage's roles; it attaches no policy."""
Node = dict[str, Any]


def account(stage: str) -> Node:
    """The resources of deploy/account.yml as they are made in the account of a stage."""
    parameters = {"Stage": stage, "AWS::AccountId": ACCOUNTS[stage], "AWS::Partition": "aws", "Repository": "o@1/n@2"}
    text = re.sub(
        r"\$\{([\w:]+)\}", lambda name: parameters[name[1]], (service.ROOT / "deploy/account.yml").read_text()
    )
    return service.parse(text)["Resources"]


def role(stage: str) -> Node:
    resources = account(stage)
    assert resources.keys() == {"GitHub", "DeployRole"}, "one role, as there is one stage"
    return resources["DeployRole"]["Properties"]


def granted(node: Any) -> Iterator[tuple[Any, Node]]:
    """Each statement that grants access, in a resource: its principal, and the statement."""
    if isinstance(node, dict):
        if "Principal" in node and node.get("Effect", "Allow") == "Allow":
            yield node["Principal"], node
        for value in node.values():
            yield from granted(value)
    elif isinstance(node, list):
        for value in node:
            yield from granted(value)


def lets_in(stage: str, properties: Node, other: str) -> bool:
    """Whether a resource of a stage lets in the role that deploys another one, or what that role may make."""
    for principal, statement in granted(properties):
        if isinstance(principal, dict) and principal.keys() == {"Service"}:
            continue  # AWS's own, which act for this account
        if isinstance(principal, dict) and principal == {"Federated": {"Ref": "GitHub"}}:
            subjects = statement["Condition"]["StringEquals"]["token.actions.githubusercontent.com:sub"]
            if subjects == {"Fn::Sub": f"repo:o@1/n@2:environment:{stage}"}:
                continue
        if principal == "*" and statement.get("FunctionUrlAuthType") == "NONE":
            continue  # public, and the functions accept requests of the CDN alone
        if principal == "*" and statement.get("InvokedViaFunctionUrl") is True:
            continue
        return True
    return False


@pytest.mark.parametrize("stage", STAGES)
def test_a_stages_deployment_role_may_assume_only_its_own_roles(stage: str) -> None:
    properties = role(stage)
    [trust], [policy] = properties["AssumeRolePolicyDocument"]["Statement"], properties["Policies"]
    assert (trust["Action"], trust["Principal"]) == ("sts:AssumeRoleWithWebIdentity", {"Federated": {"Ref": "GitHub"}})
    assert trust["Condition"].keys() == {"StringEquals"}, "exact: StringLike would let a pattern in"
    [statement] = policy["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Action"]) == ("Allow", DEPLOYING)
    [*other] = {*STAGES} - {stage}
    for name, inside in ((f"{stage}-bets", stage), (f"{other[0]}-bets", stage), (f"{stage}-bets", other[0])):
        arn = f"arn:aws:iam::{ACCOUNTS[inside]}:role/paris-sportif-{name}"
        assert fnmatchcase(arn, statement["Resource"]["Fn::Sub"]) == (name.startswith(stage) and inside == stage), arn


@pytest.mark.parametrize(("stage", "other"), [STAGES, STAGES[::-1]])
def test_no_resource_policy_grants_access_to_the_other_stages_deployment_role(
    templates: dict[str, Node], stage: str, other: str
) -> None:
    """Across accounts a right needs two: the caller's policy, which here is wide, and one of the resource's own."""
    resources = templates[other]["Resources"] | account(other)
    statements = [
        key for key, resource in resources.items() if any(True for _ in granted(resource.get("Properties", {})))
    ]
    assert {resources[key]["Type"] for key in statements} >= {"AWS::IAM::Role", "AWS::SNS::TopicPolicy"}
    assert [key for key in statements if lets_in(other, resources[key]["Properties"], stage)] == []


@pytest.mark.parametrize(
    "principal",
    [
        "*",
        {"AWS": "*"},
        {"AWS": "arn:aws:iam::111111111111:root"},
        {"AWS": "arn:aws:iam::111111111111:role/paris-sportif-deploy-staging"},
        {"Service": "lambda.amazonaws.com", "AWS": "111111111111"},
    ],
)
def test_a_policy_that_would_let_them_in_is_found(principal: Any) -> None:
    trust = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    assert lets_in("production", {"AssumeRolePolicyDocument": {"Statement": [trust]}}, "staging")


def test_the_environment_of_one_stage_cannot_take_on_the_role_of_the_other() -> None:
    assert lets_in("production", role("staging"), "staging")
    assert not lets_in("production", role("production"), "staging")


def test_an_account_that_contains_the_other_stage_is_not_deployed_to() -> None:
    check_account("staging", ["paris-sportif/staging", "another/repository"])
    with pytest.raises(SecretsError, match="this account contains paris-sportif/production"):
        check_account("staging", ["paris-sportif/staging", "paris-sportif/production"])
