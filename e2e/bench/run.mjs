// The benchmarks of the running program, those named on the command line. `scripts/bench` starts this.
import { dot } from './dot.mjs';
import { idle } from './idle.mjs';
import { large } from './large.mjs';
import { notified } from './notified.mjs';
import { opened } from './opened.mjs';
import { portal } from './portal.mjs';
import { relayed } from './relayed.mjs';
import { taken } from './taken.mjs';

const parts = { taken, relayed, dot, notified, opened, large, idle, portal };

for (const name of process.argv.slice(2)) {
  console.log(`\n\x1b[1m==> ${name}\x1b[0m`);
  await parts[name]();
}
