import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import { expect } from 'chai';
import { readConfig } from '../../src/config.js';
import { memoryCore } from '../support/memoryCore.js';
import type { Hardening } from '../../src/api/server.js';
import { serveApi } from '../support/api.js';

const pem = (name: string) => readFileSync(new URL(`../fixtures/tls/${name}.pem`, import.meta.url));

describe('How the service meets the network', () => {
  const serve = async (hardening: Hardening) => serveApi(await memoryCore(), undefined, { hardening });

  it('one address may send so many requests a minute; what is more is told to wait, probes are not counted', async () => {
    const { url, stop } = await serve({ rateLimit: 5 });
    try {
      const statuses: number[] = [];
      for (let i = 0; i < 7; i++) statuses.push((await fetch(`${url}/v1/units`)).status);
      expect(statuses).to.deep.equal([401, 401, 401, 401, 401, 429, 429]);
      const refused = await fetch(`${url}/v1/units`);
      expect(refused.headers.get('content-type')).to.match(/^application\/problem\+json/);
      expect(Number(refused.headers.get('retry-after'))).to.be.within(1, 60);
      expect(await refused.json()).to.include({ status: 429 });
      expect((await fetch(`${url}/livez`)).status).to.equal(200);
    } finally {
      await stop();
    }
  });

  it('every answer forbids framing, sniffing, caching and foreign origins; nothing allows one', async () => {
    const { url, stop } = await serve({});
    try {
      const origin = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
      for (const answer of [
        await fetch(`${url}/v1/units`, { headers: origin }),
        await fetch(`${url}/v1/units`, { method: 'OPTIONS', headers: origin }),
        await fetch(`${url}/nowhere`, { headers: origin }),
      ]) {
        const names = [...answer.headers.keys()];
        expect(names.filter((n) => n.startsWith('access-control-'))).to.deep.equal([]);
        expect(Object.fromEntries(answer.headers)).to.include({
          'x-content-type-options': 'nosniff',
          'x-frame-options': 'DENY',
          'cross-origin-resource-policy': 'same-origin',
          'referrer-policy': 'no-referrer',
        });
        expect(answer.headers.get('content-security-policy')).to.include("frame-ancestors 'none'");
        expect(answer.headers.get('strict-transport-security')).to.equal(null);
      }
    } finally {
      await stop();
    }
  });

  it('speaks TLS with a certificate of its own, and asks browsers to stay with it', async () => {
    const { url, stop } = await serve({ tls: { cert: pem('cert'), key: pem('key') } });
    try {
      expect(url).to.match(/^https:/);
      const headers = await new Promise<NodeJS.Dict<string | string[]>>((resolve, reject) => {
        get(`${url}/livez`, { ca: pem('cert'), agent: false }, (answer) => {
          answer.resume();
          resolve(answer.headers);
        }).on('error', reject);
      });
      expect(headers['strict-transport-security']).to.include('max-age');
    } finally {
      await stop();
    }
  });

  it('starts beyond loopback only with TLS, its own or a proxy’s', () => {
    const user = { cwd: '/srv/hoso', uid: 1000, configHome: '/home/an/.config' };
    const tls = (environment: NodeJS.ProcessEnv) => readConfig(environment, user).tls;
    expect(tls({ HOST: '127.0.0.1' })).to.equal(null);
    expect(tls({ HOST: '::1' })).to.equal(null);
    expect(tls({ HOST: '0.0.0.0', HOSO_TLS: 'proxy' })).to.equal('proxy');
    const files = { HOSO_TLS_CERT_FILE: '/c.pem', HOSO_TLS_KEY_FILE: '/k.pem' };
    expect(tls({ HOST: '10.0.0.1', ...files })).to.deep.equal({ certFile: '/c.pem', keyFile: '/k.pem' });
  });
});
