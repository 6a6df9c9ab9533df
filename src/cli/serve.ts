import { readConfig } from '../config.js';
import { startService } from '../service.js';
import { complain, EXIT } from './exits.js';

/** Runs the service until it is asked to stop (SIGTERM, Ctrl-C; asked twice, it does not wait). Ends the process. */
export async function serve(options: { readonly demo?: boolean }): Promise<void> {
  const config = readConfig();
  const service = await startService(config);
  const { masterKeyWarning } = service.core;
  if (masterKeyWarning !== null) console.log(`\n${masterKeyWarning}\n`);
  console.log(`Hoso: ${service.url}   OpenAPI: ${service.url}/docs`);
  console.log(
    'Accounts come in a later release: the headers Hoso-Account and Hoso-Unit are trusted as they are.',
  );
  console.log('Chưa có đăng nhập: dịch vụ tin các tiêu đề Hoso-Account và Hoso-Unit.');
  if (options.demo === true)
    console.log('The demonstration sample is not part of this build yet; the log stays as it is.');
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
