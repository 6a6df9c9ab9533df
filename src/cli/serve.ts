import { readConfig } from '../config.js';
import { startService } from '../service.js';
import type { FirstCode } from '../access/founding.js';
import type { DemoReport } from '../demo/loadDemo.js';
import { complain, EXIT } from './exits.js';
import { ProgressLine } from './output.js';

/** Runs the service until it is asked to stop (SIGTERM, Ctrl-C; asked twice, it does not wait). Ends the process. */
export async function serve(options: { readonly demo?: boolean }): Promise<void> {
  const config = readConfig();
  const line = new ProgressLine('demo');
  const service = await startService(
    config,
    options.demo === true
      ? {
          demo: {
            onProgress: (done, of) => {
              line.show(done, of);
            },
          },
        }
      : {},
  );
  line.end();
  const { masterKeyWarning } = service.core;
  if (masterKeyWarning !== null) console.log(`\n${masterKeyWarning}\n`);
  console.log(`Hoso: ${service.url}   OpenAPI: ${service.url}/docs`);
  if (service.codes.length > 0) console.log(codesText(service.codes, service.url));
  if (service.demo !== null) console.log(demoText(service.demo, service.url));
  let stopping = false;
  const stop = (code: number) => {
    if (stopping) process.exit(code === EXIT.done ? EXIT.interrupted : code);
    stopping = true;
    service.stop().then(
      () => process.exit(code),
      (error: unknown) => process.exit(complain(error)),
    );
  };
  process.on('SIGTERM', () => {
    stop(EXIT.done);
  });
  process.on('SIGINT', () => {
    stop(EXIT.done);
  });
  void service.lost.then((error) => {
    stop(complain(error));
  });
}

/** How to come in for the first time: nobody but the reader of this output can. */
function codesText(codes: readonly FirstCode[], url: string): string {
  return [
    '\nTài khoản chưa có mật khẩu, mã dùng một lần (24 giờ) / accounts without a password, one-time codes (24 hours):',
    ...codes.map(({ name, code }) => `  ${name}  ${code}`),
    'Đặt mật khẩu rồi đăng nhập / set a password, then log in:',
    `  curl -s ${url}/v1/sessions/password -H 'Content-Type: application/json' -d '{"name":"admin","code":"…","password":"…"}'`,
    `  curl -s ${url}/v1/sessions -H 'Content-Type: application/json' -d '{"name":"admin","password":"…"}'`,
  ].join('\n');
}

/** What to try next, with calls that work on the sample. */
function demoText({ outcome, persons, events, tour }: DemoReport, url: string): string {
  if (outcome === 'refused')
    return [
      'This log is not a demonstration’s: nothing was loaded. Give an empty HOSO_DATA_DIR for the sample.',
      'Nhật ký này không phải bản trình diễn: không nạp gì. Hãy dùng HOSO_DATA_DIR trống.',
    ].join('\n');
  const curl = `curl -s -H "Authorization: Bearer $TOKEN"`;
  const at = `${url}/v1/persons/${tour.corrected}`;
  return [
    `\nThành phố hư cấu / invented city: ${persons} persons, ${events} events. Try, with the token of a login in $TOKEN:`,
    '',
    '# who was this person on a day: as known before, and after, a correction of June 2026',
    `${curl} '${at}?asOf=2020-01-01&knownAt=2026-05-31'`,
    `${curl} '${at}?asOf=2020-01-01'`,
    '# the whole history, with both lines of the correction',
    `${curl} '${at}/history'`,
    `npx hoso history ${tour.corrected} --account admin --purpose 'thử / a try'`,
    '# a duplicate that was merged answers with the record that stays',
    `${curl} '${url}/v1/persons/${tour.merged}'`,
    '# a transfer that is recorded already and comes into force on 2026-12-01',
    `${curl} '${url}/v1/persons/${tour.future}/status?asOf=2026-12-01'`,
    '',
  ].join('\n');
}
