// A plugin of osls: passes the values that `python -m deploy.secrets` wrote into SECRETS as parameters of the stack.
// Only right before the stack changes: earlier osls would write them into a file that it uploads, and CloudFormation would
// refuse them with the stack's first template, which has no parameters (docs/decisions/stack-in-python.md).
module.exports = class {
  constructor(serverless) {
    const setParameters = () => {
      if (!process.env.SECRETS) {
        throw new serverless.classes.Error('SECRETS is not set: `make deploy` sets it (docs/operate/deployment.md)');
      }
      serverless.service.provider.stackParameters = Object.entries(JSON.parse(process.env.SECRETS)).map(
        ([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue }),
      );
    };
    this.hooks = { 'before:aws:deploy:deploy:updateStack': setParameters, 'before:rollback:rollback': setParameters };
  }
};
