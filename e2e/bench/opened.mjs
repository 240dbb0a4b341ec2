// Opening a 5 kB text message through the API, already opened once, beside an empty actix handler.
import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { against, median, short, table } from './figures.mjs';
import { Program } from '../program.mjs';
import { Client, textMail } from './traffic.mjs';

const run = promisify(execFile);
const ROUNDS = Number(process.env.OCTOTHORPE_BENCH_ROUNDS ?? 3);
const parent = 'parent@example.org';

async function post(url, body) {
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

// A recipient to whom this mail comes: the address of the message and the header that opens it.
export async function message(program, mail) {
  const client = await Client.connect(program.smtp);
  const { reply } = await client.send(parent, mail);
  if (!reply.startsWith('250')) throw new Error(reply);
  client.close();
  const api = `${program.url}/api/v1`;
  const password = 'three purple lamps';
  const ticket = (await program.link(parent, 'open')).split('/').pop();
  await post(`${api}/registrations`, { email: parent, display_name: 'Pat', password, ticket });
  const token = (await program.link(parent, 'confirm')).split('/').pop();
  const { access_token: access } = await post(`${api}/registrations/confirm`, { token, password });
  const authorization = `Bearer ${access}`;
  const { items } = await (await fetch(`${api}/messages`, { headers: { authorization } })).json();
  return { url: `${api}/messages/${items[0].id}`, authorization };
}

async function rate(url, authorization = 'none') {
  const { stdout } = await run('wrk', ['-t1', '-c16', '-d4s', '-H', `Authorization: ${authorization}`, url]);
  if (/Non-2xx/.test(stdout)) throw new Error(stdout);
  return Number(stdout.match(/Requests\/sec:\s+([\d.]+)/)[1]);
}

export async function opened() {
  console.log('requests a second, 16 connections');
  const program = await Program.start();
  const empty = spawn(process.env.OCTOTHORPE_EMPTY_HANDLER, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [url] = await once(createInterface(empty.stdout), 'line');
    const { url: message_url, authorization } = await message(program, textMail(5_000, '# bench'));
    const opened = await fetch(message_url, { headers: { authorization } });
    if (!opened.ok || !(await opened.json()).text.includes('three in the afternoon')) throw new Error('it does not open');
    const [theirs, ours] = [[], []];
    for (let n = 0; n < ROUNDS; n += 1) {
      theirs.push(await rate(url));
      ours.push(await rate(message_url, authorization));
    }
    const ratio = median(ours) / median(theirs);
    table([['', 'requests/s'], ['an empty actix handler', short(median(theirs))], ['opening a 5 kB message', short(median(ours))],
      ['ratio', against(ratio, 'aim 0.1', (ratio) => ratio >= 0.1)]]);
  } finally {
    empty.kill();
    await program.stop();
  }
}
