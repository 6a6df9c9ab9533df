/** A connection string that cannot be, with the rule it breaks; never the string itself, which may hold a password. */
export class BadEventStoreDbUrl extends Error {
  override readonly name = 'BadEventStoreDbUrl';
  constructor(readonly rule: string) {
    super(`the EventStoreDB URL ${rule}`);
  }
}

const SHAPE =
  /^esdb(\+discover)?:\/\/(?:([^:@/?]+):([^@/?]+)@)?([A-Za-z0-9._-]+(?::\d{1,5})?(?:,[A-Za-z0-9._-]+(?::\d{1,5})?)*)\/?(?:\?(.*))?$/;

/** The keys that the client library knows, and that do no harm here. */
const KEYS = new Map<string, (value: string) => boolean>([
  ['tls', isFlag],
  ['tlsCAFile', isText],
  ['userCertFile', isText],
  ['userKeyFile', isText],
  ['nodePreference', (value) => /^(leader|follower|random|readonlyreplica)$/i.test(value)],
  ['keepAliveInterval', isNumber],
  ['keepAliveTimeout', isNumber],
  ['defaultDeadline', isNumber],
  ['connectionName', isText],
  ['discoveryInterval', isNumber],
  ['maxDiscoverAttempts', isNumber],
  ['gossipTimeout', isNumber],
]);

/** Throws BadEventStoreDbUrl, naming the rule, for what the client library would take silently or only warn of. */
export function checkEventStoreDbUrl(url: string): void {
  const found = SHAPE.exec(url.trim());
  if (found === null)
    throw new BadEventStoreDbUrl(
      'is not esdb://host:port, esdb://a:port,b:port,c:port or esdb+discover://name:port',
    );
  const [, discover, user, , hosts = '', query = ''] = found;
  if (discover !== undefined && hosts.includes(','))
    throw new BadEventStoreDbUrl(
      'has several hosts, and esdb+discover:// takes one DNS name: write esdb://a,b,c',
    );
  const settings = new Map<string, string>();
  for (const pair of query === '' ? [] : query.split('&')) {
    const [key = '', value = ''] = pair.split('=', 2);
    if (key === 'tlsVerifyCert')
      throw new BadEventStoreDbUrl('has tlsVerifyCert, which has no effect here: give tlsCAFile');
    if (key === 'throwOnAppendFailure')
      throw new BadEventStoreDbUrl('has throwOnAppendFailure, which this service cannot work with');
    const isGood = KEYS.get(key);
    if (isGood === undefined)
      throw new BadEventStoreDbUrl(`has the setting "${key.slice(0, 30)}", which is not known`);
    if (!isGood(value)) throw new BadEventStoreDbUrl(`has a value for ${key} that cannot be`);
    settings.set(key, value);
  }
  if (user !== undefined && settings.get('tls') === 'false')
    throw new BadEventStoreDbUrl('has a login and tls=false: a login is sent with TLS only');
}

function isFlag(value: string): boolean {
  return value === 'true' || value === 'false';
}

function isText(value: string): boolean {
  return value !== '';
}

function isNumber(value: string): boolean {
  return /^\d{1,9}$/.test(value);
}
