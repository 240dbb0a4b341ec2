// A walk past the pages of a message on its way: written, sent, answered, looked after, extended; and past the states of
// pages that a first walk does not meet: loading, nothing found, something went wrong.
import { arrived, carol, everyLetter, robin } from './letters.mjs';
import { fixture, loggedIn, raw } from './reader.mjs';
import { heading, unavailable } from './trouble.mjs';

const phone = { viewport: { width: 360, height: 740 } };

// `look(page, name)` is called at each.
export async function afterwards(program, browser, look) {
  const id = await everyLetter(program);
  const reader = await loggedIn(program, browser, robin, phone);
  await reading(program, reader, look);
  await reader.close();
  const staff = await loggedIn(program, browser, carol, phone);
  await writing(program, staff, look);
  await lookingAfter(program, staff, look, id);
  await staff.close();
}

async function reading(program, page, look) {
  await page.goto(`${program.url}/inbox?search=friday`);
  await page.getByText('Visit on Friday').first().waitFor();
  await look(page, 'inbox-found');
  await page.goto(`${program.url}/inbox?search=zebra`);
  await page.getByRole('heading', { name: 'Nothing found for' }).waitFor();
  await look(page, 'inbox-nothing-found');
  await page.goto(`${program.url}/sent?search=zebra`);
  await page.getByRole('heading', { name: 'Nothing found for' }).waitFor();
  await look(page, 'sent-nothing-found');

  await raw(program, robin, await fixture('gmail-inline-and-attached'));
  await raw(program, robin, await fixture('newsletter-remote-images'));
  await program.link(robin, 'open', 'Foster parents');
  await loading(program, page, look);
  await page.goto(`${program.url}/inbox`);
  await page.getByText('Drawing and form').first().click();
  await page.getByText('form.docx').waitFor();
  await page.waitForTimeout(500);
  await look(page, 'message-attachments');
  await page.goto(`${program.url}/inbox`);
  await page.getByText('Foster parents').first().click();
  await page.getByText('Images from the internet are not shown').waitFor();
  await page.waitForTimeout(500);
  await look(page, 'message-remote-images');

  await page.goto(`${program.url}/inbox`);
  await page.getByText('Visit on Friday').first().click();
  await page.getByRole('button', { name: 'Send reply' }).click();
  await page.getByText('Write something first.').waitFor();
  await look(page, 'reply-empty');
  await page.getByLabel(/your reply/i).fill('We will be there at three.');
  await page.locator('#reply-files').setInputFiles({ name: 'school report.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4') });
  await page.getByText('Your text is kept as a draft').waitFor();
  await look(page, 'reply-written');
  await page.getByRole('button', { name: 'Send reply' }).click();
  await page.getByText('Your reply was sent.').waitFor();
  await page.getByRole('heading', { name: /Conversation/ }).waitFor();
  await look(page, 'reply-sent');
}

// What stands there until the answer comes.
async function loading(program, page, look) {
  const held = [];
  await page.route('**/api/v1/messages?*', (route) => held.push(route));
  await page.goto(`${program.url}/inbox`);
  await page.locator('.bone').first().waitFor();
  await look(page, 'inbox-loading');
  await page.unroute('**/api/v1/messages?*');
  await Promise.all(held.map((route) => route.continue().catch(() => {})));
}

async function writing(program, page, look) {
  await page.goto(`${program.url}/compose`);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByText('Enter at least one address.').waitFor();
  await look(page, 'compose-errors');
  const to = page.getByLabel('To', { exact: true });
  await to.fill('Lee Long <lee.with.a.long.name@law-office.example.org>, desk@cws.state.ca.us, ');
  await to.pressSequentially('rob');
  await page.locator('.options').getByRole('option').first().waitFor();
  await page.keyboard.press('ArrowDown');
  await look(page, 'compose-suggestions');
  await page.keyboard.press('Enter');
  await page.getByLabel('Subject', { exact: true }).fill('Hearing on Monday');
  await page.getByLabel('Message', { exact: true }).fill('Dear both,\n\nthe hearing is on Monday at nine.\n\nCarol');
  await page.locator('#letter-files').setInputFiles([
    { name: 'plan.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(240_000) },
    { name: 'a file with quite a long name, as scanners make them 2026-11-25.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(90_000) },
  ]);
  await page.getByText('Ordinary email, not encrypted').waitFor();
  await look(page, 'compose-written');
  await page.route('**/api/v1/messages', (route) => route.fulfill(unavailable(4)));
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByText('The portal is very busy right now.').waitFor();
  await look(page, 'compose-busy');
  await page.unroute('**/api/v1/messages');
  await page.waitForTimeout(4_500);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await heading(page, 'Your message was sent');
  await look(page, 'compose-sent');
}

async function lookingAfter(program, page, look, id) {
  await arrived(program);
  await page.goto(`${program.url}/sent`);
  await page.getByText('Papers for the hearing').first().waitFor();
  await look(page, 'sent-progress');
  await page.goto(`${program.url}/sent?id=${id}`);
  await page.getByText('Replied').waitFor();
  await look(page, 'tracking-progress');
  await page.getByRole('button', { name: 'Notify again: sam@example.org' }).click();
  await page.getByText('The notification is on its way again').waitFor();
  await look(page, 'tracking-notified');

  await page.goto(`${program.url}/genuine`);
  const [code] = (await program.mail(robin, (text) => text.includes('Papers for the hearing'))).match(/[0-9A-Z]{4}-[0-9A-Z]{4}/);
  await page.getByLabel('Reference code').fill(code);
  await page.getByRole('button', { name: 'Look it up' }).click();
  await page.getByText('This code is genuine.').waitFor();
  await look(page, 'genuine-found');

  await page.goto(`${program.url}/settings`);
  await page.getByLabel('What is it for?').fill('Case system');
  await page.getByRole('button', { name: 'Create token' }).click();
  await page.getByText('Copy this token now.').waitFor();
  await look(page, 'settings-token');
  await extension(program, page, look);
}

async function extension(program, page, look) {
  const link = await program.link(carol, 'extend');
  await page.goto(link);
  await page.getByRole('button', { name: /Extend until/ }).waitFor();
  await look(page, 'extend');
  await page.getByRole('button', { name: /Extend until/ }).click();
  await heading(page, 'Your message can be read for longer');
  await look(page, 'extend-done');
  await page.goto(link);
  await heading(page, 'This link was already used, or is too old');
  await look(page, 'extend-used');
  const nobody = { message_id: '0', subject: 'Visit', recipients: [], expires_at: '2027-01-02T12:00:00Z', until: '2027-02-01T12:00:00Z' };
  await page.route('**/api/v1/extensions/*', (route) => route.fulfill({ json: nobody }));
  await page.reload();
  await heading(page, 'There is nothing to do');
  await look(page, 'extend-nothing');
  await page.unroute('**/api/v1/extensions/*');
}
