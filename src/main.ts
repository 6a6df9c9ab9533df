import { readConfig } from './config.js';
import { OperatorError } from './operatorError.js';
import { startService } from './service.js';

/** `npm start`: runs the service until it is asked to stop. */
async function main(): Promise<void> {
  const config = readConfig();
  const service = await startService(config);
  if (service.core.masterKeyWarning !== null) console.log(`\n${service.core.masterKeyWarning}\n`);
  console.log(`Hoso: ${service.url}   OpenAPI: ${service.url}/docs`);
  console.log(
    'Accounts come in a later release: the headers Hoso-Account and Hoso-Unit are trusted as they are. / Chưa có đăng nhập: dịch vụ tin các tiêu đề Hoso-Account và Hoso-Unit.',
  );
  let stopping = false;
  const stop = (code: number) => {
    // Asked twice: whoever asks does not want to wait.
    if (stopping) process.exit(code === 0 ? 1 : code);
    stopping = true;
    service.stop().then(
      () => process.exit(code),
      (error: unknown) => {
        complain(error);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', () => {
    stop(0);
  });
  process.on('SIGINT', () => {
    stop(0);
  });
  void service.lost.then((error) => {
    complain(error);
    stop(3);
  });
}

/** One clear line with its remedy; the stack only for those who ask (HOSO_DEBUG=1). */
function complain(error: unknown): void {
  if (error instanceof OperatorError && process.env['HOSO_DEBUG'] !== '1')
    console.error(`hoso: ${error.message}`);
  else console.error(error);
}

main().catch((error: unknown) => {
  complain(error);
  process.exit(1);
});
