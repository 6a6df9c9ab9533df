/**
 * Who may do and see what, written by hand from Điều 5, 6, 7 and 13 and from the design. This file imports nothing:
 * nothing here is taken from the code that decides.
 *
 * A record is kept by a school. The callers, in the order of the columns:
 *
 *   a anonymous           o the school, update        A the school, administer    p its department, administer
 *   s a sibling school    c a section of the school   h Home Affairs              e a consent that ended yesterday
 *   d disabled            f the person's own account  m a machine, records:read   r a consent for two field groups
 *
 * What each finds:
 *
 *   +  is answered 2xx, with what the route shows of that person, unit or account
 *   ~  is answered 2xx, and nothing of them is in it
 *   !  comes through the gate, and a rule refuses what this caller asks for (422)
 *   *  is answered 2xx, or 429 when it comes too often from one address
 *   -  may not (403)      0  is not logged in (401)
 */
export const CALLERS = 'aoApschedfmr';

/** Every route of the OpenAPI document: the first row that fits counts. */
export const ROUTES: readonly (readonly [RegExp, string])[] = [
  [/^GET \/v1\/persons\/:id(\/status)?$/, '0+++--+-0+++'],
  [/^GET \/v1\/persons\/:id\/(history|findings)$/, '0+++--+-0+-+'],
  // A scan shows all of its groups or nothing: this one shows the two of the consent.
  [/^GET \/v1\/persons\/:id\/attachments\/:attachment$/, '0+++--+-0+-+'],
  [/^GET \/v1\/persons\/:id\/events$/, '0+++--+-0---'],
  [/^GET \/v1\/persons\/:id\/access\/explain$/, '0+++~~+~0+++'],
  [/^GET \/v1\/persons\/:id\/reads$/, '0+++--+-0+--'],
  [/^POST \/v1\/persons\/search$/, '0+++~~+~0+-+'],
  [/^POST \/v1\/persons\/:id\/(withdrawal|restoration|merge|holds|holds\/releases)$/, '0-++--+-0---'],
  [/^POST \/v1\/persons\/:id\/.+$/, '0+++--+-0---'],
  [/^POST \/v1\/persons$/, '0++++++-0---'],
  [/^POST \/v1\/decisions$/, '0+++--+-0---'],
  [/^GET \/v1\/persons$/, '0+++~~+~0+-+'],
  [/^GET \/v1\/units\/:id\/(members|findings|deadlines|movements)$/, '0+++--+-0---'],
  [
    /^GET \/v1\/units\/:id\/(completeness|dues|retirements|early-raises|establishment|evaluations)$/,
    '0+++--+-0---',
  ],
  // Of persons in their own scope; of units and lists whatever happens.
  [/^GET \/v1\/feed(\/stream)?$/, '0+++~~+~0+-+'],
  [/^GET \/v1\/(units|catalogues)(\/:id)?$/, '0+++++++0+-+'],
  [/^POST \/v1\/units\/:id\/(reports|checks|payroll|early-raise-allotments)$/, '0+++--+-0---'],
  [/^POST \/v1\/(units|catalogues)\b/, '0-----+-0---'],
  // What ends a record's content is for Home Affairs, which stores all records.
  [/^(GET|POST) \/v1\/destructions\b/, '0-----+-0---'],
  // Accounts of the school: a sibling sees its own, and gives none beyond itself.
  [/^GET \/v1\/accounts$/, '0-++~-+-0---'],
  [/^POST \/v1\/accounts$/, '0-++!-+-0---'],
  [/^(GET|POST) \/v1\/accounts\/:id/, '0-++--+-0---'],
  [/^POST \/v1\/(sessions|sessions\/password|token)$/, '++++++++++++'],
  [/^POST \/v1\/sessions\/lost$/, '************'],
  [/^(GET \/v1\/me|POST \/v1\/sessions\/end)$/, '0+++++++0+++'],
  // Refused to machines, who have no second factor.
  [/^POST \/v1\/sessions\/second-factor(\/confirmation)?$/, '0+++++++0+-+'],
  [/^GET \/v1\/proposals$/, '0+++~~+~0+-+'],
  // Of somebody whose record the school keeps; what a proposal says is of every field group.
  [/^POST \/v1\/proposals$/, '0+++--+-0---'],
  [/^GET \/v1\/proposals\/:id$/, '0+++--+-0---'],
  [/^POST \/v1\/proposals\/:id\/(check|decide|decline)$/, '0+++--+-0---'],
  // A form with holes would be taken for a whole one.
  [/^GET \/v1\/persons\/:id\/(forms\/2c|forms\/supplement|completeness|dues)$/, '0+++--+-0++-'],
  // Of a consent, the salary takes the group of pay; this one has two others.
  [/^GET \/v1\/persons\/:id\/salary$/, '0+++--+-0++-'],
  [/^GET \/v1\/persons\/:id\/deadlines$/, '0+++--+-0+-+'],
  // The log's proofs tell of nobody; a person's proof holds all events of the record.
  [/^GET \/v1\/evidence\/(checkpoint|checkpoints|reads\/checkpoint|keys|consistency)$/, '0+++++++0+-+'],
  [/^GET \/v1\/persons\/:id\/proof$/, '0+++--+-0---'],
];

/**
 * What the feed tells each of the same callers, by pages and as a stream (SSE): `i` the change, of what is in scope;
 * `o` only that it is out of scope; `c` only that the own rights changed; `.` nothing; `-` and `0` as above.
 */
export const FEED = {
  record: '0iii..i.0i-i',
  // Its person went from the school to the sibling, and the record with her.
  departed: '0ooii.i.0.-.',
  unit: '0iiiiiii0i-i',
  ownAccount: '0ccccccc0c-c',
  othersAccount: '0.......0.-.',
} as const;

/**
 * What goes out by the command line, for the account that it names (`a`: none): `+` is written, `-` is not. Nothing is
 * masked there, so that a consent for two groups is not enough.
 */
export const EXPORTS = {
  history: '-+++--+--+--',
  // `hoso dues`, `deadlines`, `completeness` of the school, and of the whole city.
  listOfUnit: '-+++--+-----',
  listOfCity: '------+-----',
  sqlLogin: '------+-----',
} as const;

/**
 * What a SQL login sees, whose consent names: o the school, p its department, s the sibling, c the section, h the
 * city, e the school until yesterday, d the school until it was taken back, r the school and two field groups, n none.
 */
export const SQL_LOGINS = 'opschedrn';
export const SQL = {
  record: '++--+--+-',
  departed: '-++-+----',
  school: '++--+--+-',
  sibling: '-++-+----',
  // Units and lists of codes are no personal data.
  reference: '+++++++++',
} as const;
/** The field groups of which these logins see the values in the record, by the consent; all others are withheld. */
export const SQL_GROUPS: Readonly<Record<string, readonly string[]>> = {
  o: ['identity', 'family', 'political', 'health', 'discipline', 'pay_tax', 'history'],
  r: ['identity', 'history'],
};
