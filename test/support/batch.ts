/** A decision about many persons, as the tests send it. */
import type { Client } from './api.js';

/** Persons on step 1 of a grade since 2013, each at revision 2. */
export async function personsOnStepOne(client: Client, count: number): Promise<string[]> {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const id = await client.open();
      await client.fact(id, 'recruited', '2013-01-01');
      await client.fact(id, 'appointed_to_grade', '2013-01-01', { grade: '01.003', step: 1 });
      return id;
    }),
  );
}

/** Their raise to step 2, as a part of the batch. */
export function raiseOf(id: string): object {
  const data = { grade: '01.003', step: 2 };
  const changes = [{ kind: 'record', action: 'step_raised_regular', effective: '2016-01-01', data }];
  return { id, revision: 2, changes };
}
