// Sealed mail taken durably, beside Postfix taking the same into its queue: A B A B, medians.
import { against, median, megabytes, short, table } from './figures.mjs';
import { forgetPeak, peakMemory, processorTime, sharedMemory } from './processes.mjs';
import { holdingPostfix, octothorpe, queueingPostfix } from './servers.mjs';
import { sink, source } from './traffic.mjs';

const ROUNDS = Number(process.env.OCTOTHORPE_BENCH_ROUNDS ?? 3);
const SIZES = [5_000, 100_000];
const SESSIONS = [1, 10, 50];
// Mails of one round: Postfix, Octothorpe.
const COUNTS = { 5000: { 1: [1000, 2000], 10: [1500, 8000], 50: [1500, 8000] }, 100000: { 1: [300, 600], 10: [500, 1500], 50: [500, 1500] } };

// One round: mails a second, and milliseconds of processor time a mail. All must be there afterwards.
async function round(server, count, octets, sessions) {
  const before = await server.stored();
  const cost = await processorTime(await server.pids());
  const seconds = await source({ port: server.port, count, octets, sessions, subject: '# bench' });
  const spent = await processorTime(await server.pids()) - cost;
  const stored = await server.stored() - before;
  if (stored !== count) throw new Error(`of ${count} mails ${stored} were stored`);
  return { rate: count / seconds, cpu: spent / count };
}

async function compare(octets, sessions, { queueing, holding }, port) {
  const [few, many] = COUNTS[octets][sessions];
  const program = await octothorpe(port);
  await forgetPeak(program.child.pid);
  const [theirs, held, ours] = [[], [], []];
  let theirMemory = 0;
  try {
    for (let n = 0; n < ROUNDS; n += 1) {
      theirs.push(await round(queueing, few, octets, sessions));
      theirMemory = Math.max(theirMemory, await sharedMemory(await queueing.pids()));
      await queueing.empty();
      ours.push(await round(program, many, octets, sessions));
      held.push(await round(holding, few, octets, sessions));
      await holding.empty();
    }
    const of = (rounds, what) => median(rounds.map((round) => round[what]));
    const aim = sessions === 1 ? 2 : 5;
    const memory = await peakMemory(program.child.pid);
    return [
      `${octets / 1000} kB, ${sessions} session${sessions > 1 ? 's' : ''}${port ? ', notifying' : ''}`,
      short(of(theirs, 'rate')), short(of(held, 'rate')), short(of(ours, 'rate')),
      against(of(ours, 'rate') / of(theirs, 'rate'), `aim ${aim}`, (ratio) => ratio >= aim),
      short(of(theirs, 'cpu')), short(of(held, 'cpu')),
      octets === 5_000 ? against(of(ours, 'cpu'), 'aim 0.5', (cpu) => cpu <= 0.5) : short(of(ours, 'cpu')),
      megabytes(theirMemory),
      sessions === 50 ? against(memory / 1e6, 'aim 40', (size) => size <= 40) : short(memory / 1e6),
    ];
  } finally {
    await program.stop();
  }
}

export async function taken() {
  console.log('mails a second, milliseconds of processor time a mail, memory. The next hop is down for all but the last lines;');
  console.log('held: Postfix when it does not even try to deliver');
  const rows = [['', 'Postfix/s', 'held/s', 'ours/s', 'ratio', 'Postfix ms', 'held ms', 'ours ms', 'Postfix', 'ours, peak MB']];
  const postfix = { queueing: await queueingPostfix(), holding: await holdingPostfix() };
  const hop = await sink();
  try {
    for (const octets of SIZES) for (const sessions of SESSIONS) rows.push(await compare(octets, sessions, postfix));
    for (const sessions of SESSIONS) rows.push(await compare(SIZES[0], sessions, postfix, hop.port));
  } finally {
    hop.stop();
    for (const server of Object.values(postfix)) await server.stop();
  }
  table(rows);
}
