// What happens to somebody on a phone: a connection that comes and goes, a second tap, a session that ends, a sending
// that is refused. No word is lost, and nothing is said that is not true.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { launch } from './browser.mjs';
import { clerk, password } from './people.mjs';
import { Program, until } from './program.mjs';
import { account, loggedIn, open, token } from './reader.mjs';
import { endSessions, tooLarge, unavailable } from './trouble.mjs';

const pat = 'pat@example.org';
const phone = { viewport: { width: 360, height: 740 } };

describe('on a phone', () => {
  let program, browser, page;
  const reply = () => page.getByLabel('Your reply');
  const send = () => page.getByRole('button', { name: 'Send reply' }).click();
  // What the browser asked, and what it is answered.
  const asked = [];
  let leaves = true;

  before(async () => {
    program = await Program.start();
    browser = await launch();
    await program.send({ to: pat, subject: '# Papers for the hearing on Friday in the large hall', options: ['--attach-type', 'text/plain', '--attach-name', 'list.txt', '--attach', 'A list'] });
    await account(program, pat, 'Pat Parent');
    await account(program, clerk, 'Clara Clerk');
    page = await loggedIn(program, browser, pat, phone);
    page.on('dialog', (dialog) => {
      asked.push(dialog.type());
      return leaves ? dialog.accept() : dialog.dismiss();
    });
  });

  after(async () => {
    assert.deepEqual(page?.faults, []);
    await browser?.close();
    await program?.stop();
  });

  it('the list shows that a message with a long subject has attachments, and fits', async () => {
    await program.send({ to: pat, subject: '# Visit on Friday' });
    await page.goto(`${program.url}/inbox`);
    const clip = page.getByRole('link', { name: /large hall With attachments/ }).getByRole('img', { name: 'With attachments' });
    const box = await clip.boundingBox();
    assert.ok(box.width > 10 && box.x + box.width < 350, 'the clip is seen');
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
    assert.equal(await page.getByRole('link', { name: 'Visit on Friday' }).getByRole('img').count(), 0);
  });

  it('a second tap hits nothing of what has just come', async () => {
    await open(program, page, 'Visit on Friday');
    await page.evaluate(() => addEventListener('click', (event) => window.hit.push(event.target.tagName), true));
    for (const words of ['We shall be there.', 'All of us.']) {
      await reply().fill(words);
      const button = page.getByRole('button', { name: 'Send reply' });
      await button.scrollIntoViewIfNeeded();
      const { x, y, width, height } = await button.boundingBox();
      await page.evaluate(() => { window.hit = []; });
      await page.mouse.click(x + width / 2, y + height / 2);
      const done = page.getByText('Your reply was sent.');
      await done.waitFor();
      for (let tap = 0; tap < 3; tap += 1) await page.mouse.click(x + width / 2, y + height / 2 - 40 * tap);
      assert.deepEqual((await page.evaluate(() => window.hit)).slice(1), ['HTML', 'HTML', 'HTML']);
      assert.equal(await page.locator('.turn details[open]').count(), 0);
      await page.getByRole('button', { name: 'Write another reply' }).click();
    }
  });

  it('what was typed without a connection is kept once there is one, and nobody leaves it by mistake', async () => {
    await open(program, page, 'Visit on Friday');
    await page.context().setOffline(true);
    await reply().pressSequentially('Typed under ground');
    await page.getByText('Your draft cannot be kept right now.').waitFor();
    await send();
    await page.getByText('This needs a connection.').waitFor();
    assert.equal(await page.getByText('You are offline.').count(), 1, 'it is said once');
    leaves = false;
    await page.evaluate(() => { location.href = '/settings'; });
    await until('the question', () => asked.length === 1);
    leaves = true;
    assert.equal(await reply().inputValue(), 'Typed under ground');
    await page.context().setOffline(false);
    await page.getByText('Your text is kept as a draft').waitFor();
    assert.equal(await page.getByText('This needs a connection.').count(), 0);
    await page.reload();
    await until('the draft', async () => await reply().inputValue() === 'Typed under ground');
    assert.deepEqual(asked, ['beforeunload']);
    await reply().fill('');
    await page.getByText('Your text is kept as a draft').waitFor({ state: 'detached' });
  });

  it('files that were chosen are not left behind without a question', async () => {
    asked.length = 0;
    await reply().fill('With a file');
    await page.locator('#reply-files').setInputFiles({ name: 'form.txt', mimeType: 'text/plain', buffer: Buffer.from('form') });
    await page.reload();
    assert.deepEqual(asked, ['beforeunload']);
    await until('the draft', async () => await reply().inputValue() === 'With a file');
    await page.reload();
    assert.deepEqual(asked, ['beforeunload'], 'without files nothing is asked');
    // From page to page as well.
    await reply().waitFor();
    await page.locator('#reply-files').setInputFiles({ name: 'form.txt', mimeType: 'text/plain', buffer: Buffer.from('form') });
    for (leaves of [false, true]) {
      await page.getByText('form.txt').waitFor();
      await page.getByRole('link', { name: 'Inbox', exact: true }).first().click();
    }
    await page.getByRole('heading', { level: 1, name: 'Inbox' }).waitFor();
    assert.deepEqual(asked, ['beforeunload', 'confirm', 'confirm']);
    await page.getByRole('link', { name: 'Visit on Friday' }).first().click();
    await reply().waitFor();
    await page.getByRole('link', { name: 'Inbox', exact: true }).first().click();
    await page.getByRole('heading', { level: 1, name: 'Inbox' }).waitFor();
    assert.equal(asked.length, 3);
    // Nor by the browser's own button.
    await page.getByRole('link', { name: 'Visit on Friday' }).first().click();
    await reply().waitFor();
    const there = page.url();
    await page.locator('#reply-files').setInputFiles({ name: 'form.txt', mimeType: 'text/plain', buffer: Buffer.from('form') });
    for (leaves of [false, true]) {
      await page.getByText('form.txt').waitFor();
      assert.equal(page.url(), there);
      const before = asked.length;
      await page.evaluate(() => history.back());
      await until('the question', () => asked.length > before);
    }
    await page.getByRole('heading', { level: 1, name: 'Inbox' }).waitFor();
    assert.equal(asked.length, 5);
  });

  it('a draft that the server would not keep is not tried again with what was removed meanwhile, or is too much', async () => {
    await open(program, page, 'Visit on Friday');
    await until('the draft', async () => await reply().inputValue() === 'With a file');
    await reply().fill('');
    await page.getByText('Your text is kept as a draft').waitFor({ state: 'detached' });
    const tries = [];
    let answered;
    await page.route('**/api/v1/drafts/*', async (route) => {
      if (route.request().method() === 'GET') return route.continue();
      tries.push(route.request().postData() ?? '');
      return answered(route);
    });
    const rests = () => page.waitForTimeout(2_500);
    let fails;
    answered = (route) => { fails = () => route.fulfill(unavailable(1)); };
    await reply().fill('Taken out again');
    await until('the try', () => tries.length === 1);
    await reply().fill('');
    await fails();
    await rests();
    assert.equal(tries.length, 1, tries.join());
    answered = (route) => route.fulfill(tooLarge(1));
    await reply().fill('Very long');
    await page.getByText('Your draft cannot be kept right now.').waitFor();
    await rests();
    assert.equal(tries.length, 2, tries.join());
    await page.unroute('**/api/v1/drafts/*');
    await reply().fill('');
  });

  it('what was not sent is kept, although it was sent off before the draft was', async () => {
    const to = page.getByLabel('To', { exact: true });
    await page.goto(`${program.url}/compose`);
    await to.fill('stranger@example.com');
    await page.getByLabel('Message', { exact: true }).fill('A long letter');
    await page.getByLabel('Subject', { exact: true }).fill('To a stranger');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('You cannot write to that address.').waitFor();
    await page.getByText('Your text is kept as a draft').waitFor();
    await page.reload();
    await until('the draft', async () => await page.getByLabel('Message', { exact: true }).inputValue() === 'A long letter');
    assert.equal(await page.getByLabel('Subject', { exact: true }).inputValue(), 'To a stranger');
    await page.getByRole('button', { name: 'Delete the draft' }).click();
  });

  it('a reply goes on by itself once the password was given again', async () => {
    await open(program, page, 'Visit on Friday');
    await reply().fill('Sent after all');
    // Kept later, the draft would be what meets the end of the session.
    await page.getByText('Your text is kept as a draft').waitFor();
    await endSessions(program);
    await send();
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.name), 'lapsed_password');
    await page.keyboard.type(password);
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('Your reply was sent.').waitFor();
    assert.equal(await page.getByText('Log in first.').count(), 0);
    await program.mail(clerk, (text) => text.includes('Sent after all'));
  });

  it('whoever leaves the question for the password is asked before words or files are lost, and hears what is missing', async () => {
    asked.length = 0;
    await open(program, page, 'Visit on Friday');
    await page.locator('#reply-files').setInputFiles({ name: 'form.txt', mimeType: 'text/plain', buffer: Buffer.from('form') });
    await endSessions(program);
    await reply().fill('Not kept yet');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Log in' }).click();
    await dialog.getByText('Enter your password.').waitFor();
    await page.waitForFunction(() => document.activeElement.name === 'lapsed_password');
    for (leaves of [false, true]) {
      assert.equal(await reply().inputValue(), 'Not kept yet');
      await dialog.getByRole('button', { name: 'Leave this page' }).click();
    }
    await page.getByText('You are logged out.').waitFor();
    assert.deepEqual(asked, ['confirm', 'confirm']);
  });

  it('at a shared computer nothing goes on in the name of who has logged in since', async () => {
    const bob = 'bob@example.org';
    await program.send({ to: bob, subject: '# For Bob' });
    await account(program, bob, 'Bob Brown');
    const other = await page.context().newPage();
    const logIn = async (email) => {
      await other.goto(`${program.url}/login?out=1`);
      await other.getByLabel('Email').fill(email);
      await other.getByLabel('Password', { exact: true }).fill(password);
      await other.getByRole('button', { name: 'Log in' }).click();
      await other.getByRole('heading', { level: 1, name: 'Inbox' }).waitFor();
    };
    const text = page.getByLabel('Message', { exact: true });
    // A letter is sent off; a draft is kept, and what is typed meanwhile is left to the page that goes.
    const send = () => page.getByRole('button', { name: 'Send', exact: true }).click();
    const write = async () => {
      await page.route('**/api/v1/drafts/new', (route) => setTimeout(() => route.continue(), 400));
      const keeps = page.waitForRequest((request) => request.method() === 'PUT');
      await text.pressSequentially(' and more');
      await keeps;
      await text.pressSequentially(' and yet more');
    };
    for (const goesOn of [send, write]) {
      await logIn(pat);
      await page.goto(`${program.url}/compose`);
      await page.getByLabel('To', { exact: true }).fill(clerk);
      await page.getByLabel('Subject', { exact: true }).fill('From Pat');
      await text.fill('Pat wrote this');
      await page.getByText('Your text is kept as a draft').waitFor();
      await other.getByRole('button', { name: 'Log out' }).click();
      await other.getByText('You are logged out.').waitFor();
      await logIn(bob);
      await goesOn();
      await until('the page of Bob', async () => await text.inputValue() === '');
      await page.waitForTimeout(1_500);
      const headers = { Authorization: `Bearer ${await token(program, bob)}` };
      const list = await (await fetch(`${program.url}/api/v1/messages?box=sent`, { headers })).json();
      assert.deepEqual(list.items, []);
      assert.equal((await fetch(`${program.url}/api/v1/drafts/new`, { headers })).status, 404);
      await other.getByRole('button', { name: 'Log out' }).click();
      await other.getByText('You are logged out.').waitFor();
    }
  });
});
