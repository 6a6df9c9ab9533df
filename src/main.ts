import { complain } from './cli/exits.js';
import { serve } from './cli/serve.js';

/** `npm start [-- --demo]`: the same as `hoso serve`. */
serve({ demo: process.argv.includes('--demo') }).catch((error: unknown) => {
  process.exit(complain(error));
});
