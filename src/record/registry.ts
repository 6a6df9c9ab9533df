import type { Action } from './action.js';
import { appointedToGrade } from './actions/appointedToGrade.js';
import { appointedToPosition } from './actions/appointedToPosition.js';
import { died } from './actions/died.js';
import { dismissedFromPost } from './actions/dismissedFromPost.js';
import { leftService } from './actions/leftService.js';
import { movedOutOfCity } from './actions/movedOutOfCity.js';
import { movedToPartyBloc } from './actions/movedToPartyBloc.js';
import { paidByAmount } from './actions/paidByAmount.js';
import { recordOpened } from './actions/recordOpened.js';
import { recruited } from './actions/recruited.js';
import { reinstated } from './actions/reinstated.js';
import { retired } from './actions/retired.js';
import { stepRaisedRegular } from './actions/stepRaisedRegular.js';
import { transferred } from './actions/transferred.js';

/** Every personnel action there is. A new one is its file, its test, and a line here. */
export const ACTIONS: readonly Action[] = [
  recordOpened,
  recruited,
  reinstated,
  appointedToGrade,
  transferred,
  dismissedFromPost,
  appointedToPosition,
  stepRaisedRegular,
  paidByAmount,
  movedToPartyBloc,
  movedOutOfCity,
  retired,
  leftService,
  died,
];

const byType = new Map(ACTIONS.map((a) => [a.type, a]));

/** The action of this type; undefined when there is none. */
export function findAction(type: string): Action | undefined {
  return byType.get(type);
}

/** The action of this type. Throws UnknownAction: an unknown type stops whoever reads it, it is never skipped. */
export function actionOf(type: string): Action {
  const action = byType.get(type);
  if (action === undefined) throw new UnknownAction(type);
  return action;
}

export class UnknownAction extends Error {
  override readonly name = 'UnknownAction';
  constructor(readonly type: string) {
    super(
      `no personnel action of type ${type}: this release does not know it; upgrade before reading this log`,
    );
  }
}
