// What a sender sees of a message that has gone, and can still do with it.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { accessible } from './accessible.mjs';
import { launch, person } from './browser.mjs';
import { Program, until } from './program.mjs';
import { clerk, newcomer, password, staff } from './people.mjs';

describe('a sender who looks after a message', () => {
  let program, browser, page;
  const pat = 'pat@example.org';
  const sam = 'sam@example.org';
  const of = (address) => page.locator('.deliveries > li').filter({ hasText: address });

  before(async () => {
    program = await Program.start();
    browser = await launch();
    page = await staff(program, browser);
    await page.goto(`${program.url}/compose`);
    await page.getByLabel('To', { exact: true }).fill(`${pat}, ${sam}`);
    await page.getByLabel('Subject', { exact: true }).fill('Visit on Friday');
    await page.getByLabel('Message', { exact: true }).fill('The visit is at three.');
    await page.getByText(/Send me an email when somebody opens it/).click();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('link', { name: 'See who has opened it' }).click();
    await of(pat).waitFor();
    await program.link(sam, 'open');
  });

  after(async () => {
    await browser?.close();
    await program?.stop();
  });

  it('is told by mail when it is opened, which the recipient knows before opening', async () => {
    const cover = await person(browser);
    await cover.goto(await program.link(pat, 'open'));
    await cover.getByText('asked for a read notice: when you open the message').waitFor();
    await cover.close();
    const opened = await newcomer(program, browser, pat, await program.link(pat, 'open', 'Visit on Friday'));
    await opened.getByText('was told by email when you first opened this message').waitFor();
    const notice = await program.mail(clerk, (text) => text.includes('Opened: Visit on Friday'));
    assert.match(notice, /message\/disposition-notification/);
    assert.ok(!notice.includes('The visit is at three.'));
    await page.reload();
    await of(pat).getByText(/^Opened /).waitFor();
    await of(sam).getByText('Not opened yet.').waitFor();
    await accessible(page);
  });

  it('notifies again whoever has not opened it, and is told to wait before the next time', async () => {
    await page.getByRole('button', { name: `Notify again: ${sam}` }).click();
    await page.getByText('The notification is on its way again').waitFor();
    await page.waitForFunction(() => document.activeElement.innerText.startsWith('The notification is on its way again'));
    assert.equal(await of(pat).getByRole('button', { name: /Notify again/ }).count(), 0);
    await page.getByRole('button', { name: `Notify again: ${sam}` }).click();
    // Beside the button that was pressed, which does nothing more for now.
    await of(sam).getByText(/^They were notified less than an hour ago\. Wait \d+ minutes/).waitFor();
    assert.equal(await of(sam).getByRole('button', { name: /Notify again/ }).getAttribute('aria-disabled'), 'true');
  });

  it('extends it: only later ends can be chosen, and what was extended elsewhere meanwhile is told', async () => {
    const choice = page.getByLabel('How long, from today on?');
    assert.deepEqual(await choice.locator('option').allInnerTexts(), ['180 days', '1 year']);
    await choice.evaluate((select) => select.add(new Option('7 days', '7')));
    await choice.selectOption('7');
    await page.getByRole('button', { name: 'Extend' }).click();
    await page.getByText('It can be read for at least that long already.').waitFor();
    const before = await of(sam).getByText(/It can be read until/).innerText();
    await choice.selectOption('180');
    // What stands there stays until the answer is there.
    await page.evaluate(() => {
      new MutationObserver(() => { window.bones ||= !!document.querySelector('.bone'); }).observe(document.body, { childList: true, subtree: true });
    });
    await page.getByRole('button', { name: 'Extend' }).click();
    await page.getByText('Done.', { exact: true }).waitFor();
    await page.waitForFunction(() => document.activeElement.innerText.startsWith('Done.'));
    await until('the new day', async () => await of(sam).getByText(/It can be read until/).innerText() !== before);
    assert.ok(!await page.evaluate(() => window.bones), 'the list never goes away');
  });

  it('saves the tracking as a table', async () => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: /CSV/ }).click()]);
    assert.match(download.suggestedFilename(), /^tracking-.*\.csv$/);
    const lines = (await readFile(await download.path(), 'utf8')).trim().split('\r\n');
    assert.equal(lines.length, 3);
    assert.ok(lines.some((line) => line.includes(`,${pat},notified,`)));
  });

  it('of a colleague is told that it is in another account, which can be switched to', async () => {
    const there = page.url();
    const desk = await staff(program, browser, 'desk@cws.state.ca.us');
    await desk.goto(there);
    await desk.getByRole('heading', { level: 1, name: 'This message is not in this account' }).waitFor();
    await desk.getByText('You are logged in as desk@cws.state.ca.us. The message was sent from another address').waitFor();
    await accessible(desk);
    await desk.getByRole('button', { name: 'Log in with another address' }).click();
    await desk.getByLabel('Email').fill(clerk);
    await desk.getByLabel('Password', { exact: true }).fill(password);
    await desk.getByRole('button', { name: 'Log in' }).click();
    await desk.getByText(sam).first().waitFor();
    assert.equal(desk.url(), there);
    assert.deepEqual(desk.faults, []);
    await desk.close();
  });

  it('takes it back from one, and then from all', async () => {
    await page.getByRole('button', { name: `Take back: ${sam}` }).click();
    await page.getByRole('button', { name: 'Yes, take it back' }).click();
    await of(sam).getByText('Taken back before it was opened.').waitFor();
    await page.getByText(`The message was taken back from ${sam}.`).waitFor();
    const there = page.url();
    await page.goto(`${program.url}/sent`);
    await page.getByText('Taken back from 1. Opened by 1 of 2').waitFor();
    await page.goto(there);
    await page.getByRole('button', { name: /Take the message back from everyone/ }).click();
    await page.getByRole('button', { name: /^Yes/ }).click();
    await of(pat).getByText('Taken back.').waitFor();
    await page.getByText('The message was taken back from everyone.').waitFor();
    // Which one it was is still to be seen.
    await page.getByText('“Visit on Friday”').or(page.locator('q', { hasText: 'Visit on Friday' })).first().waitFor();
    assert.match(await page.locator('main code').innerText(), /^\w{4}-\w{4}$/);
    await page.goto(`${program.url}/sent`);
    await page.getByText('Taken back').first().waitFor();
    assert.deepEqual(page.faults, []);
  });

  it('sees in the list that a message reached the wrong person', async () => {
    await program.send({ to: pat, subject: '# For somebody else', body: 'The visit is at three.' });
    const cover = await person(browser);
    await cover.goto(await program.link(pat, 'open', 'For somebody else'));
    await cover.getByRole('button', { name: 'This message is not for me' }).click();
    await cover.getByRole('button', { name: 'Yes, tell the sender' }).click();
    await cover.getByRole('heading', { name: 'You said that this message is not for you' }).waitFor();
    await cover.close();
    await page.goto(`${program.url}/sent`);
    await page.getByText('Reached the wrong person. Opened by 0 of 1').waitFor();
  });

  it('finds a link that extends nothing explained', async () => {
    const stranger = await person(browser);
    await stranger.goto(`${program.url}/extend/${'A'.repeat(43)}`);
    await stranger.getByRole('heading', { name: 'This link was already used, or is too old' }).waitFor();
    await accessible(stranger);
    assert.deepEqual(stranger.faults, []);
  });

  it('extends with the link in the warning only by its button', async () => {
    const stranger = await person(browser);
    const link = { message_id: '0', subject: 'Visit', recipients: [sam], expires_at: '2027-01-02T12:00:00Z', until: '2027-02-01T12:00:00Z' };
    const calls = [];
    // Weeks would have to pass until the program itself writes such a mail.
    await stranger.route('**/api/v1/extensions/*', (route) => {
      const method = route.request().method();
      calls.push(method);
      return route.fulfill({ json: method === 'POST' ? { ...link, expires_at: link.until } : link });
    });
    await stranger.goto(`${program.url}/extend/${'A'.repeat(43)}`);
    await stranger.getByText('January 2, 2027').waitFor();
    await accessible(stranger);
    assert.deepEqual(calls, ['GET']);
    await stranger.getByRole('button', { name: 'Extend until February 1, 2027' }).click();
    await stranger.getByRole('heading', { name: 'Your message can be read for longer' }).waitFor();
    assert.deepEqual(calls, ['GET', 'POST']);
    // As long as it can be kept already.
    link.until = link.expires_at;
    await stranger.reload();
    await stranger.getByText('The time of this message cannot be extended any further.').waitFor();
    assert.equal(await stranger.locator('main button').count(), 0);
    await accessible(stranger);
    assert.deepEqual(stranger.faults, []);
  });
});
