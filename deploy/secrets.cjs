// The parameters that secrets come by: every `!Ref` in `custom.secrets` and in what all functions are told. References that
// CloudFormation resolves itself would be some 290, of the 60 that a template may have (docs/decisions/secrets.md).

const refs = (value) =>
  value === null || typeof value !== 'object' ? [] : value.Ref ? [value.Ref] : Object.values(value).flatMap(refs);

module.exports = async ({ resolveConfigurationProperty }) => {
  const names = new Set([
    ...refs(await resolveConfigurationProperty(['custom', 'secrets'])),
    ...refs(await resolveConfigurationProperty(['provider', 'environment'])),
  ]);
  names.delete('Backups'); // a resource of the template
  return { Parameters: Object.fromEntries([...names].map((name) => [name, { Type: 'String', NoEcho: true }])) };
};
