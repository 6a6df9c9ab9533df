// npm run check:dependencies: known vulnerabilities of what the service runs on, where the registry tells of them.
import console from 'node:console';
import { spawnSync } from 'node:child_process';
import process from 'node:process';

const { stdout, stderr } = spawnSync('npm', ['audit', '--omit=dev', '--json'], {
  encoding: 'utf8',
  shell: process.platform === 'win32',
});
const report = (() => {
  try {
    return JSON.parse(stdout);
  } catch {
    return {};
  }
})();
const counts = report.metadata?.vulnerabilities;
if (counts === undefined) {
  console.log('NOT CHECKED: this registry does not tell of known vulnerabilities.');
  console.log(String(report.message ?? stderr).split('\n')[0]);
  process.exit(0);
}
for (const [name, { severity, range }] of Object.entries(report.vulnerabilities ?? {}))
  console.log(`${severity}: ${name} ${range}`);
console.log(`${counts.total} known vulnerabilities in ${report.metadata.dependencies?.prod ?? '?'} packages`);
process.exit(counts.high + counts.critical > 0 ? 1 : 0);
