// A walk past every page and every mail. `look(page, name)` is called at each; pictures and the checks of
// accessibility go the same way, so what is added here gets both.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterwards } from './afterwards.mjs';
import { person } from './browser.mjs';
import { deadEnds } from './dead-ends.mjs';
import { clerk, password, register, staff } from './people.mjs';
import { tooMany } from './trouble.mjs';

const parent = 'pat.parent@example.org';
const html = '<p>Dear Ms. Park,</p><p>the visit is on <b>Friday</b> at three. Please bring:</p><ul><li>the school report</li>'
  + '<li>something Noah likes to play with</li></ul><p>Kind regards<br>Clara</p>';

const heading = (name) => (page) => page.getByRole('heading', { name }).first().waitFor();
const anyHeading = (page) => page.locator('main h1').first().waitFor();

export async function tour(program, browser, look) {
  const walk = new Walk(program, browser, look);
  const reader = await walk.recipient();
  await walk.strangers(await program.link(parent, 'open'));
  await walk.sender(reader);
  await afterwards(program, browser, look);
  const desk = await staff(program, browser, 'desk@cws.state.ca.us');
  await deadEnds(program, browser, look, desk);
  await desk.close();
  await walk.mails();
}

class Walk {
  constructor(program, browser, look) {
    Object.assign(this, { program, browser, look });
  }

  async visit(page, path, name, ready = anyHeading) {
    await page.goto(path.startsWith('http') ? path : this.program.url + path);
    await ready(page);
    await this.look(page, name);
  }

  async recipient() {
    const { program } = this;
    const page = await person(this.browser);
    await program.send({ to: parent, subject: '# Visit on Friday', body: html, options: ['--add-header', 'Content-Type: text/html; charset=utf-8'] });
    const link = await program.link(parent, 'open');
    const fresh = await person(this.browser);
    await this.visit(fresh, '/dev/mailbox', 'mailbox');
    const [, name] = (await fresh.content()).match(/href="(\/dev\/mailbox\/[^"]*pat\.parent[^"]*)"/);
    await this.visit(fresh, name, 'mailbox-mail');
    await fresh.close();
    await this.visit(page, link, 'open', (page) => page.getByText('Open Message').first().waitFor());
    await page.getByText('Open Message').first().click();
    await page.waitForURL(/register/);
    await page.getByRole('button', { name: 'Continue' }).click();
    await this.look(page, 'register-errors');
    await register(program, page, parent, 'Pat Park', this.look);
    await page.getByLabel(/your reply/i).waitFor();
    await page.waitForTimeout(500);
    await this.look(page, 'message-html');
    await program.send({ to: parent, subject: '# Bring the papers for the hearing on Wednesday in the large hall', body: 'Good morning.\n\nPlease bring the papers.\n\nClara', options: ['--attach-type', 'text/plain', '--attach-name', 'papers.txt', '--attach', 'A list of papers'] });
    await page.goto(await program.link(parent, 'open', 'Bring the papers'));
    await page.getByText('Open Message').first().click();
    await page.getByLabel(/your reply/i).waitFor();
    await this.look(page, 'message-text');
    await this.visit(page, '/inbox', 'inbox', (page) => page.getByText('Visit on Friday').first().waitFor());
    await this.visit(page, '/help', 'help');
    await this.visit(page, '/settings', 'settings-recipient');
    await this.visit(page, '/sent', 'sent-empty');
    await this.visit(page, '/compose', 'compose-recipient');
    await page.getByLabel('To', { exact: true }).fill(clerk);
    await page.getByLabel('Subject', { exact: true }).fill('A question');
    await page.getByText(`Sent encrypted to ${clerk}`).waitFor();
    await this.look(page, 'compose-recipient-ready');
    await page.getByLabel('Message', { exact: true }).fill('When?');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await heading('Your message was sent')(page);
    await this.look(page, 'sent-off');
    return page;
  }

  async strangers(link) {
    const page = await person(this.browser);
    await page.goto(link);
    await page.getByText('Open Message').first().click();
    await page.waitForURL(/login/);
    await page.getByLabel('Password', { exact: true }).fill('not the password');
    await page.getByRole('button', { name: /log in/i }).click();
    await page.locator('.notice-trouble').first().waitFor();
    await this.look(page, 'login-wrong');
    await page.route('**/api/v1/sessions', (route) => route.fulfill(tooMany(45, 'wrong-passwords')));
    await page.getByRole('button', { name: /log in/i }).click();
    await page.locator('.wait').getByText('seconds').waitFor();
    await this.look(page, 'login-wait');
    await page.unroute('**/api/v1/sessions');
    await this.visit(page, '/login?out=1', 'logged-out', (page) => page.getByText('You are logged out.').waitFor());
    await this.visit(page, '/forgot', 'forgot');
    await page.getByLabel('Email').fill(parent);
    await page.locator('main form button').last().click();
    await page.getByText('an email is on its way').first().waitFor();
    await this.look(page, 'forgot-done');
    for (let press = 0; press < 6; press += 1) {
      const answer = page.waitForResponse('**/api/v1/password-resets');
      await page.getByRole('button', { name: 'Send the email again' }).click();
      await answer;
    }
    await page.getByText('Several emails to this address were already requested.').waitFor();
    await this.look(page, 'forgot-enough');
    await this.visit(page, await this.program.link(parent, 'reset'), 'reset');
    await this.visit(page, `/open/${'A'.repeat(43)}`, 'open-unknown');
    await this.visit(page, `/confirm/${'A'.repeat(43)}`, 'confirm-unknown');
    await this.visit(page, `/reset/${'A'.repeat(43)}`, 'reset-unknown');
    await this.visit(page, '/nowhere', 'not-found');
    await page.close();
  }

  async sender(reader) {
    const { program } = this;
    const page = await person(this.browser);
    await page.goto(`${program.url}/register`);
    await page.getByLabel('Email').fill(clerk);
    await register(program, page, clerk, 'Clara Clerk');
    await page.waitForURL(/inbox/);
    await anyHeading(page);
    await this.look(page, 'inbox-empty');
    await this.visit(page, '/compose', 'compose');
    await page.getByLabel(/^to/i).fill(parent);
    await page.getByLabel(/subject/i).fill('Noah, born 2/3/2019, SSN 123-45-6789');
    await page.getByLabel(/message|text/i).last().fill('His number is 123-45-6789.');
    await page.waitForTimeout(600);
    await this.look(page, 'compose-findings');
    await this.visit(page, '/sent', 'sent', (page) => page.getByText('Visit on Friday').first().waitFor());
    await page.getByText('Visit on Friday').first().click();
    await page.getByText(parent).first().waitFor();
    await this.look(page, 'tracking');
    await page.getByRole('button', { name: /take .*back/i }).first().click();
    await this.look(page, 'tracking-sure');
    await page.getByRole('button', { name: /^yes/i }).first().click();
    await page.getByText('taken back').first().waitFor();
    await this.look(page, 'tracking-recalled');
    await this.visit(page, '/settings', 'settings-sender');
    await this.visit(reader, await program.link(parent, 'open', 'Visit on Friday'), 'open-recalled');
  }

  // Every kind of mail that went out so far, as a mail program shows it; and of those that are plain text, as the demo does.
  async mails() {
    await mails(this.program, this.browser, this.look);
  }
}

export async function mails(program, browser, look) {
  const page = await person(browser);
  const names = await readdir(join(program.folder, 'data', 'mailbox'));
  const seen = new Set();
  for (const name of names.filter((name) => name.endsWith('.eml')).sort()) {
    const path = `${program.url}/dev/mailbox/${name}`;
    await page.goto(path);
    const subject = (await page.locator('h1').first().innerText()).replace(/[^a-z]+/gi, '-').toLowerCase().slice(0, 48);
    if (seen.has(subject)) continue;
    seen.add(subject);
    const attached = await page.evaluate(() => [...document.links].find((link) => link.innerText === 'Open-Message.html')?.pathname);
    const answer = await page.goto(`${path}/html`);
    if (answer.ok()) {
      await look(page, `mail-${subject}`);
    } else {
      await page.goto(path);
      await look(page, `mailbox-${subject}`);
    }
    if (attached && !seen.has('attached')) {
      seen.add('attached');
      await page.goto(program.url + attached);
      await look(page, 'mail-open-message');
    }
  }
  await page.close();
}
