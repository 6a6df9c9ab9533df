/** How the parameters of time are described in the OpenAPI document. */
import { ApiQuery } from '@nestjs/swagger';

export const AS_OF = ApiQuery({
  name: 'asOf',
  required: false,
  description: 'Vào ngày (mặc định hôm nay) / in force on this day (default: today in Vietnam)',
  schema: { type: 'string', format: 'date' },
});

export const KNOWN_AT = ApiQuery({
  name: 'knownAt',
  required: false,
  description:
    'Theo những gì đã biết: số thứ tự, ngày (hết ngày đó) hoặc thời điểm / as known at: a sequence, a day (its end), or a moment',
  schema: { type: 'string' },
});
