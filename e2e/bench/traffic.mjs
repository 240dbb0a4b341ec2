// Who sends and who takes: Postfix's smtp-source and smtp-sink, and clients and a sink of our own where moments count.
import { execFile, spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { promisify } from 'node:util';
import { freePort, until } from '../program.mjs';

const run = promisify(execFile);
export const clerk = 'clerk@cws.state.ca.us';

// Sends mails over so many connections; answers the seconds it took.
export async function source({ port, count, octets, sessions, subject }) {
  const began = performance.now();
  await run('smtp-source', ['-d', '-s', String(sessions), '-m', String(count), '-l', String(octets), '-S', subject,
    '-f', clerk, '-t', 'parent@example.org', '-M', 'mta.cws.state.ca.us', `127.0.0.1:${port}`]);
  return (performance.now() - began) / 1000;
}

// Takes everything and keeps nothing.
export async function sink() {
  const port = await freePort();
  const child = spawn('smtp-sink', ['-c', '-u', 'nobody', `127.0.0.1:${port}`, '1000'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (text) => (said = (said + text).slice(-200)));
  await until('smtp-sink to listen', () => new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => { socket.destroy(); resolve(true); }).on('error', () => resolve(false));
  }));
  return {
    port,
    // Mails so far.
    taken: () => Number(said.match(/.*mesg=(\d+)/s)?.[1] ?? 0),
    stop: () => child.kill(),
  };
}

// One connection, a command at a time.
export class Client {
  static async connect(port) {
    const client = new Client();
    client.socket = connect(port, '127.0.0.1').setNoDelay(true);
    client.lines = '';
    client.socket.on('data', (octets) => client.take(octets.toString('latin1')));
    client.socket.on('error', () => client.answered?.('421 broken'));
    client.socket.on('close', () => client.answered?.('421 closed'));
    await new Promise((resolve) => (client.answered = resolve));
    await client.say('EHLO mta.cws.state.ca.us\r\n');
    return client;
  }

  take(text) {
    this.lines += text;
    if (!/^\d{3} .*\r\n$/m.test(this.lines)) return;
    const reply = this.lines;
    this.lines = '';
    this.answered?.(reply);
  }

  // Answers the reply.
  async say(octets) {
    const answer = new Promise((resolve) => (this.answered = resolve));
    this.socket.write(octets);
    return answer;
  }

  // Sends one mail; answers the last reply, and the moments of the final dot and of the reply.
  async send(to, mail, size = '') {
    for (const line of [`MAIL FROM:<${clerk}>${size}`, `RCPT TO:<${to}>`, 'DATA']) {
      const reply = await this.say(`${line}\r\n`);
      if (!/^[23]/.test(reply)) return { reply };
    }
    // The dot goes alone, so that nothing but what follows it is measured.
    for (const piece of mail) {
      if (!this.socket.write(piece)) await new Promise((resolve) => this.socket.once('drain', resolve));
    }
    const ended = performance.now();
    const reply = await this.say('.\r\n');
    return { reply, ended, answered: performance.now() };
  }

  close() {
    this.socket.destroy();
  }
}

let sent = 0;

// A text message of about so many octets.
export function textMail(octets, subject) {
  sent += 1;
  const line = 'The visit is at three in the afternoon; please bring the papers that we spoke of.\r\n';
  return [`From: Clara Clerk <${clerk}>\r\nTo: parent@example.org\r\nSubject: ${subject}\r\nDate: ${new Date().toUTCString().replace('GMT', '+0000')}\r\n`
    + `Message-ID: <${process.pid}.${sent}.${Date.now()}@cws.state.ca.us>\r\n\r\n${line.repeat(Math.ceil(octets / line.length))}`];
}

// A sink that tells `note` each recipient, when the whole mail is there.
export async function notingSink(note) {
  const server = createServer((socket) => {
    let text = '';
    let to = '';
    let inMail = false;
    socket.setNoDelay(true).on('error', () => {}).write('220 sink ESMTP\r\n');
    socket.on('data', (octets) => {
      text += octets.toString('latin1');
      for (;;) {
        const end = inMail ? text.indexOf('\r\n.\r\n') : text.indexOf('\r\n');
        if (end < 0) return;
        if (inMail) {
          note(to);
          inMail = false;
          text = text.slice(end + 5);
          socket.write('250 2.0.0 Ok\r\n');
          continue;
        }
        const line = text.slice(0, end);
        text = text.slice(end + 2);
        to = line.match(/^RCPT TO:<(.*)>/i)?.[1] ?? to;
        inMail = /^DATA$/i.test(line);
        if (/^EHLO/i.test(line)) socket.write('250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n');
        else socket.write(inMail ? '354 Go\r\n' : '250 2.0.0 Ok\r\n');
        // Line breaks stay in front, so that a mail that is a dot alone has its end found too.
        if (inMail) text = `\r\n${text}`;
      }
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: server.address().port, stop: () => server.close() };
}
