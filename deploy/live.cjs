// What readers reach: of each function that answers HTTP a version of this release, and an alias `live` that its URL aims
// at. A deployment lets CodeDeploy move the alias gradually, and back by itself when an alarm rings. Why so, and how the
// way back is gone by hand: docs/decisions/gradual-releases.md.

const { createHash } = require('node:crypto');

const { logicalName } = require('./names.cjs');

const ALIAS = 'live';
const ARNS = 'arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function';

module.exports = async ({ resolveConfigurationProperty, resolveVariable }) => {
  const functions = await resolveConfigurationProperty(['functions']);
  const release = await resolveConfigurationProperty(['custom', 'release']);
  const shift = await resolveVariable('param:shift');
  const prefix = `${await resolveVariable('self:service')}-${await resolveVariable('sls:stage')}`;
  // A version never changes: each release makes new ones, under new names, and leaves the old ones for the way back.
  const mark = createHash('sha256').update(String(release)).digest('hex').slice(0, 8);
  const answering = Object.keys(functions).filter((name) => functions[name].url);

  const Resources = {
    Releases: { Type: 'AWS::CodeDeploy::Application', Properties: { ComputePlatform: 'Lambda' } },
    ReleasesRole: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: `${prefix}-releases`,
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: 'codedeploy.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
        Policies: [
          {
            PolicyName: 'own',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [
                {
                  Effect: 'Allow',
                  Action: ['lambda:GetAlias', 'lambda:UpdateAlias', 'lambda:GetProvisionedConcurrencyConfig'],
                  Resource: answering.map((name) => ({ 'Fn::Sub': `${ARNS}:${prefix}-${name}:${ALIAS}` })),
                },
                {
                  Effect: 'Allow',
                  Action: 'cloudwatch:DescribeAlarms',
                  Resource: { 'Fn::Sub': `arn:\${AWS::Partition}:cloudwatch:\${AWS::Region}:\${AWS::AccountId}:alarm:${prefix}-*` },
                },
              ],
            },
          },
        ],
      },
    },
  };
  const extensions = {};
  for (const name of answering) {
    const logical = logicalName(name);
    Resources[`${logical}Version${mark}`] = {
      Type: 'AWS::Lambda::Version',
      // Of a release that CloudFormation took back nothing may stay: the way back by hand would find it.
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: { FunctionName: { Ref: `${logical}LambdaFunction` }, Description: String(release) },
    };
    Resources[`${logical}Releases`] = {
      Type: 'AWS::CodeDeploy::DeploymentGroup',
      Properties: {
        ApplicationName: { Ref: 'Releases' },
        ServiceRoleArn: { 'Fn::GetAtt': ['ReleasesRole', 'Arn'] },
        DeploymentConfigName: shift,
        DeploymentStyle: { DeploymentType: 'BLUE_GREEN', DeploymentOption: 'WITH_TRAFFIC_CONTROL' },
        AlarmConfiguration: {
          Enabled: true,
          Alarms: ['HttpErrorsAlarm', 'FunctionErrorsAlarm'].map((alarm) => ({ Name: { Ref: alarm } })),
        },
        AutoRollbackConfiguration: {
          Enabled: true,
          Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'],
        },
      },
    };
    Resources[`${logical}Live`] = {
      Type: 'AWS::Lambda::Alias',
      UpdatePolicy: {
        CodeDeployLambdaAliasUpdate: {
          ApplicationName: { Ref: 'Releases' },
          DeploymentGroupName: { Ref: `${logical}Releases` },
        },
      },
      Properties: {
        Name: ALIAS,
        FunctionName: { Ref: `${logical}LambdaFunction` },
        FunctionVersion: { 'Fn::GetAtt': [`${logical}Version${mark}`, 'Version'] },
      },
    };
    extensions[`${logical}LambdaFunctionUrl`] = {
      DependsOn: [`${logical}Live`],
      Properties: { Qualifier: ALIAS },
    };
    for (const permission of ['LambdaPermissionFnUrl', 'LambdaPermissionFn']) {
      extensions[`${logical}${permission}`] = { Properties: { FunctionName: { Ref: `${logical}Live` } } };
    }
  }
  return { Resources, extensions };
};
