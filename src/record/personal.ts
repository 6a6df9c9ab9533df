import { IDENTITY_FIELDS, type PersonalField, type PersonalFields } from './personalFields.js';
import type { Identity, PersonalItems, Set as Setting, State } from './state.js';

/** What belongs to an item: a new card has its own date, and a new place its own code or none. */
const PARTS: Readonly<Partial<Record<PersonalField, readonly PersonalField[]>>> = {
  placeOfBirth: ['placeOfBirthCode'],
  hometown: ['hometownCode'],
  permanentAddress: ['permanentAddressCode'],
  currentAddress: ['currentAddressCode'],
  idCardNumber: ['idCardDate', 'idCardPlace'],
  socialInsuranceNumber: ['socialInsuranceDate'],
  mainDuty: ['professionalWork'],
  strength: ['strengthText'],
  disability: ['disabilityLevel'],
};

/** The state with these items changed; the rest stays as it was. */
export function changePersonal(state: State, set: Setting, data: PersonalFields): State {
  const { identity, personal } = state;
  return {
    ...state,
    identity: identityAfter(identity, set, data),
    personal: itemsAfter(personal, set, data),
  };
}

function identityAfter(before: Identity | null, set: Setting, data: PersonalFields): Identity | null {
  const changed = IDENTITY_FIELDS.filter((field) => data[field] !== undefined);
  if (before === null || changed.length === 0) return before;
  return { ...before, ...Object.fromEntries(changed.map((field) => [field, data[field]])), ...set };
}

function itemsAfter(before: PersonalItems, set: Setting, data: PersonalFields): PersonalItems {
  const given = Object.keys(data) as (keyof PersonalFields)[];
  const replaced = new Set<string>(given.flatMap((field) => PARTS[field as PersonalField] ?? []));
  const kept = Object.entries(before).filter(([field]) => !replaced.has(field));
  const changed = given
    .filter((field) => data[field] !== undefined && !isIdentity(field))
    .map((field) => [field, { value: data[field], ...set }]);
  return Object.fromEntries([...kept, ...changed]) as PersonalItems;
}

function isIdentity(field: string): boolean {
  return (IDENTITY_FIELDS as readonly string[]).includes(field);
}
