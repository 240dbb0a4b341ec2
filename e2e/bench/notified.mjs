// From 250 to the notification leaving, under load.
import { percentile, short, table } from './figures.mjs';
import { until } from '../program.mjs';
import { octothorpe } from './servers.mjs';
import { Client, notingSink, textMail } from './traffic.mjs';

const CONNECTIONS = 10;
const SECONDS = 5;
const RATES = [100, 500];

async function load(port, rate, answered) {
  const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => Client.connect(port)));
  const began = performance.now();
  const total = rate * SECONDS;
  await Promise.all(clients.map(async (client, first) => {
    for (let number = first; number < total; number += CONNECTIONS) {
      const due = began + (number / rate) * 1000;
      if (due > performance.now()) await new Promise((resolve) => setTimeout(resolve, due - performance.now()));
      const to = `parent-${rate}-${number}@example.org`;
      const { reply, answered: at } = await client.send(to, textMail(5_000, '# bench'));
      if (!reply.startsWith('250')) throw new Error(`answered ${reply}`);
      answered.set(to, at);
    }
  }));
  for (const client of clients) client.close();
  return total / ((performance.now() - began) / 1000);
}

export async function notified() {
  console.log('milliseconds from 250 to the end of the notification at the next hop, 10 connections, 5 kB');
  const rows = [['asked for', 'sent/s', 'p50', 'p99']];
  const left = new Map();
  const hop = await notingSink((to) => left.set(to, performance.now()));
  const program = await octothorpe(hop.port);
  try {
    for (const rate of RATES) {
      left.clear();
      const answered = new Map();
      const sent = await load(program.port, rate, answered);
      await until('all notifications', () => left.size === answered.size, 120_000);
      const times = [...answered].map(([to, at]) => left.get(to) - at);
      rows.push([`${rate}/s`, short(sent), short(Math.max(0, percentile(times, 0.5))), short(percentile(times, 0.99))]);
    }
  } finally {
    await program.stop();
    hop.stop();
  }
  table(rows);
}
