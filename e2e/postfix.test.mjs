// Behind and before a real Postfix, with the lines that docs/OPERATIONS.md gives.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { documented, Postfix } from './postfix.mjs';
import { Program, freePort } from './program.mjs';

const run = promisify(execFile);
const skip = process.getuid() === 0 ? false : 'Postfix must be started by root';
const clerk = 'clerk@cws.state.ca.us';
const boss = 'boss@cws.state.ca.us';
const parent = 'pat@example.org';
const aunt = 'aunt@example.org';
const mailboxes = [clerk, boss, parent, aunt];
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

// What a strict main.cf demands of every client; entries that must let somebody in say so for themselves.
const HARDENED = `
smtpd_helo_required = yes
strict_rfc821_envelopes = yes
smtpd_client_restrictions = reject
smtpd_helo_restrictions = reject
smtpd_sender_restrictions = reject
smtpd_relay_restrictions = reject
smtpd_recipient_restrictions = reject
smtpd_data_restrictions = reject
smtpd_end_of_data_restrictions = reject
smtpd_tls_security_level = encrypt
smtp_tls_security_level = encrypt
`;

describe('as the content filter of a Postfix that is strict with its clients', { skip }, () => {
  let postfix, program, submission;

  before(async () => {
    const relayPort = await freePort();
    submission = await freePort();
    program = await Program.start({
      OCTOTHORPE_MAIL__TRANSPORT: 'smtp',
      OCTOTHORPE_MAIL__RELAY: `smtp://127.0.0.1:${relayPort}`,
    });
    const ports = { 10025: program.smtp, 10026: relayPort };
    const open = ['client', 'helo', 'sender', 'relay', 'recipient'].map((at) => ` -o smtpd_${at}_restrictions=permit_mynetworks,reject`);
    postfix = await Postfix.start({
      main: `${await documented('In `main.cf`:', ports)}\n${HARDENED}`,
      master: `${await documented('In `master.cf`', ports)}\n127.0.0.1:${submission} inet n - n - - smtpd${open.join('')}`
        + ' -o smtpd_data_restrictions= -o smtpd_end_of_data_restrictions= -o smtpd_tls_security_level=none\n',
      mailboxes,
    });
  });

  after(async () => {
    await postfix?.stop();
    await program?.stop();
  });

  it('gets back in, whether a mail came by submission or from a program on the machine', async () => {
    await swaks(submission, [boss, parent], '# By submission');
    await postfix.sendmail(clerk, [boss, parent], `From: ${clerk}\nTo: ${boss}, ${parent}\nSubject: # By pickup\n\n${secret}\n`);
    for (const subject of ['By submission', 'By pickup']) {
      const inside = await postfix.mail(boss, (mail) => mail.includes(`Subject: # ${subject}`));
      assert.ok(inside.includes(secret));
      const outside = decoded(await postfix.mail(parent, (mail) => mail.includes(subject)));
      assert.ok(!outside.includes(secret) && outside.includes('/open/'));
    }
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

  const bodyOf = (mail) => mail.slice(mail.search(/\r?\n\r?\n/)).trim();

  it('hands one marked mail on as it is inside, and as a notification to each outside', async () => {
    await swaks(front.port, [boss, parent, aunt], '# Plan');
    const inside = await back.mail(boss, (mail) => mail.includes('Subject: # Plan'));
    assert.equal(bodyOf(inside), secret);
    assert.equal(inside.match(/^Received: .*\n\s+by \S+ \(Octothorpe\)/gm)?.length, 1);
    const links = [];
    for (const [outsider, other] of [[parent, aunt], [aunt, parent]]) {
      const mail = decoded(await back.mail(outsider, (mail) => mail.includes('Plan')));
      assert.ok(!mail.includes(secret) && !mail.includes(other) && !mail.includes(boss));
      links.push(mail.match(new RegExp(`${program.url}/open/[A-Za-z0-9_-]{43}`))[0]);
    }
    assert.notEqual(links[0], links[1]);
    for (const address of [boss, parent, aunt]) assert.equal(await back.count(address), 1, address);
  });

  it('hands one unmarked mail on to all as it is', async () => {
    await swaks(front.port, [boss, parent, aunt], 'Canteen', 'Soup today.');
    for (const address of [boss, parent, aunt]) {
      assert.equal(bodyOf(await back.mail(address, (mail) => mail.includes('Subject: Canteen'))), 'Soup today.');
      assert.equal(await back.count(address), 2, address);
    }
  });

  it('serves those whom the next hop takes, and reports the one it refuses', async () => {
    for (const subject of ['Roster', '# Roster of Friday']) {
      await swaks(front.port, [boss, 'nobody@cws.state.ca.us', parent], subject);
      await back.mail(boss, (mail) => mail.includes(`Subject: ${subject}\n`));
      const report = await back.mail(clerk, (mail) => mail.includes('delivery-status') && mail.includes(`: ${subject.replace('# ', '')}\n`));
      assert.match(report, /^Final-Recipient: rfc822; nobody@cws\.state\.ca\.us$/m);
      assert.match(report, /^Action: failed$/m);
      assert.ok(!report.includes(secret));
    }
    for (const address of [boss, parent]) assert.equal(await back.count(address), 4, address);
  });
});

describe('with a login and encryption on the way in, and encryption on the way out', { skip }, () => {
  let folder, front, back, program;

  async function post(path, body, token) {
    const headers = { 'Content-Type': 'application/json', Origin: program.url, ...(token && { Authorization: `Bearer ${token}` }) };
    const answer = await fetch(`${program.url}/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    assert.ok(answer.ok, `${path}: ${answer.status} ${await answer.clone().text()}`);
    return answer.json();
  }

  // An API token of the clerk's that may send.
  async function token() {
    const password = 'three purple lamps';
    await post('/registrations', { email: clerk, display_name: 'Clara Clerk', password });
    const mail = decoded(await back.mail(clerk, (mail) => decoded(mail).includes('/confirm/')));
    const [, confirmation] = mail.match(/\/confirm\/([A-Za-z0-9_-]{43})/);
    const { access_token } = await post('/registrations/confirm', { token: confirmation, password });
    return (await post('/api-tokens', { name: 'Postfix', scopes: ['messages:send'] }, access_token)).token;
  }

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'octothorpe-tls-'));
    const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    await run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
      '-subj', '/CN=mail.test', '-addext', 'subjectAltName=IP:127.0.0.1', '-addext', 'basicConstraints=critical,CA:FALSE',
      '-keyout', key, '-out', cert]);
    const main = `smtpd_tls_security_level = encrypt\nsmtpd_tls_cert_file = ${cert}\nsmtpd_tls_key_file = ${key}\n`;
    back = await Postfix.start({ main, mailboxes });
    program = await Program.start({
      OCTOTHORPE_MAIL__TRANSPORT: 'smtp',
      OCTOTHORPE_MAIL__RELAY: `smtp://127.0.0.1:${back.port}?tls=required`,
      OCTOTHORPE_GATEWAY__TRUSTED_NETWORKS: '192.0.2.0/24',
      OCTOTHORPE_GATEWAY__TLS_CERTIFICATE: cert,
      OCTOTHORPE_GATEWAY__TLS_KEY: key,
      SSL_CERT_FILE: cert,
    });
    const passwords = join(folder, 'passwords');
    await writeFile(passwords, `[127.0.0.1]:${program.smtp} ${clerk}:${await token()}\n`);
    front = await Postfix.start({
      main: `relayhost = [127.0.0.1]:${program.smtp}\nsmtp_tls_security_level = encrypt\nsmtp_sasl_auth_enable = yes\n`
        + `smtp_sasl_password_maps = texthash:${passwords}\nsmtp_sasl_security_options = noanonymous\n`,
    });
  });

  after(async () => {
    for (const server of [front, program, back]) await server?.stop();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  it('takes mail from whoever logs in, and from nobody else', async () => {
    await swaks(front.port, [boss, parent], '# Plan');
    const inside = await back.mail(boss, (mail) => mail.includes('Subject: # Plan'));
    assert.ok(inside.includes(secret) && inside.includes('(Octothorpe) with ESMTPSA id'), inside);
    assert.match(inside, /by mta\.test \(Postfix\) with ESMTPS id/);
    assert.ok(!decoded(await back.mail(parent, (mail) => mail.includes('Plan'))).includes(secret));
    await assert.rejects(swaks(program.smtp, [parent], '# Plan'), (error) => /550 5\.7\.1/.test(error.stdout));
  });
});
