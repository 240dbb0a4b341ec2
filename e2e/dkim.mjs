// A real OpenDKIM with a key of its own on a free loopback port, and a check of what it signed.
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, until } from './program.mjs';

const run = promisify(execFile);

// Answers the name of the record with the key, and no other; prints whether each signature of the mail holds.
const VERIFY = `
import dkim, sys
name, record = sys.argv[1].encode(), sys.argv[2].encode()
mail = sys.stdin.buffer.read()
def holds(at):
    try:
        return dkim.DKIM(mail).verify(idx=at, dnsfunc=lambda asked, timeout=5: record if asked == name else None)
    except dkim.ValidationError:
        return False
found = [key for key, _ in dkim.rfc822_parse(mail)[0] if key.lower() == b'dkim-signature']
print(' '.join(str(holds(at)) for at in range(len(found))))
`;

export class Signer {
  static async start(domain) {
    const signer = new Signer();
    signer.domain = domain;
    signer.folder = await mkdtemp(join(tmpdir(), 'octothorpe-dkim-'));
    signer.port = await freePort();
    const key = join(signer.folder, 'key.pem');
    await run('openssl', ['genrsa', '-out', key, '2048']);
    const { stdout } = await run('openssl', ['rsa', '-in', key, '-pubout', '-outform', 'DER'], { encoding: 'buffer' });
    signer.record = `v=DKIM1; k=rsa; p=${stdout.toString('base64')}`;
    const settings = join(signer.folder, 'opendkim.conf');
    await writeFile(settings, `Mode s\nDomain ${domain}\nSelector journeys\nKeyFile ${key}\nRequireSafeKeys no\nSyslog no\n`
      + `Canonicalization relaxed/simple\nInternalHosts 127.0.0.0/8\nOversignHeaders From\nSocket inet:${signer.port}@127.0.0.1\n`);
    signer.child = spawn('/usr/sbin/opendkim', ['-f', '-x', settings], { stdio: 'ignore' });
    await until('OpenDKIM to listen', () => new Promise((resolve) => {
      const socket = connect(signer.port, '127.0.0.1', () => resolve(true) || socket.destroy()).on('error', () => resolve(false));
    }));
    return signer;
  }

  // Whether each signature that the mail bears holds, in order.
  async signatures(mail) {
    const checking = run('/usr/bin/python3', ['-c', VERIFY, `journeys._domainkey.${this.domain}.`, this.record]);
    checking.child.stdin.end(mail.replace(/\r?\n/g, '\r\n'));
    return (await checking).stdout.trim().split(' ').filter(Boolean).map((one) => one === 'True');
  }

  async stop() {
    this.child.kill();
    await rm(this.folder, { recursive: true, force: true });
  }
}
