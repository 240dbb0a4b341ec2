// What leaves by a Postfix that signs as docs/OPERATIONS.md says: signed once, what Octothorpe writes included.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { Signer } from './dkim.mjs';
import { documented, Postfix } from './postfix.mjs';
import { Program, freePort } from './program.mjs';

const run = promisify(execFile);
const skip = process.getuid() === 0 ? false : 'Postfix must be started by root';
const domain = 'cws.state.ca.us';
const clerk = `clerk@${domain}`;
const boss = `boss@${domain}`;
const parent = 'pat@example.org';

describe('before a Postfix that signs with OpenDKIM', { skip }, () => {
  let signer, postfix, program;

  before(async () => {
    signer = await Signer.start(domain);
    const back = await freePort();
    program = await Program.start({
      OCTOTHORPE_MAIL__TRANSPORT: 'smtp', OCTOTHORPE_MAIL__RELAY: `smtp://127.0.0.1:${back}`, OCTOTHORPE_MAIL__FROM: `secure-mail@${domain}`,
    });
    const ports = { 10025: program.smtp, 10026: back, 8891: signer.port };
    const [filter, signing] = [await documented('In `master.cf`', ports), await documented('For OpenDKIM at port', ports)];
    postfix = await Postfix.start({
      main: await documented('In `main.cf`:', ports), master: `${filter}\n${signing}`, mailboxes: [clerk, boss, parent],
    });
  });

  after(async () => {
    for (const server of [postfix, program, signer]) await server?.stop();
  });

  const send = (subject, body) => run('swaks', ['--server', `127.0.0.1:${postfix.port}`, '--from', clerk, '--to', `${boss},${parent}`,
    '--h-From', `Clara Clerk <${clerk}>`, '--header', `Subject: ${subject}`, '--body', body]);

  it('has each mail signed once as it leaves: relayed, notifying, and noting', async () => {
    await send('Ärger in the canteen', '.soup\n\n  today, for 3 € \n\n\n');
    await send('# Visit on Friday', 'At three.');
    await send('Numbers', 'Her number is 123-45-6789.');
    const leaving = [
      await postfix.mail(parent, (mail) => mail.includes('soup')),
      await postfix.mail(boss, (mail) => mail.includes('Subject: # Visit on Friday')),
      await postfix.mail(parent, (mail) => mail.includes('Visit on Friday')),
      await postfix.mail(clerk, (mail) => mail.includes('Numbers')),
    ];
    for (const mail of leaving) assert.deepEqual(await signer.signatures(mail), [true], mail);
    const [relayed, , notification] = leaving;
    assert.match(notification, /^From: .*<secure-mail@cws\.state\.ca\.us>/m);
    assert.match(notification, /\bd=cws\.state\.ca\.us;/);
    assert.deepEqual(await signer.signatures(relayed.replace('soup', 'meat')), [false]);
  });
});
