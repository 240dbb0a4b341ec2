// A forgotten password: wrong ones wait a little, the mailed link always works, and the message is not lost on the way.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { launch, person } from './browser.mjs';
import { endSessions, heading } from './trouble.mjs';
import { newcomer } from './people.mjs';
import { Program } from './program.mjs';

const parent = 'pat.parent@example.org';
const chosen = 'four green chairs';
const secret = 'The visit is at three.';

describe('a forgotten password', () => {
  let program, browser, link, elsewhere, page;

  before(async () => {
    program = await Program.start();
    browser = await launch();
    await program.send({ to: parent, subject: '# Visit on Friday', body: secret });
    link = await program.link(parent, 'open');
    elsewhere = await newcomer(program, browser, parent, link);
    page = await person(browser);
  });

  after(async () => {
    await browser?.close();
    await program?.stop();
  });

  const wrong = () => fetch(`${program.url}/api/v1/sessions`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ email: parent, password: 'wrong' }),
  });
  const seconds = (count) => new Promise((resolve) => setTimeout(resolve, count * 1_000));

  it('wrong ones make the next try wait a little, which the page counts down', async () => {
    for (let tries = 0; tries < 5; tries += 1) assert.equal((await wrong()).status, 401);
    await seconds(1);
    assert.equal((await wrong()).headers.get('retry-after'), '2');
    await seconds(2);
    await page.goto(link);
    await page.getByRole('button', { name: 'Open Message' }).click();
    await page.getByLabel('Password', { exact: true }).fill('wrong');
    const button = page.getByRole('button', { name: 'Log in' });
    await button.click();
    await page.getByText('The email address or the password is wrong.').waitFor();
    await page.locator('.wait').getByText('You can try again in 3 seconds.').or(page.locator('.wait').getByText('You can try again in 4 seconds.')).waitFor();
    await page.locator('.wait').getByText('You can try again in 1 second.').waitFor();
    assert.equal(await button.getAttribute('aria-disabled'), 'true');
    await page.getByText('You can try again now.').waitFor();
    assert.equal(await button.getAttribute('aria-disabled'), null);
  });

  it('is asked for with the address filled in, which never stands in a path', async () => {
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    assert.equal(await page.getByLabel('Email').inputValue(), parent);
    assert.ok(!page.url().includes('@') && !page.url().includes('%40'));
    await page.getByRole('button', { name: 'Send me the email' }).click();
    await heading(page, 'Check your email');
  });

  it('is set on another device, which then shows the message; the wait is over, other sessions too', async () => {
    await wrong();
    const phone = await person(browser);
    await phone.goto(await program.link(parent, 'reset'));
    assert.equal(await phone.getByLabel('Email').inputValue(), parent);
    await phone.getByLabel('New password').fill(chosen);
    await phone.getByRole('button', { name: 'Save and continue' }).click();
    await phone.waitForURL(/\/messages\//);
    await phone.getByText(secret).first().waitFor();
    await program.mail(parent, (text) => /password .*was (just )?changed/i.test(text));
    await elsewhere.getByLabel(/your reply/i).fill('Still here?');
    await elsewhere.getByRole('button', { name: 'Send reply' }).click();
    await elsewhere.getByRole('heading', { name: 'Your session has ended' }).waitFor();
    assert.deepEqual([...phone.faults, ...elsewhere.faults, ...page.faults], []);
  });

  it('a link that was used says so, and another mail can be asked for', async () => {
    await page.goto(await program.link(parent, 'reset'));
    await heading(page, 'This link was already used, or is too old');
    assert.deepEqual(await page.locator('main a.button').allInnerTexts(), ['Log in', 'Forgot your password?']);
    await page.getByText('If you have already chosen your new password, log in with it.').waitFor();
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    await page.getByLabel('Email').waitFor();
  });

  // Asks for a mail on the page that stands there, and gives its link.
  const asked = async (page) => {
    const before = await program.link(parent, 'reset');
    await page.getByLabel('Email').fill(parent);
    await page.getByRole('button', { name: 'Send me the email' }).click();
    await heading(page, 'Check your email');
    const mail = await program.mail(parent, (text) => /\/reset\//.test(text) && !text.includes(before));
    return mail.match(/http\S+\/reset\/[A-Za-z0-9_-]{43}/)[0];
  };

  it('is set although the connection broke before the log-in; whoever has no account yet is told so', async () => {
    const link = await asked(page);
    await page.getByText('If no email comes, you may not have an account yet').waitFor();
    await page.goto(link);
    await page.getByLabel('New password').fill('six white boats');
    await page.route('**/api/v1/sessions', (route) => route.abort(), { times: 1 });
    await page.getByRole('button', { name: 'Save and continue' }).click();
    await page.getByText('This needs a connection.').or(page.locator('main .notice-trouble')).first().waitFor();
    await page.getByRole('button', { name: 'Save and continue' }).click();
    await heading(page, 'Inbox');
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByText('You are logged out.').waitFor();
  });

  it('is set in another window while the question for it covers the page', async () => {
    await page.goto(link);
    await page.getByRole('button', { name: 'Open Message' }).click();
    await page.getByLabel('Password', { exact: true }).fill('six white boats');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByLabel('Your reply').fill('Typed before');
    // Nothing else than the button asks the server again.
    await page.getByText('Your text is kept as a draft').waitFor();
    await endSessions(program);
    await page.getByRole('button', { name: 'Send reply' }).click();
    const dialog = page.getByRole('dialog');
    const window = page.context().waitForEvent('page');
    await dialog.getByRole('link', { name: 'Forgot your password?' }).click();
    const reset = await asked(await window);
    const phone = await person(browser);
    await phone.goto(reset);
    await phone.getByLabel('New password').fill(chosen);
    await phone.getByRole('button', { name: 'Save and continue' }).click();
    await phone.getByText(secret).first().waitFor();
    await dialog.getByLabel('Password', { exact: true }).fill(chosen);
    await dialog.getByRole('button', { name: 'Log in' }).click();
    await page.getByText('Your reply was sent.').waitFor();
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByText('You are logged out.').waitFor();
    assert.deepEqual([...page.faults, ...phone.faults], []);
  });

  it('from the page of a message leads back to that message', async () => {
    const message = elsewhere.url();
    await page.goto(message);
    await page.waitForURL(/\/login/);
    await page.getByLabel('Email').fill(parent);
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    assert.equal(await page.getByLabel('Email').inputValue(), parent);
    const reset = await asked(page);
    const phone = await person(browser);
    await phone.goto(reset);
    await phone.getByLabel('New password').fill('five blue doors');
    await phone.getByRole('button', { name: 'Save and continue' }).click();
    await phone.getByText(secret).first().waitFor();
    assert.equal(phone.url(), message);
  });

  it('fields say to password managers and phones what they are for', async () => {
    await page.goto(`${program.url}/login`);
    const attributes = (label, names) => page.getByLabel(label, { exact: true }).evaluate((field, names) => names.map((name) => field.getAttribute(name)), names);
    assert.deepEqual(await attributes('Email', ['type', 'name', 'autocomplete', 'autocapitalize']), ['email', 'email', 'username', 'none']);
    assert.deepEqual(await attributes('Password', ['type', 'autocomplete', 'autocapitalize']), ['password', 'current-password', 'none']);
    await page.getByLabel('Password', { exact: true }).fill('shown');
    await page.getByRole('button', { name: 'Show the typed characters' }).click();
    assert.deepEqual(await attributes('Password', ['type']), ['text']);
    await page.goto(`${program.url}/register`);
    assert.deepEqual(await attributes('Password', ['autocomplete']), ['new-password']);
    assert.deepEqual(await attributes('Your name', ['autocomplete', 'autocapitalize']), ['name', 'words']);
  });
});
