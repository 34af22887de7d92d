// osls's rule for logical names: sync_fixtures becomes SyncUnderscorefixtures.
const logicalName = (name) =>
  name[0].toUpperCase() + name.slice(1).replace(/-/g, 'Dash').replace(/_/g, 'Underscore');

// The parameter of a setting's secret: DATABASE_URL becomes DatabaseUrl.
const parameterName = (setting) => setting.toLowerCase().replace(/(^|_)(.)/g, (_, __, first) => first.toUpperCase());

module.exports = { logicalName, parameterName };
