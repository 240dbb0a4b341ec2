// Every kind of mail that the program writes, brought about by SMTP and the API alone: so it works in any language, and
// whoever looks at mails (pictures, the checks of accessibility) finds them all.
import assert from 'node:assert/strict';
import { password } from './people.mjs';
import { until } from './program.mjs';
import { account, token } from './reader.mjs';
import { LONG_AGO, change } from './trouble.mjs';

export const carol = 'carol@cws.state.ca.us';
export const robin = 'robin.reyes@example.org';
export const lee = 'lee.moved.away@example.org';
export const sam = 'sam@example.org';
export const kim = 'kim.lawyer@example.org';

// Writes them all; answers the id of the message that got farthest: opened and answered by one, refused, sent back, not
// opened by others.
export async function everyLetter(program) {
  const call = caller(program);
  await program.send({ from: carol, to: robin, subject: '# Visit on Friday', body: 'The visit is at three.' });
  // A new account, the same once more, a new password.
  await account(program, robin, 'Robin Reyes');
  await call('POST', '/registrations', { email: robin, display_name: 'Robin Reyes', password });
  await call('POST', '/password-resets', { email: robin });
  const reset = (await program.link(robin, 'reset')).split('/').pop();
  await call('POST', '/password-resets/complete', { token: reset, password });
  await account(program, carol, 'Carol Clark');
  const [staff, reader] = [await token(program, carol), await token(program, robin)];

  // To somebody who has an account; with a read notice.
  const { id } = await call('POST', '/messages', {
    to: [`Robin Reyes <${robin}>`, lee, sam, kim], subject: 'Papers for the hearing', text: 'Dear all,\n\nplease bring the papers.\n\nCarol',
    read_notice: true,
  }, staff);
  const words = 'Papers for the hearing';
  await program.mail(robin, (text) => text.includes(words));
  await call('GET', `/messages/${id}`, null, reader);
  await call('POST', `/messages/${id}/replies`, { text: 'I will bring them.' }, reader);
  await returned(program, await program.mail(lee, (text) => text.includes(words)));
  await call('POST', `/tickets/${await ticket(program, kim, words)}/refusals`);
  await warnOf(program, sam);

  // Too late.
  await program.send({ from: carol, to: kim, subject: '# Old letter' });
  const old = await ticket(program, kim, 'Old letter');
  await change(program, `UPDATE deliveries SET expires_at = '${LONG_AGO}' WHERE ticket_hash = (SELECT ticket_hash FROM deliveries ORDER BY created_at DESC LIMIT 1);`);
  await call('POST', `/tickets/${old}/requests`);

  await notes(program);
  return id;
}

function caller(program) {
  return async (method, path, body, access) => {
    const headers = { 'Content-Type': 'application/json', ...(access && { Authorization: `Bearer ${access}` }) };
    const answer = await fetch(`${program.url}/api/v1${path}`, { method, headers, body: body ? JSON.stringify(body) : undefined });
    assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${answer.ok ? '' : await answer.text()}`);
    return answer.status === 204 ? null : answer.json().catch(() => null);
  };
}

const ticket = async (program, address, words) => (await program.link(address, 'open', words)).split('/').pop();

// The notification comes back to the address that it was sent from: there is no such mailbox.
async function returned(program, notification) {
  const [, to] = notification.match(/^Return-Path: <(.*)>/m);
  const status = 'Reporting-MTA: dns; mx.example.org\n\nFinal-Recipient: rfc822; x@example.org\nAction: failed\nStatus: 5.1.1\n'
    + 'Diagnostic-Code: smtp; 550 5.1.1 no such user';
  await program.send({ from: '<>', to, subject: 'Undelivered mail', body: 'It could not be delivered.', options: [
    '--h-From', 'Mail Delivery <mailer-daemon@example.org>', '--attach-type', 'message/delivery-status', '--attach', status,
  ] });
}

// Lets the time come at which it is said that a message ends unread. The program looks once a minute.
const warnOf = (program, address) =>
  change(program, `UPDATE deliveries SET warn_at = '${LONG_AGO}' WHERE recipient = '${address}';`);

// What senders are told of mail that was sealed without their asking; each of them once a day.
async function notes(program) {
  const number = '123-45-6789';
  await program.send({ from: 'ann@cws.state.ca.us', to: sam, subject: 'His papers', body: `His number is ${number}.` });
  await program.send({ from: 'ben@cws.state.ca.us', to: sam, subject: `# About ${number}`, body: 'Good morning.' });
  await program.send({ from: 'cyd@cws.state.ca.us', to: sam, subject: 'The list', options: [
    '--attach-type', 'text/plain', '--attach-name', 'list.txt', '--attach', `Noah ${number}`,
  ] });
}

// Waits for the last of them.
export async function arrived(program) {
  for (const to of ['ann', 'ben', 'cyd']) await program.mail(`${to}@cws.state.ca.us`);
  await program.mail(carol, (text) => text.includes('5.1.1'));
  // The warnings go out at the next sweep, within a minute.
  await until('the warnings', () => program.link(carol, 'extend').catch(() => null), 90_000);
}
