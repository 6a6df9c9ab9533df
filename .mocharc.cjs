const { availableParallelism } = require('node:os');

// Long files first: what begins last must not be what takes longest.
module.exports = {
  spec: [
    'dist/test/**/*.e2e.js',
    'dist/test/demo/loadDemo.unit.js',
    'dist/test/**/*.int.js',
    'dist/test/**/!(loadDemo).unit.js',
  ],
  require: ['dist/test/support/postgres.js'],
  'node-option': ['enable-source-maps'],
  parallel: true,
  jobs: Math.max(2, Math.min(4, availableParallelism() - 1)),
  timeout: 60000,
};
