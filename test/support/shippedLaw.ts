import { loadShipped, type ShippedData } from '../../src/catalogues/shipped.js';

let law: ShippedData | undefined;

/** The lists of this release without the eleven thousand administrative units, which few tests need. */
export function shippedLaw(): ShippedData {
  if (law === undefined) {
    const { edition, lists } = loadShipped();
    law = { edition, lists: lists.filter((l) => l.list !== 'administrative_unit') };
  }
  return law;
}
