// Starts the real program on free loopback ports with a data folder of its own, and stops it.
import { spawn, execFile } from 'node:child_process';
import { mkdtemp, open, readFile, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export async function until(what, check, milliseconds = 20_000) {
  const end = Date.now() + milliseconds;
  for (;;) {
    const found = await check();
    if (found) return found;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export class Program {
  static async start(settings = {}) {
    const program = new Program();
    program.folder = await mkdtemp(join(tmpdir(), 'octothorpe-journey-'));
    program.http = await freePort();
    program.smtp = await freePort();
    program.url = `http://127.0.0.1:${program.http}`;
    program.settings = settings;
    await program.launch();
    return program;
  }

  async launch() {
    const log = join(this.folder, 'log');
    const output = await open(log, 'a');
    this.child = spawn(process.env.OCTOTHORPE_BIN, ['serve'], {
      stdio: ['ignore', output.fd, output.fd],
      env: {
        PATH: process.env.PATH,
        OCTOTHORPE_DATA_DIR: join(this.folder, 'data'),
        OCTOTHORPE_HTTP__LISTEN: `127.0.0.1:${this.http}`,
        OCTOTHORPE_GATEWAY__LISTEN: `127.0.0.1:${this.smtp}`,
        OCTOTHORPE_PORTAL__URL: this.url,
        OCTOTHORPE_ORGANISATION__SENDER_DOMAINS: 'cws.state.ca.us',
        OCTOTHORPE_MAIL__TRANSPORT: 'capture',
        ...this.settings,
      },
    });
    await output.close();
    this.ended = new Promise((resolve) => this.child.on('exit', resolve));
    await until('the program to be ready', async () => {
      if (this.child.exitCode !== null) throw new Error(`it stopped: ${await readFile(log, 'utf8')}`);
      return fetch(`${this.url}/readyz`).then((answer) => answer.ok, () => false);
    });
  }

  async kill(signal = 'SIGKILL') {
    this.child.kill(signal);
    await this.ended;
  }

  async stop() {
    await this.kill('SIGTERM');
    await rm(this.folder, { recursive: true, force: true });
  }

  async send({ from = 'clerk@cws.state.ca.us', to, subject, body = 'Good morning.', options = [] }) {
    return run('swaks', [
      '--server', `127.0.0.1:${this.smtp}`, '--from', from, '--to', to, '--header', `Subject: ${subject}`, '--body', body,
      '--h-From', `Clara Clerk <${from}>`, '--add-header', `Message-ID: <${crypto.randomUUID()}@cws.state.ca.us>`, ...options,
    ]);
  }

  // The mails to an address so far, the newest first, with soft line breaks and quoted-printable undone.
  async mails(to) {
    const folder = join(this.folder, 'data', 'mailbox');
    const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(`-${to}.eml`)).sort().reverse();
    return Promise.all(names.map(async (name) => {
      const raw = await readFile(join(folder, name), 'latin1');
      const bytes = raw.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
      return Buffer.from(bytes, 'latin1').toString('utf8');
    }));
  }

  // The newest mail to an address that fits.
  async mail(to, fits = () => true) {
    return until(`mail to ${to}`, async () => (await this.mails(to)).find(fits) ?? null);
  }

  // The link in the newest mail that says these words, and is none of those that came before.
  async link(to, path, words = '', before = []) {
    const pattern = new RegExp(`${this.url}/${path}/[A-Za-z0-9_-]{43}`);
    const fits = (text) => pattern.test(text) && text.includes(words) && !before.includes(text);
    return (await this.mail(to, fits)).match(pattern)[0];
  }
}
