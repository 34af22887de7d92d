// osls's rule for logical names: sync_fixtures becomes SyncUnderscorefixtures.
const logicalName = (name) =>
  name[0].toUpperCase() + name.slice(1).replace(/-/g, 'Dash').replace(/_/g, 'Underscore');

module.exports = { logicalName };
