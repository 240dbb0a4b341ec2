// A real Postfix with a configuration, queue and log of its own, on free loopback ports. It runs as root, as Postfix
// must; what it delivers lands in maildirs below its folder, and nothing leaves the machine.
import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, until } from './program.mjs';

const run = promisify(execFile);
const postfix = '/usr/sbin/postfix';

// The services that every instance needs; the docs' lines come in addition.
const SERVICES = `
pickup    unix  n  -  n  1    1  pickup
cleanup   unix  n  -  n  -    0  cleanup
qmgr      unix  n  -  n  300  1  qmgr
rewrite   unix  -  -  n  -    -  trivial-rewrite
bounce    unix  -  -  n  -    0  bounce
defer     unix  -  -  n  -    0  bounce
trace     unix  -  -  n  -    0  bounce
proxymap  unix  -  -  n  -    -  proxymap
smtp      unix  -  -  n  -    -  smtp
error     unix  -  -  n  -    -  error
retry     unix  -  -  n  -    -  error
virtual   unix  -  n  n  -    -  virtual
anvil     unix  -  -  n  -    1  anvil
tlsmgr    unix  -  -  n  1000? 1 tlsmgr
postlog   unix-dgram n - n -   1  postlogd
`;

async function id(option) {
  return Number((await run('id', [option, 'postfix'])).stdout);
}

// The indented lines that docs/OPERATIONS.md gives after these words, with the ports of this run.
export async function documented(words, ports) {
  const text = await readFile(new URL('../docs/OPERATIONS.md', import.meta.url), 'utf8');
  const [, after] = text.split(words);
  if (!after) throw new Error(`docs/OPERATIONS.md does not say: ${words}`);
  const lines = after.split('\n').slice(1);
  const begin = lines.findIndex((line) => line.startsWith('    '));
  const end = lines.findIndex((line, at) => at > begin && !line.startsWith('    '));
  const block = lines.slice(begin, end).map((line) => line.slice(4)).join('\n');
  return Object.entries(ports).reduce((block, [there, here]) => block.replaceAll(`127.0.0.1:${there}`, `127.0.0.1:${here}`)
    .replaceAll(`[127.0.0.1]:${there}`, `[127.0.0.1]:${here}`), block);
}

export class Postfix {
  // `main` and `master` are lines in addition; mail to `mailboxes` is delivered into maildirs.
  static async start({ main = '', master = '', mailboxes = [], aliases = '' }) {
    const instance = new Postfix();
    instance.folder = await mkdtemp(join(tmpdir(), 'octothorpe-postfix-'));
    instance.port = await freePort();
    await instance.configure(main, master, mailboxes, aliases);
    try {
      await run(postfix, ['-c', instance.etc, 'start']);
      await until('Postfix to listen', () => run('swaks', ['--server', `127.0.0.1:${instance.port}`, '--quit-after', 'HELO']).then(() => true, () => false));
    } catch (error) {
      const log = await readFile(join(instance.folder, 'log'), 'utf8').catch(() => '');
      await instance.stop();
      throw new Error(`Postfix did not start: ${error.stderr ?? error}\n${log}`);
    }
    return instance;
  }

  get etc() {
    return join(this.folder, 'etc');
  }

  async configure(main, master, mailboxes, aliases) {
    const [uid, gid] = [await id('-u'), await id('-g')];
    // Postfix's own user must be able to reach its folders.
    await chmod(this.folder, 0o755);
    for (const name of ['etc', 'queue', 'data', 'mail']) await mkdir(join(this.folder, name));
    await chown(join(this.folder, 'data'), uid, gid);
    await chown(join(this.folder, 'mail'), uid, gid);
    const folder = (address) => address.split('@').reverse().join('/');
    await writeFile(join(this.etc, 'mailboxes'), mailboxes.map((address) => `${address} ${folder(address)}/\n`).join(''));
    const domains = new Set(mailboxes.map((address) => address.split('@')[1]));
    await writeFile(join(this.etc, 'aliases'), aliases);
    await writeFile(join(this.etc, 'main.cf'), `
compatibility_level = 3.6
queue_directory = ${this.folder}/queue
data_directory = ${this.folder}/data
maillog_file = ${this.folder}/log
maillog_file_prefixes = ${this.folder}
myhostname = mta.test
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
mydestination =
local_recipient_maps =
smtpd_relay_restrictions = permit_mynetworks, reject
virtual_mailbox_domains = ${[...domains].join(', ')}
virtual_mailbox_base = ${this.folder}/mail
virtual_mailbox_maps = texthash:${this.etc}/mailboxes
virtual_minimum_uid = 1
virtual_uid_maps = static:${uid}
virtual_gid_maps = static:${gid}
virtual_alias_maps = texthash:${this.etc}/aliases
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
smtp_tls_security_level = none
${main}
`);
    await writeFile(join(this.etc, 'master.cf'), `127.0.0.1:${this.port} inet n - n - - smtpd\n${SERVICES}\n${master}\n`);
  }

  // The command that programs on the machine send with.
  async sendmail(from, to, mail) {
    const sending = run('/usr/sbin/sendmail', ['-C', this.etc, '-i', '-f', from, '--', ...to]);
    sending.child.stdin.end(mail);
    return sending;
  }

  // Waits for a mail in a maildir.
  async mail(address, fits = () => true) {
    const [local, domain] = address.split('@');
    const folder = join(this.folder, 'mail', domain, local, 'new');
    return until(`mail to ${address}`, async () => {
      for (const name of await readdir(folder).catch(() => [])) {
        const text = await readFile(join(folder, name), 'utf8');
        if (fits(text)) return text;
      }
      return null;
    });
  }

  async count(address) {
    const [local, domain] = address.split('@');
    return (await readdir(join(this.folder, 'mail', domain, local, 'new')).catch(() => [])).length;
  }

  async stop() {
    await run(postfix, ['-c', this.etc, 'stop']).catch(() => {});
    await rm(this.folder, { recursive: true, force: true });
  }
}
