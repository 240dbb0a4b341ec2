// Mail that is judged and passed on, beside a chain of Postfix, a pass-through filter and Postfix again.
import { against, median, short, table } from './figures.mjs';
import { processorTime } from './processes.mjs';
import { until } from '../program.mjs';
import { filteringPostfix, octothorpe } from './servers.mjs';
import { sink, source } from './traffic.mjs';

const ROUNDS = Number(process.env.OCTOTHORPE_BENCH_ROUNDS ?? 3);
const SESSIONS = [1, 10, 50];

// From the first mail until the last one is at the next hop.
async function round(server, hop, count, sessions) {
  const before = hop.taken();
  const cost = await processorTime(await server.pids());
  const began = performance.now();
  await source({ port: server.port, count, octets: 5_000, sessions, subject: 'bench' });
  await until('all mails to pass', () => hop.taken() - before >= count, 120_000);
  const seconds = (performance.now() - began) / 1000;
  return { rate: count / seconds, cpu: (await processorTime(await server.pids()) - cost) / count };
}

export async function relayed() {
  console.log('5 kB mails passed on a second, and milliseconds of processor time a mail');
  const rows = [['', 'Postfix chain/s', 'ours/s', 'ratio', 'Postfix ms', 'ours ms']];
  const [hop, otherHop] = [await sink(), await sink()];
  const postfix = await filteringPostfix(otherHop.port);
  const program = await octothorpe(hop.port);
  try {
    for (const sessions of SESSIONS) {
      const [theirs, ours] = [[], []];
      for (let n = 0; n < ROUNDS; n += 1) {
        theirs.push(await round(postfix, otherHop, 400, sessions));
        ours.push(await round(program, hop, 3_000, sessions));
      }
      const of = (rounds, what) => median(rounds.map((round) => round[what]));
      rows.push([`${sessions} session${sessions > 1 ? 's' : ''}`, short(of(theirs, 'rate')), short(of(ours, 'rate')),
        against(of(ours, 'rate') / of(theirs, 'rate'), 'aim 3', (ratio) => ratio >= 3), short(of(theirs, 'cpu')), short(of(ours, 'cpu'))]);
    }
  } finally {
    await program.stop();
    await postfix.stop();
    hop.stop();
    otherHop.stop();
  }
  table(rows);
}
