"""A version of each HTTP function per release, and the alias `live` that its URL targets.

CodeDeploy shifts the alias gradually, and back when an alarm fires (docs/decisions/gradual-releases.md).
"""

import hashlib
from typing import Any

from deploy.logical_names import logical_name
from deploy.service import Service
from deploy.stack.roles import ARNS, LAMBDA, allow, role

ALIAS = "live"
ALARMS = ("HttpErrorsAlarm", "FunctionErrorsAlarm")
"""Those that stop a release and take it back."""


def fragment(service: Service, release: str) -> dict[str, Any]:
    """Versions, aliases, deployment groups and CodeDeploy's role.

    A version is immutable: each release creates new ones under new logical names, and leaves the old for a rollback.
    """
    names = [name for name, function in service.functions.items() if function.routes]
    aliases = [{"Fn::Sub": f"{LAMBDA}{service.name}-{name}:{ALIAS}"} for name in names]
    statements = [
        allow(["lambda:GetAlias", "lambda:UpdateAlias", "lambda:GetProvisionedConcurrencyConfig"], aliases),
        allow("cloudwatch:DescribeAlarms", {"Fn::Sub": f"{ARNS % 'cloudwatch'}alarm:{service.name}-*"}),
    ]
    resources: dict[str, Any] = {
        "Releases": {"Type": "AWS::CodeDeploy::Application", "Properties": {"ComputePlatform": "Lambda"}},
        "ReleasesRole": role(f"{service.name}-releases", "codedeploy.amazonaws.com", statements),
    }
    extensions: dict[str, Any] = {}
    for prefix in map(logical_name, names):
        version, alias = f"{prefix}Version{hashlib.sha256(release.encode()).hexdigest()[:8]}", f"{prefix}Live"
        function = {"Ref": f"{prefix}LambdaFunction"}
        resources[version] = {
            "Type": "AWS::Lambda::Version",
            # A version of a release that CloudFormation undid is deleted: a rollback by hand would find it.
            "DeletionPolicy": "RetainExceptOnCreate",
            "UpdateReplacePolicy": "Retain",
            "Properties": {"FunctionName": function, "Description": release},
        }
        resources[f"{prefix}Releases"] = _deployment_group(service.params["deployment_config"])
        group = {"ApplicationName": {"Ref": "Releases"}, "DeploymentGroupName": {"Ref": f"{prefix}Releases"}}
        resources[alias] = {
            "Type": "AWS::Lambda::Alias",
            "UpdatePolicy": {"CodeDeployLambdaAliasUpdate": group},
            "Properties": {
                "Name": ALIAS,
                "FunctionName": function,
                "FunctionVersion": {"Fn::GetAtt": [version, "Version"]},
            },
        }
        extensions[f"{prefix}LambdaFunctionUrl"] = {"DependsOn": [alias], "Properties": {"Qualifier": ALIAS}}
        for permission in ("LambdaPermissionFnUrl", "LambdaPermissionFn"):
            extensions[f"{prefix}{permission}"] = {"Properties": {"FunctionName": {"Ref": alias}}}
    return {"Resources": resources, "extensions": extensions}


def _deployment_group(config: str) -> dict[str, Any]:
    return {
        "Type": "AWS::CodeDeploy::DeploymentGroup",
        "Properties": {
            "ApplicationName": {"Ref": "Releases"},
            "ServiceRoleArn": {"Fn::GetAtt": ["ReleasesRole", "Arn"]},
            "DeploymentConfigName": config,
            "DeploymentStyle": {"DeploymentType": "BLUE_GREEN", "DeploymentOption": "WITH_TRAFFIC_CONTROL"},
            "AlarmConfiguration": {"Enabled": True, "Alarms": [{"Name": {"Ref": alarm}} for alarm in ALARMS]},
            "AutoRollbackConfiguration": {
                "Enabled": True,
                "Events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"],
            },
        },
    }
