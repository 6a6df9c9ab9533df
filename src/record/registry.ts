import type { Action } from './action.js';
import { academicTitleAwarded } from './actions/academicTitleAwarded.js';
import { actingAssigned } from './actions/actingAssigned.js';
import { actingEnded } from './actions/actingEnded.js';
import { allowanceEnded } from './actions/allowanceEnded.js';
import { allowanceGranted } from './actions/allowanceGranted.js';
import { appointedProfessionalTitle } from './actions/appointedProfessionalTitle.js';
import { appointedToGrade } from './actions/appointedToGrade.js';
import { appointedToPosition } from './actions/appointedToPosition.js';
import { assetDeclared } from './actions/assetDeclared.js';
import { beyondFrameGranted } from './actions/beyondFrameGranted.js';
import { beyondFrameRaised } from './actions/beyondFrameRaised.js';
import { cardIssued } from './actions/cardIssued.js';
import { contractEnded } from './actions/contractEnded.js';
import { died } from './actions/died.js';
import { disciplined } from './actions/disciplined.js';
import { disciplineLapsed } from './actions/disciplineLapsed.js';
import { disciplineRevoked } from './actions/disciplineRevoked.js';
import { dismissedFromPost } from './actions/dismissedFromPost.js';
import { dismissedFromService } from './actions/dismissedFromService.js';
import { disputed } from './actions/disputed.js';
import { disputeResolved } from './actions/disputeResolved.js';
import { elected } from './actions/elected.js';
import { emulationTitleAwarded } from './actions/emulationTitleAwarded.js';
import { evaluated } from './actions/evaluated.js';
import { familyRelationChanged } from './actions/familyRelationChanged.js';
import { familyRelationRecorded } from './actions/familyRelationRecorded.js';
import { foreignTravel } from './actions/foreignTravel.js';
import { gradeChanged } from './actions/gradeChanged.js';
import { gradePromoted } from './actions/gradePromoted.js';
import { honoraryTitleAwarded } from './actions/honoraryTitleAwarded.js';
import { incomeDeclared } from './actions/incomeDeclared.js';
import { labourContractSigned } from './actions/labourContractSigned.js';
import { leaveEnded } from './actions/leaveEnded.js';
import { leaveTaken } from './actions/leaveTaken.js';
import { leftService } from './actions/leftService.js';
import { militaryService } from './actions/militaryService.js';
import { movedOutOfCity } from './actions/movedOutOfCity.js';
import { movedToPartyBloc } from './actions/movedToPartyBloc.js';
import { paidByAmount } from './actions/paidByAmount.js';
import { partyJoined } from './actions/partyJoined.js';
import { partyLeft } from './actions/partyLeft.js';
import { partyOfficial } from './actions/partyOfficial.js';
import { personalInfoChanged } from './actions/personalInfoChanged.js';
import { plannedForPost } from './actions/plannedForPost.js';
import { positionRotated } from './actions/positionRotated.js';
import { postponedRetirement } from './actions/postponedRetirement.js';
import { probationCompleted } from './actions/probationCompleted.js';
import { probationStarted } from './actions/probationStarted.js';
import { qualificationRecorded } from './actions/qualificationRecorded.js';
import { reappointed } from './actions/reappointed.js';
import { reassignedInternally } from './actions/reassignedInternally.js';
import { reconciledWithPaper } from './actions/reconciledWithPaper.js';
import { recordAccepted } from './actions/recordAccepted.js';
import { recordEntered } from './actions/recordEntered.js';
import { recordForwarded } from './actions/recordForwarded.js';
import { recordOpened } from './actions/recordOpened.js';
import { recordRefused } from './actions/recordRefused.js';
import { recordSent } from './actions/recordSent.js';
import { recruited } from './actions/recruited.js';
import { reinstated } from './actions/reinstated.js';
import { remarked } from './actions/remarked.js';
import { resignedPost } from './actions/resignedPost.js';
import { retired } from './actions/retired.js';
import { retiredEarly } from './actions/retiredEarly.js';
import { retirementNotified } from './actions/retirementNotified.js';
import { rewarded } from './actions/rewarded.js';
import { rotated } from './actions/rotated.js';
import { seconded } from './actions/seconded.js';
import { secondmentEnded } from './actions/secondmentEnded.js';
import { sentToTraining } from './actions/sentToTraining.js';
import { serviceNumberIssued } from './actions/serviceNumberIssued.js';
import { stepLowered } from './actions/stepLowered.js';
import { stepRaisedEarly } from './actions/stepRaisedEarly.js';
import { stepRaisedRegular } from './actions/stepRaisedRegular.js';
import { stepRaiseExtended } from './actions/stepRaiseExtended.js';
import { supplementDeclared } from './actions/supplementDeclared.js';
import { suspended } from './actions/suspended.js';
import { suspensionEnded } from './actions/suspensionEnded.js';
import { trainingCompleted } from './actions/trainingCompleted.js';
import { transferred } from './actions/transferred.js';
import { unionJoined } from './actions/unionJoined.js';
import { workContractSigned } from './actions/workContractSigned.js';

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
  appointedProfessionalTitle,
  gradeChanged,
  gradePromoted,
  disciplined,
  disciplineLapsed,
  disciplineRevoked,
  evaluated,
  stepRaiseExtended,
  stepLowered,
  stepRaisedEarly,
  beyondFrameGranted,
  beyondFrameRaised,
  allowanceEnded,
  allowanceGranted,
  incomeDeclared,
  assetDeclared,
  sentToTraining,
  trainingCompleted,
  qualificationRecorded,
  academicTitleAwarded,
  emulationTitleAwarded,
  rewarded,
  honoraryTitleAwarded,
  paidByAmount,
  personalInfoChanged,
  familyRelationRecorded,
  familyRelationChanged,
  partyJoined,
  partyOfficial,
  partyLeft,
  unionJoined,
  militaryService,
  foreignTravel,
  supplementDeclared,
  remarked,
  reconciledWithPaper,
  disputed,
  disputeResolved,
  contractEnded,
  workContractSigned,
  labourContractSigned,
  probationStarted,
  probationCompleted,
  recordEntered,
  serviceNumberIssued,
  cardIssued,
  suspensionEnded,
  secondmentEnded,
  leaveEnded,
  rotated,
  reassignedInternally,
  seconded,
  positionRotated,
  recordSent,
  recordRefused,
  recordAccepted,
  recordForwarded,
  resignedPost,
  actingEnded,
  elected,
  reappointed,
  actingAssigned,
  plannedForPost,
  leaveTaken,
  suspended,
  movedToPartyBloc,
  movedOutOfCity,
  retired,
  leftService,
  retirementNotified,
  postponedRetirement,
  retiredEarly,
  dismissedFromService,
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
