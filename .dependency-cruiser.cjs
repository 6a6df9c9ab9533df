/** The import rule of the design: record and rules import nothing of the rest; engines know no domain. */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'the-core-is-pure',
      comment: 'record and rules import only themselves and the validation library',
      severity: 'error',
      from: { path: '^src/(record|rules)/' },
      to: {
        pathNot:
          '^src/(record|rules)/|^src/(fieldGroups|dates)\\.ts$|node_modules/(class-validator|class-transformer|temporal-polyfill)/',
      },
    },
    {
      name: 'engines-know-no-domain',
      severity: 'error',
      from: { path: '^src/(event-log|sealing|postgres)/' },
      to: {
        path: '^src/(record|rules|organisation|catalogues|reference|recording|destruction|api|importing|projecting)/|^projections/',
      },
    },
    {
      name: 'the-verifier-stands-alone',
      comment: 'hoso-verify is one file that needs nothing but Node',
      severity: 'error',
      from: { path: '^src/verifier/' },
      to: { dependencyTypesNot: ['core'] },
    },
    {
      name: 'api-knows-no-engine',
      comment: 'the API speaks to commands and queries, not to tables or engines',
      severity: 'error',
      from: { path: '^src/api/' },
      to: { path: '^src/event-log/(postgres|memory|eventstoredb)/|node_modules/pg/' },
    },
    {
      name: 'nothing-imports-the-edges',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(main|cli|service|api)' },
      to: { path: '^src/(api|cli|main|service)' },
    },
    {
      name: 'product-does-not-need-tests',
      severity: 'error',
      from: { path: '^(src|projections)/' },
      to: { path: '^test/' },
    },
    {
      name: 'no-dev-dependency',
      severity: 'error',
      from: { path: '^(src|projections)/' },
      to: { dependencyTypes: ['npm-dev'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
