// Behind and before a real Postfix, with the lines that docs/OPERATIONS.md gives.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { documented, Postfix } from './postfix.mjs';
import { Program, freePort } from './program.mjs';

const run = promisify(execFile);
const skip = process.getuid() === 0 ? false : 'Postfix must be started by root';
const clerk = 'clerk@cws.state.ca.us';
const boss = 'boss@cws.state.ca.us';
const parent = 'pat@example.org';
const mailboxes = [clerk, boss, parent];
const secret = 'The visit is at three in the afternoon.';

async function swaks(port, to, subject, body = secret) {
  return run('swaks', ['--server', `127.0.0.1:${port}`, '--from', clerk, '--to', to.join(','), '--h-From', `Clara Clerk <${clerk}>`,
    '--header', `Subject: ${subject}`, '--body', body, '--add-header', `Message-ID: <${crypto.randomUUID()}@cws.state.ca.us>`]);
}

const decoded = (mail) => mail.replace(/=\r?\n/g, '').replace(/=3D/g, '=');

describe('as the content filter of Postfix', { skip }, () => {
  let postfix, program, relayPort;

  before(async () => {
    relayPort = await freePort();
    program = await Program.start({
      OCTOTHORPE_MAIL__TRANSPORT: 'smtp',
      OCTOTHORPE_MAIL__RELAY: `smtp://127.0.0.1:${relayPort}`,
    });
    const ports = { 10025: program.smtp, 10026: relayPort };
    postfix = await Postfix.start({
      main: await documented('In `main.cf`:', ports),
      master: await documented('In `master.cf`', ports),
      mailboxes,
      aliases: 'families@cws.state.ca.us pat@example.org\n',
    });
  });

  after(async () => {
    await postfix?.stop();
    await program?.stop();
  });

  it('gives a marked mail to the colleague as it is, and the outsider a notification', async () => {
    await swaks(postfix.port, [boss, parent], '# Visit on Friday');
    const inside = await postfix.mail(boss, (mail) => mail.includes('Subject: # Visit on Friday'));
    assert.ok(inside.includes(secret));
    const outside = decoded(await postfix.mail(parent, (mail) => mail.includes('Visit on Friday')));
    assert.ok(!outside.includes(secret));
    assert.match(outside, new RegExp(`${program.url}/open/[A-Za-z0-9_-]{43}`));
    assert.match(outside, /^Return-Path: <bounce\+/m);
  });

  it('lets mail pass to both that nothing marks', async () => {
    await swaks(postfix.port, [boss, parent], 'Canteen', 'Soup today.');
    for (const address of [boss, parent]) {
      const mail = await postfix.mail(address, (mail) => mail.includes('Subject: Canteen'));
      assert.ok(mail.includes('Soup today.'));
    }
  });

  it('judges an alias by the address it expands to', async () => {
    await swaks(postfix.port, ['families@cws.state.ca.us'], '# To all families');
    const outside = decoded(await postfix.mail(parent, (mail) => mail.includes('To all families')));
    assert.ok(!outside.includes(secret));
  });

  it('covers what programs on the machine send', async () => {
    await postfix.sendmail(clerk, [parent], `From: ${clerk}\nTo: ${parent}\nSubject: From a program\n\nNumber 123-45-6789.\n`);
    const outside = decoded(await postfix.mail(parent, (mail) => mail.includes('From a program')));
    assert.ok(!outside.includes('123-45-6789') && outside.includes('/open/'));
  });

  it('tells the sender in a note why a mail without the marker was sealed', async () => {
    const note = decoded(await postfix.mail(clerk, (mail) => mail.includes('From a program')));
    assert.ok(!note.includes('123-45-6789'));
    assert.match(note, /Auto-Submitted: auto-generated/i);
  });

  it('takes a failure report for a notification, and tells the sender', async () => {
    const notification = await postfix.mail(parent, (mail) => mail.includes('To all families'));
    const [, address] = notification.match(/^Return-Path: <([^>]+)>/m);
    const report = ['From: mailer-daemon@example.org', `To: ${address}`, 'Subject: Undelivered', 'MIME-Version: 1.0',
      'Content-Type: multipart/report; report-type=delivery-status; boundary=r', '', '--r', '', 'It failed.', '--r',
      'Content-Type: message/delivery-status', '', 'Reporting-MTA: dns; example.org', '', `Final-Recipient: rfc822; ${parent}`,
      'Action: failed', 'Status: 5.1.1', '', '--r--', ''].join('\n');
    await run('swaks', ['--server', `127.0.0.1:${program.smtp}`, '--from', '<>', '--to', address, '--data', report]);
    await postfix.mail(clerk, (mail) => /delivery-status/.test(mail) && mail.includes(parent));
  });
});

describe('as a hop between two Postfixes', { skip }, () => {
  let front, back, program;

  before(async () => {
    back = await Postfix.start({ mailboxes });
    program = await Program.start({
      OCTOTHORPE_MAIL__TRANSPORT: 'smtp',
      OCTOTHORPE_MAIL__RELAY: `smtp://127.0.0.1:${back.port}`,
    });
    front = await Postfix.start({ main: `relayhost = [127.0.0.1]:${program.smtp}` });
  });

  after(async () => {
    for (const server of [front, program, back]) await server?.stop();
  });

  it('takes all mail of the agency, and hands it on sealed or as it is', async () => {
    await swaks(front.port, [boss, parent], '# Plan');
    assert.ok((await back.mail(boss, (mail) => mail.includes('Subject: # Plan'))).includes(secret));
    assert.ok(!decoded(await back.mail(parent, (mail) => mail.includes('Plan'))).includes(secret));
    assert.equal(await back.count(parent), 1);
  });
});
