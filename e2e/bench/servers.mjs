// The servers that are measured: the release build of the program, and Postfix.
import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { createServer, connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Postfix } from '../postfix.mjs';
import { Program, freePort, until } from '../program.mjs';
import { family } from './processes.mjs';

const run = promisify(execFile);

// The program before a next hop at `port`; without one nothing can leave, as when the next hop is down.
export async function octothorpe(port, settings = {}) {
  const relay = `smtp://127.0.0.1:${port ?? await freePort()}`;
  const program = await Program.start({ OCTOTHORPE_MAIL__TRANSPORT: 'smtp', OCTOTHORPE_MAIL__RELAY: relay, ...settings });
  return Object.assign(program, {
    port: program.smtp,
    pids: async () => [program.child.pid],
    // Messages in the store.
    async stored() {
      const { stdout } = await run('sqlite3', ['-readonly', join(program.folder, 'data', 'octothorpe.db'), 'SELECT count(*) FROM messages']);
      return Number(stdout);
    },
  });
}

const waiting = ['incoming', 'active', 'deferred', 'hold'];

// The names of the files below a folder.
async function files(folder) {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = await Promise.all(entries.map((entry) => (entry.isDirectory() ? files(join(folder, entry.name)) : [entry.name])));
  return names.flat();
}

async function postfix(options) {
  const server = await Postfix.start(options);
  const master = Number(await readFile(join(server.folder, 'queue', 'pid', 'master.pid'), 'utf8'));
  return Object.assign(server, {
    pids: () => family(master),
    // Mails in the queue.
    async stored() {
      const names = await Promise.all(waiting.map((name) => files(join(server.folder, 'queue', name))));
      // A mail that is moved on meanwhile is met twice.
      return new Set(names.flat()).size;
    },
    empty: () => run('/usr/sbin/postsuper', ['-c', server.etc, '-d', 'ALL']),
  });
}

// Postfix whose next hop is down, as the program's is while it is measured: mail is taken into the queue and put off.
export async function queueingPostfix() {
  return postfix({ main: `relayhost = [127.0.0.1]:${await freePort()}\nminimal_backoff_time = 300s\nqueue_run_delay = 300s` });
}

// Postfix that holds what it takes: no delivery is even tried.
export const holdingPostfix = () => postfix({ main: 'smtpd_client_restrictions = check_client_access static:HOLD' });

// The smallest content filter there can be: every octet passes on as it is.
async function passThrough(port) {
  const server = createServer((client) => {
    const back = connect(port, '127.0.0.1');
    for (const socket of [client, back]) socket.setNoDelay(true).on('error', () => { client.destroy(); back.destroy(); });
    client.pipe(back).pipe(client);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

// Postfix, a content filter, Postfix again, and a next hop at `port`: as Postfix's FILTER_README sets it up.
export async function filteringPostfix(port) {
  const back = await freePort();
  const filter = await passThrough(back);
  const server = await postfix({
    main: `content_filter = filter:[127.0.0.1]:${filter.address().port}\nrelayhost = [127.0.0.1]:${port}\ndisable_dns_lookups = yes`,
    master: `filter unix - - n - 10 smtp
  -o smtp_send_xforward_command=no
127.0.0.1:${back} inet n - n - 10 smtpd
  -o content_filter=
  -o receive_override_options=no_unknown_recipient_checks,no_header_body_checks,no_address_mappings
  -o smtpd_recipient_restrictions=permit_mynetworks,reject`,
  });
  const stop = server.stop.bind(server);
  server.stop = async () => {
    await stop();
    filter.close();
  };
  return server;
}

