import type { AttachmentDesk } from './attachmentDesk.js';

interface Logger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

const EVERY_MS = 3_600_000;

/** Tidies the scans now and every hour. Answers what ends it, once what is under way is done. */
export function keepTidy(attachments: Pick<AttachmentDesk, 'tidy'>, logger: Logger): () => Promise<void> {
  const tidy = async () => {
    try {
      const removed = await attachments.tidy();
      if (removed > 0) logger.info({ removed }, 'scans that nothing has named for a day were removed');
    } catch (error) {
      const trouble = error instanceof Error ? error.message : String(error);
      logger.warn({ trouble }, 'scans could not be tidied this time; trying again in an hour');
    }
  };
  let work = tidy();
  const timer = setInterval(() => {
    work = work.then(tidy);
  }, EVERY_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await work;
  };
}
