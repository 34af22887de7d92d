// CloudFormation that osls has no keys for, derived from `functions` in serverless.yml:
// one role per function (its own log group, for a job the dead-letter queue, and the functions that `custom.invokes` lets
// it invoke, or the bucket of backups), and for each schedule the scheduler's own role, retries and dead letters.

const { logicalName } = require('./names.cjs');

const LOGS = 'arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/lambda';
const LAMBDA = 'arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function';
const DEAD_LETTERS = { 'Fn::GetAtt': ['JobsDeadLetters', 'Arn'] };

const allow = (action, resource) => ({ Effect: 'Allow', Action: action, Resource: resource });

// Named, for deploy/account.yml lets a stage be deployed with roles of its own names alone; CloudFormation cuts those it makes.
const role = (name, service, statements) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    RoleName: name,
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
    },
    Policies: [{ PolicyName: 'own', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
  },
});

module.exports = async ({ resolveConfigurationProperty, resolveVariable }) => {
  const functions = await resolveConfigurationProperty(['functions']);
  const invokes = await resolveConfigurationProperty(['custom', 'invokes']);
  const prefix = `${await resolveVariable('self:service')}-${await resolveVariable('sls:stage')}`;
  const Resources = {};
  const extensions = {};
  const scheduled = [];

  for (const [name, { role: roleName, environment, events = [] }] of Object.entries(functions)) {
    const statements = [
      allow(['logs:CreateLogStream', 'logs:PutLogEvents'], { 'Fn::Sub': `${LOGS}/${prefix}-${name}:*` }),
    ];
    const schedules = events.filter((event) => event.schedule).flatMap((event) => event.schedule.rate);
    if (schedules.length) {
      statements.push(allow('sqs:SendMessage', DEAD_LETTERS)); // the failed run, sent by Lambda in the function's name
      scheduled.push({ 'Fn::Sub': `${LAMBDA}:${prefix}-${name}` });
    }
    if (invokes[name]) {
      const others = invokes[name].map((other) => ({ 'Fn::Sub': `${LAMBDA}:${prefix}-${other}` }));
      statements.push(allow('lambda:InvokeFunction', others));
    }
    if (environment.BACKUP_BUCKET) {
      statements.push(
        allow('s3:ListBucket', { 'Fn::GetAtt': ['Backups', 'Arn'] }),
        allow(['s3:PutObject', 's3:AbortMultipartUpload', 's3:DeleteObject'], { 'Fn::Sub': '${Backups.Arn}/*' }),
      );
    }
    Resources[roleName] = role(`${prefix}-${name}`, 'lambda.amazonaws.com', statements);

    // An extension replaces Target whole. Left alone, the scheduler would retry an undelivered event for a day.
    schedules.forEach((_, i) => {
      extensions[`${logicalName(name)}SchedulerSchedule${i + 1}`] = {
        Properties: {
          Target: {
            Arn: { 'Fn::GetAtt': [`${logicalName(name)}LambdaFunction`, 'Arn'] },
            RoleArn: { 'Fn::GetAtt': ['SchedulerRole', 'Arn'] },
            RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 300 },
            DeadLetterConfig: { Arn: DEAD_LETTERS },
          },
        },
      };
    });
  }

  Resources.SchedulerRole = role(`${prefix}-schedules`, 'scheduler.amazonaws.com', [
    allow('lambda:InvokeFunction', scheduled),
    allow('sqs:SendMessage', DEAD_LETTERS),
  ]);
  return { Resources, extensions };
};
