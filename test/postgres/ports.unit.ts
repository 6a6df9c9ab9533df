import { expect } from 'chai';
import { createServer, type AddressInfo } from 'node:net';
import { checkPort, freePort, portTrouble, PortRefused } from '../../src/postgres/ports.js';

describe('the HTTP port', () => {
  it('that is taken is refused, naming the remedy', async () => {
    const occupant = createServer();
    await new Promise<void>((resolve) => occupant.listen(0, '127.0.0.1', resolve));
    const { port } = occupant.address() as AddressInfo;
    try {
      const refused: unknown = await checkPort('127.0.0.1', port).catch((error: unknown) => error);
      expect(refused).to.be.instanceOf(PortRefused);
      expect((refused as Error).message)
        .to.contain(`Port ${port}`)
        .and.contain('PORT=');
      expect(await freePort(port)).to.be.above(port);
    } finally {
      occupant.close();
    }
    await new Promise((resolve) => occupant.once('close', resolve));
    await checkPort('127.0.0.1', port);
  });

  it('of an address that is not ours, or below 1024, is refused in words', () => {
    const trouble = (code: string): string =>
      portTrouble(Object.assign(new Error(), { code }), '10.9.8.7', 80).message;
    expect(trouble('EADDRNOTAVAIL')).to.contain('HOST 10.9.8.7 is no address of this machine');
    expect(trouble('EACCES')).to.contain('may not listen on port 80');
  });
});
