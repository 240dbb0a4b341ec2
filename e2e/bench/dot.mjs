// From the final dot to 250 on one connection, beside Postfix.
import { percentile, short, table } from './figures.mjs';
import { holdingPostfix, octothorpe } from './servers.mjs';
import { Client, textMail } from './traffic.mjs';

const ROUNDS = Number(process.env.OCTOTHORPE_BENCH_ROUNDS ?? 3);
const MAILS = 400;

async function waits(port) {
  const client = await Client.connect(port);
  const times = [];
  for (let n = 0; n < MAILS; n += 1) {
    const { reply, ended, answered } = await client.send('parent@example.org', textMail(5_000, '# bench'));
    if (!reply.startsWith('250')) throw new Error(`answered ${reply}`);
    times.push(answered - ended);
  }
  client.close();
  return times;
}

export async function dot() {
  console.log('milliseconds from the final dot to 250, 5 kB, one connection');
  const postfix = await holdingPostfix();
  const program = await octothorpe();
  const [theirs, ours] = [[], []];
  try {
    for (let n = 0; n < ROUNDS; n += 1) {
      theirs.push(...await waits(postfix.port));
      ours.push(...await waits(program.port));
    }
  } finally {
    await program.stop();
    await postfix.stop();
  }
  const row = (name, times) => [name, short(percentile(times, 0.5)), short(percentile(times, 0.99))];
  const ratio = (part) => short(percentile(ours, part) / percentile(theirs, part));
  table([['', 'p50', 'p99'], row('Postfix', theirs), row('ours', ours), ['ratio', ratio(0.5), ratio(0.99)]]);
}
