// Memory of the program when nothing happens.
import { against, table } from './figures.mjs';
import { forgetPeak, peakMemory } from './processes.mjs';
import { octothorpe } from './servers.mjs';

export async function idle() {
  const program = await octothorpe();
  try {
    await forgetPeak(program.child.pid);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    table([['idle, peak MB', against(await peakMemory(program.child.pid) / 1e6, 'aim 40', (size) => size < 40)]]);
  } finally {
    await program.stop();
  }
}
