// What processes cost: processor time and memory, read from /proc.
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';

const ticks = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

async function stat(pid) {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  // The name, in parentheses, may hold blanks.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields && { parent: Number(fields[1]), times: fields.slice(11, 15).map(Number) };
}

// A process and all below it.
export async function family(pid) {
  const children = new Map();
  for (const name of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const parent = (await stat(name))?.parent;
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const members = [pid];
  for (const member of members) members.push(...(children.get(member) ?? []));
  return members;
}

// Milliseconds of processor time so far, children that have ended included.
export async function processorTime(pids) {
  const stats = await Promise.all(pids.map(stat));
  return stats.flatMap((stat) => stat?.times ?? []).reduce((sum, time) => sum + time, 0) * 1000 / ticks;
}

async function kilobytes(file, field) {
  const text = await readFile(file, 'utf8').catch(() => '');
  return Number(text.match(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm'))?.[1] ?? 0) * 1024;
}

// From here on the most that is resident counts anew: starting up takes more for a moment, to hash a password once.
export const forgetPeak = (pid) => writeFile(`/proc/${pid}/clear_refs`, '5');

// The most that was resident at any time.
export const peakMemory = (pid) => kilobytes(`/proc/${pid}/status`, 'VmHWM');

// Resident now; what several share counts once.
export async function sharedMemory(pids) {
  const each = await Promise.all(pids.map((pid) => kilobytes(`/proc/${pid}/smaps_rollup`, 'Pss')));
  return each.reduce((sum, octets) => sum + octets, 0);
}
