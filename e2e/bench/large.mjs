// Mails with 50 MiB attached: the most memory that is ever resident, for one and for twenty at once, on their way in and
// when they are fetched as files.
import { against, megabytes, table } from './figures.mjs';
import { message } from './opened.mjs';
import { forgetPeak, peakMemory } from './processes.mjs';
import { octothorpe } from './servers.mjs';
import { Client, clerk, sink } from './traffic.mjs';
import { Program } from '../program.mjs';

const ATTACHED = 50 * 2 ** 20;
const MEMORY_LIMIT = 512 * 2 ** 20;
// What the program needs besides the mails under judgement.
const BASE = 100 * 2 ** 20;

// What is attached: a file that is read as it stands, and one of which the characters and the visible text lie beside
// it while it is judged.
const KINDS = {
  text: { type: 'application/octet-stream; name=notes.bin', piece: Buffer.from('The visit is at three. ') },
  HTML: { type: 'text/html; charset=iso-8859-1; name=notes.html', piece: Buffer.from('<p>La visita es a las tr\xe9s.</p> ', 'latin1') },
};

// In base64, as attachments travel; the same piece again and again.
function* mail(number, subject, { type, piece } = KINDS.text) {
  const octets = Buffer.alloc(57 * 1024, piece).toString('base64').replace(/.{76}/g, '$&\r\n');
  yield `From: Clara <${clerk}>\r\nTo: parent@example.org\r\nSubject: ${subject}\r\nMessage-ID: <${process.pid}.${number}.${Date.now()}@large>\r\n`
    + 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nAttached.\r\n'
    + `--b\r\nContent-Type: ${type}\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment\r\n\r\n`;
  for (let n = 0; n < ATTACHED / (57 * 1024); n += 1) yield octets;
  yield '--b--\r\n';
}

// Sends one, again and again while it is put off; answers how often that was.
async function deliver(port, number, subject, kind) {
  for (let putOff = 0; putOff < 3_000; putOff += 1) {
    const client = await Client.connect(port);
    const size = Math.ceil(ATTACHED / 57) * 78 + 4096;
    const { reply } = await client.send('parent@example.org', mail(number, subject, kind), ` SIZE=${size}`);
    client.close();
    if (reply.startsWith('250')) return putOff;
    if (!reply.startsWith('452')) throw new Error(`answered ${reply}`);
    await new Promise((resolve) => setTimeout(resolve, 300 + 400 * Math.random()));
  }
  throw new Error('put off too often');
}

async function peak(count, subject, kind) {
  // What is not sealed passes on.
  const hop = await sink();
  const program = await octothorpe(hop.port);
  try {
    const putOff = await Promise.all(Array.from({ length: count }, (_, number) => deliver(program.port, number, subject, kind)));
    return { memory: await peakMemory(program.child.pid), putOff: putOff.reduce((sum, times) => sum + times, 0) };
  } finally {
    await program.stop();
    hop.stop();
  }
}

// The whole message as a file, fetched so many times at once by a reader who takes a piece now and then.
async function fetched(count) {
  const program = await Program.start();
  try {
    const { url, authorization } = await message(program, mail(0, '# marked'));
    await forgetPeak(program.child.pid);
    await Promise.all(Array.from({ length: count }, async () => {
      const answer = await fetch(`${url}/source`, { headers: { authorization } });
      if (!answer.ok) throw new Error(`answered ${answer.status}`);
      let length = 0;
      for await (const piece of answer.body) {
        length += piece.length;
        if (Math.random() < 0.05) await new Promise((resolve) => setTimeout(resolve, 5));
      }
      if (length < ATTACHED) throw new Error(`only ${length} octets came`);
    }));
    return await peakMemory(program.child.pid);
  } finally {
    await program.stop();
  }
}

const aimed = (memory) => against(memory / 1e6, `aim ${megabytes(MEMORY_LIMIT + BASE)}`, (size) => size * 1e6 <= MEMORY_LIMIT + BASE);

export async function large() {
  console.log('peak memory; mails of 50 MiB attached, 69 MiB on the way. gateway.memory_limit is 512 MiB; the aim is 100 MiB above it');
  const rows = [['', 'peak', 'put off (452)']];
  for (const [subject, kind] of [['# marked', 'text'], ['to be judged', 'text'], ['to be judged', 'HTML']]) {
    for (const count of [1, 20]) {
      const { memory, putOff } = await peak(count, subject, KINDS[kind]);
      rows.push([`${count} of ${kind}, ${subject}`, aimed(memory), putOff]);
    }
  }
  for (const count of [1, 20]) rows.push([`${count}, fetched as files`, aimed(await fetched(count)), '-']);
  table(rows);
}
