// What watches a stage: alarms, the dashboard, the budget. Every alarm stands in docs/runbook.md; a test holds the two
// together. What each costs, and why some are of the whole account: docs/decisions/alarms.md.

const { logicalName } = require('./names.cjs');

const OURS = 'ParisSportif'; // the namespace that shared/runtime writes its metrics under
const TOPIC = [{ Ref: 'Alarms' }];

const alarm = (name, description, metric, { threshold, periods = 1, missing = 'notBreaching', below, quiet }) => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    AlarmName: name,
    AlarmDescription: description,
    ...metric,
    EvaluationPeriods: periods,
    Threshold: threshold,
    ComparisonOperator: below ? 'LessThanThreshold' : 'GreaterThanOrEqualToThreshold',
    TreatMissingData: missing,
    ...(!quiet && { AlarmActions: TOPIC, OKActions: TOPIC }),
  },
});

const sum = (Namespace, MetricName, Period, Dimensions = []) => ({
  Namespace,
  MetricName,
  Period,
  Statistic: 'Sum',
  ...(Dimensions.length && { Dimensions }),
});

// How fast what may fail of a month (one answer in two hundred, 3.6 hours) is being used up. 14.4 times as fast as it may
// for an hour takes 2 % of it, 6 times for six hours 5 %; the shorter of two windows says that it goes on.
// Source: Google, The Site Reliability Workbook, chapter 5, "Multiwindow, Multi-Burn-Rate Alerts", for 30 days.
const UNAVAILABLE = 0.005; // R5: 99.5 %
const BURNS = [
  { rate: 14.4, windows: { '1h': 3600, '5m': 300 } },
  { rate: 6, windows: { '6h': 21600, '30m': 1800 } },
];
const FEWEST = 5; // errors in the longest window: of few readers one is a large share

// Of each request `Errors` is 1 or 0, so its average is the share that failed. Only all of it together rings.
const errorBudget = (prefix, ofStage) => {
  const errors = (seconds) => sum(OURS, 'Errors', seconds, ofStage);
  const fewest = `${prefix}-error-budget-fewest`;
  const parts = {
    ErrorBudgetFewestAlarm: alarm(fewest, `${FEWEST} errors in six hours.`, errors(21600), {
      threshold: FEWEST,
      quiet: true,
    }),
  };
  const burning = BURNS.map(({ rate, windows }) => {
    const names = Object.entries(windows).map(([window, seconds]) => {
      const name = `${prefix}-error-budget-${window}`;
      const said = `Errors over ${window} use the month's up ${rate} times as fast as they may.`;
      const share = { ...errors(seconds), Statistic: 'Average' };
      const threshold = Number((rate * UNAVAILABLE).toFixed(4)); // without what binary fractions add
      parts[`ErrorBudget${window}Alarm`] = alarm(name, said, share, { threshold, quiet: true });
      return `ALARM("${name}")`;
    });
    return `(${names.join(' AND ')})`;
  });
  const ErrorBudgetAlarm = {
    Type: 'AWS::CloudWatch::CompositeAlarm',
    DependsOn: Object.keys(parts), // the rule knows them by name alone
    Properties: {
      AlarmName: `${prefix}-error-budget`,
      AlarmDescription: 'So many answers fail that 99.5 % of the month will not be reached.',
      AlarmRule: `ALARM("${fewest}") AND (${burning.join(' OR ')})`,
      AlarmActions: TOPIC,
      OKActions: TOPIC,
    },
  };
  return { ...parts, ErrorBudgetAlarm };
};

// Whole hours after which a job that did not start is missed: one more than between two starts, or two more where the
// clocks of Paris may go back in between.
const pause = (rates) => {
  const hours = rates.join(' ').split(' ')[1];
  return /^\d+$/.test(hours) ? 26 : 13;
};

const chart = (x, y, title, metrics, more = {}) => ({
  type: 'metric',
  x,
  y,
  width: 8,
  height: 6,
  properties: { title, metrics, region: '${AWS::Region}', view: 'timeSeries', period: 300, ...more },
});

const dashboard = (prefix, stage) => {
  const ours = (name, stat, more = {}) => [OURS, name, 'stage', stage, { stat, ...more }];
  const lambda = (metric, stat) => [
    { expression: `SEARCH('{AWS/Lambda,FunctionName} MetricName="${metric}" "${prefix}-"', '${stat}', 300)`, id: 'e1' },
  ];
  const front = (metric, stat) => ['AWS/CloudFront', metric, 'Region', 'Global', 'DistributionId', '${Front}', { stat }];
  const global = { region: 'us-east-1' }; // the only place where the front and the bill are told
  return [
    chart(0, 0, 'Answers: p50 and p95 in ms (goals: 100, 300)', [ours('Milliseconds', 'p50'), ours('Milliseconds', 'p95')]),
    chart(8, 0, 'Availability in % (goal: 99.5)', [
      ours('Requests', 'Sum', { id: 'all', visible: false }),
      ours('Errors', 'Sum', { id: 'failed', visible: false }),
      [{ expression: '100 * (1 - FILL(failed, 0) / all)', label: 'answered', id: 'answered' }],
    ]),
    chart(16, 0, 'Requests, errors, commands of Redis', [
      ours('Requests', 'Sum'),
      ours('Errors', 'Sum'),
      ours('RedisCommands', 'Sum'),
    ]),
    chart(0, 6, 'Jobs: runs and failures', [ours('JobRuns', 'Sum'), ours('JobFailures', 'Sum')], { period: 3600 }),
    chart(8, 6, 'Stripe: events that failed, were not signed, never came', [
      ours('WebhookFailures', 'Sum'),
      ours('WebhookRefusals', 'Sum'),
      ours('EventsMissed', 'Sum'),
    ]),
    chart(16, 6, 'Credits of The Odds API left; what sources brought that did not fit', [
      ours('CreditsLeft', 'Minimum'),
      ours('SourceFaults', 'Sum'),
    ], { period: 3600 }),
    chart(0, 12, 'Runs that died, by function', [lambda('Errors', 'Sum')]),
    chart(8, 12, 'Runs refused, by function', [lambda('Throttles', 'Sum')]),
    chart(16, 12, 'Runs at the same time, by function', [lambda('ConcurrentExecutions', 'Maximum')]),
    chart(0, 18, 'The front: requests', [front('Requests', 'Sum')], global),
    chart(8, 18, 'The front: 5xx in %', [front('5xxErrorRate', 'Average')], global),
    chart(16, 18, 'The bill of the month in $', [['AWS/Billing', 'EstimatedCharges', 'Currency', 'USD', { stat: 'Maximum' }]], {
      ...global,
      period: 21600,
    }),
  ];
};

module.exports = async ({ resolveConfigurationProperty, resolveVariable }) => {
  const functions = await resolveConfigurationProperty(['functions']);
  const stage = await resolveVariable('sls:stage');
  const prefix = `${await resolveVariable('self:service')}-${stage}`;
  const budget = await resolveConfigurationProperty(['custom', 'budget_usd']);
  const ofStage = [{ Name: 'stage', Value: stage }];
  const { Statistic, ...milliseconds } = sum(OURS, 'Milliseconds', 300, ofStage);

  const Resources = {
    HttpErrorsAlarm: alarm(
      `${prefix}-http-errors`,
      'Five requests in five minutes ended with a status of 500 or more.',
      sum(OURS, 'Errors', 300, ofStage),
      { threshold: 5 },
    ),
    SlowAnswersAlarm: alarm(
      `${prefix}-slow-answers`,
      'For a quarter of an hour one answer in twenty took longer than a second.',
      { ...milliseconds, ExtendedStatistic: 'p95' },
      { threshold: 1000, periods: 3 },
    ),
    WebhookFailuresAlarm: alarm(
      `${prefix}-webhook-failures`,
      "Three events that Stripe had signed were not taken in a quarter of an hour.",
      sum(OURS, 'WebhookFailures', 900, ofStage),
      { threshold: 3 },
    ),
    EventsMissedAlarm: alarm(
      `${prefix}-events-missed`,
      'The night found a subscription that had changed, and no event of Stripe had told us.',
      sum(OURS, 'EventsMissed', 86400, ofStage),
      { threshold: 1 },
    ),
    RedisCommandsAlarm: alarm(
      `${prefix}-redis-commands`,
      'Requests sent 5,000 commands to Redis in an hour: at this rate 500,000 are gone in four days.',
      sum(OURS, 'RedisCommands', 3600, ofStage),
      { threshold: 5000 },
    ),
    SourceFaultsAlarm: alarm(
      `${prefix}-source-faults`,
      'A source brought something for the first time that could not be taken as it was.',
      sum(OURS, 'SourceFaults', 86400, ofStage),
      { threshold: 1 },
    ),
    ...errorBudget(prefix, ofStage),
    FunctionErrorsAlarm: alarm(
      `${prefix}-function-errors`,
      'Five runs in five minutes died, of any function in this account: a crash, no memory, no time.',
      sum('AWS/Lambda', 'Errors', 300),
      { threshold: 5 },
    ),
    ThrottlesAlarm: alarm(
      `${prefix}-throttles`,
      'Twenty runs in five minutes were refused for want of concurrency, of any function in this account.',
      sum('AWS/Lambda', 'Throttles', 300),
      { threshold: 20 },
    ),
    AlarmsPolicy: {
      Type: 'AWS::SNS::TopicPolicy',
      Properties: {
        Topics: [{ Ref: 'Alarms' }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: ['cloudwatch.amazonaws.com', 'budgets.amazonaws.com'] },
              Action: 'sns:Publish',
              Resource: { Ref: 'Alarms' },
              Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
            },
          ],
        },
      },
    },
    Budget: {
      Type: 'AWS::Budgets::Budget',
      DependsOn: ['AlarmsPolicy'],
      Properties: {
        Budget: {
          BudgetName: `${prefix}-month`,
          BudgetType: 'COST',
          TimeUnit: 'MONTHLY',
          BudgetLimit: { Amount: budget, Unit: 'USD' },
        },
        NotificationsWithSubscribers: ['ACTUAL', 'FORECASTED'].map((NotificationType) => ({
          Notification: { NotificationType, ComparisonOperator: 'GREATER_THAN', Threshold: 100 },
          Subscribers: [{ SubscriptionType: 'SNS', Address: { Ref: 'Alarms' } }],
        })),
      },
    },
    Dashboard: {
      Type: 'AWS::CloudWatch::Dashboard',
      Properties: {
        DashboardName: prefix,
        DashboardBody: { 'Fn::Sub': JSON.stringify({ widgets: dashboard(prefix, stage) }) },
      },
    },
  };
  for (const [name, { events = [] }] of Object.entries(functions)) {
    const rates = events.filter((event) => event.schedule).flatMap((event) => event.schedule.rate);
    if (rates.length) {
      const hours = pause(rates);
      Resources[`${logicalName(name)}UnseenAlarm`] = alarm(
        `${prefix}-${name}-unseen`,
        `${name} was not started for ${hours} hours.`,
        sum('AWS/Lambda', 'Invocations', 3600, [{ Name: 'FunctionName', Value: `${prefix}-${name}` }]),
        { threshold: 1, periods: hours, missing: 'breaching', below: true },
      );
    }
  }
  return { Resources };
};
