// A plugin of osls: the values of the template's parameters, which `python -m deploy.secrets` wrote into SECRETS. Set only
// when the stack is about to change: earlier, osls would write them to a file that it uploads, and the stack's very first
// template, which has no parameters, would be refused with them.

module.exports = class {
  constructor(serverless) {
    const tell = () => {
      if (!process.env.SECRETS) {
        throw new serverless.classes.Error('SECRETS is not set: `make deploy` sets it (docs/deployment.md)');
      }
      serverless.service.provider.stackParameters = Object.entries(JSON.parse(process.env.SECRETS)).map(
        ([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue }),
      );
    };
    this.hooks = { 'before:aws:deploy:deploy:updateStack': tell, 'before:rollback:rollback': tell };
  }
};
