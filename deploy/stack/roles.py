"""One IAM role for each function, and for each schedule the scheduler's role, retries and dead letters."""

import json
from typing import Any

from deploy.logical_names import logical_name, role_name
from deploy.service import Service

ARNS = "arn:${AWS::Partition}:%s:${AWS::Region}:${AWS::AccountId}:"
LAMBDA = ARNS % "lambda" + "function:"
DEAD_LETTERS = {"Fn::GetAtt": ["JobsDeadLetters", "Arn"]}


def allow(actions: str | list[str], resources: Any) -> dict[str, Any]:
    """A statement of a policy."""
    return {"Effect": "Allow", "Action": actions, "Resource": resources}


def role(name: str, service: str, statements: list[dict[str, Any]]) -> dict[str, Any]:
    """A role for one of AWS's services.

    Named by us, since deploy/account.yml allows roles of the stage's own names alone; CloudFormation truncates its own.
    """
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    policy = {"Version": "2012-10-17", "Statement": statements}
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "RoleName": name,
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
            "Policies": [{"PolicyName": "own", "PolicyDocument": policy}],
        },
    }


def fragment(service: Service) -> dict[str, Any]:
    """Each function may write to its own log group, and invoke what `custom.invokes` lists.

    A job may also send its failed runs to the dead-letter queue, the backup job write to its bucket, and the job of the
    record read and write in its own. A job that works in pages invokes itself (docs/decisions/work-in-pages.md).
    """
    resources, extensions = dict[str, Any](), dict[str, Any]()
    arns = {name: {"Fn::Sub": f"{LAMBDA}{service.name}-{name}"} for name in service.functions}
    for name, function in service.functions.items():
        log = {"Fn::Sub": f"{ARNS % 'logs'}log-group:/aws/lambda/{service.name}-{name}:*"}
        statements = [allow(["logs:CreateLogStream", "logs:PutLogEvents"], log)]
        if function.schedules:  # Lambda sends a failed run with the function's own rights
            statements.append(allow("sqs:SendMessage", DEAD_LETTERS))
        if invoked := service.config["custom"]["invokes"].get(name):
            statements.append(allow("lambda:InvokeFunction", [arns[other] for other in invoked]))
            if name in invoked:  # else Lambda stops a run that continues itself after 16 times
                extensions[f"{logical_name(name)}LambdaFunction"] = {"Properties": {"RecursiveLoop": "Allow"}}
        if "BACKUP_BUCKET" in function.environment:
            statements += [
                allow("s3:ListBucket", {"Fn::GetAtt": ["Backups", "Arn"]}),
                allow(["s3:PutObject", "s3:AbortMultipartUpload", "s3:DeleteObject"], {"Fn::Sub": "${Backups.Arn}/*"}),
            ]
        if "RECORD_BUCKET" in function.environment:
            statements += [
                allow("s3:ListBucket", {"Fn::GetAtt": ["Record", "Arn"]}),
                allow(["s3:GetObject", "s3:PutObject"], {"Fn::Sub": "${Record.Arn}/record/*"}),
            ]
        resources[role_name(name)] = role(f"{service.name}-{name}", "lambda.amazonaws.com", statements)
        # An extension replaces Target whole. By default the scheduler would retry an undelivered event for a day.
        target = {
            "Arn": {"Fn::GetAtt": [f"{logical_name(name)}LambdaFunction", "Arn"]},
            "RoleArn": {"Fn::GetAtt": ["SchedulerRole", "Arn"]},
            "RetryPolicy": {"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 300},
            "DeadLetterConfig": {"Arn": DEAD_LETTERS},
        }
        for number, schedule in enumerate(function.schedules, 1):
            event = {"Input": json.dumps(schedule.event)} if schedule.event else {}
            extensions[f"{logical_name(name)}SchedulerSchedule{number}"] = {"Properties": {"Target": target | event}}
    jobs = [arns[name] for name, function in service.functions.items() if function.schedules]
    statements = [allow("lambda:InvokeFunction", jobs), allow("sqs:SendMessage", DEAD_LETTERS)]
    resources["SchedulerRole"] = role(f"{service.name}-schedules", "scheduler.amazonaws.com", statements)
    return {"Resources": resources, "extensions": extensions}
