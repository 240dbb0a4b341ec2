// Between the first form and the first message: mails that do not come, pages that are loaded anew, a wrong address; and
// the ways out and in again. What a page says is true, and there is always a way on.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { accessible } from './accessible.mjs';
import { launch, person } from './browser.mjs';
import { clerk, newcomer, password } from './people.mjs';
import { Program, until } from './program.mjs';
import { account, loggedIn } from './reader.mjs';
import { endLinks, heading } from './trouble.mjs';

const pat = 'pat@example.org';
const button = (page, name) => page.getByRole('button', { name });

describe('first steps', () => {
  let program, browser, link;

  before(async () => {
    program = await Program.start();
    browser = await launch();
    await program.send({ to: pat, subject: '# Visit on Friday', body: 'The visit is at three.' });
    link = await program.link(pat, 'open');
    await account(program, clerk, 'Clara Clerk');
  });

  after(async () => {
    await browser?.close();
    await program?.stop();
  });

  const register = async (page) => {
    await page.getByLabel('Your name').fill('Pat Parent');
    await page.getByLabel('Password', { exact: true }).fill(password);
    await button(page, 'Continue').click();
    await heading(page, 'Check your email');
  };

  it('nobody is told of a mail that was perhaps not sent, and a wrong address is mended with all else as it was', async () => {
    const page = await person(browser);
    await page.goto(`${program.url}/register`);
    await page.getByLabel('Email').fill('pat@exmaple.org');
    await register(page);
    await page.getByText('If pat@exmaple.org can register here, an email is on its way').waitFor();
    await accessible(page);
    await button(page, 'Wrong address? Change it').click();
    assert.equal(await page.getByLabel('Your name').inputValue(), 'Pat Parent');
    assert.equal(await page.getByLabel('Email').inputValue(), 'pat@exmaple.org');
    await page.getByLabel('Email').fill('pat@example.net');
    await button(page, 'Continue').click();
    await page.getByText('If pat@example.net can register here').waitFor();
    await page.reload();
    await page.getByText('If pat@example.net can register here').waitFor();
    assert.ok(!page.url().includes('pat'), 'the address stands in no path');
    assert.deepEqual(page.faults, []);
    await page.close();
  });

  it('a page that is loaded anew still says that a mail waits', async () => {
    const page = await person(browser);
    await page.goto(link);
    await button(page, 'Open Message').click();
    await register(page);
    await page.reload();
    await heading(page, 'Check your email');
    await page.getByText(`We sent an email to ${pat}.`).waitFor();
    await accessible(page);
    await button(page, 'Register again').click();
    await heading(page, 'Choose a password');
    await page.reload();
    await heading(page, 'Choose a password');
    await page.close();
  });

  it('whoever logs in too early is told what is missing', async () => {
    const page = await person(browser);
    await page.goto(`${program.url}/login`);
    await page.getByLabel('Email').fill(pat);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await button(page, 'Log in').click();
    await page.getByText('If you just registered, first follow the link in the email we sent you').waitFor();
    await page.close();
  });

  it('a confirmation link that is too old leads to a new one, and on to the message all the same', async () => {
    const late = 'late@example.org';
    await program.send({ to: late, subject: '# For later', body: 'The visit is at three.' });
    const page = await person(browser);
    await page.goto(await program.link(late, 'open'));
    await button(page, 'Open Message').click();
    await register(page);
    const old = await program.link(late, 'confirm');
    await endLinks(program);
    await page.goto(old);
    await heading(page, 'This link is too old');
    await register(page);
    // The message may be gone meanwhile, and then no mail comes.
    await page.getByText(`If ${late} can register here, an email is on its way`).waitFor();
    const mail = await program.mail(late, (text) => text.includes('/confirm/') && !text.includes(old));
    await page.goto(mail.match(/http\S+\/confirm\/[A-Za-z0-9_-]{43}/)[0]);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await button(page, 'Confirm and read my message').click();
    await page.getByText('The visit is at three.').first().waitFor();
    assert.deepEqual(page.faults, []);
    await page.close();
  });

  it('strangers find the way in on pages that do not lead on by themselves', async () => {
    const page = await person(browser);
    for (const [path, ways] of [['/help', 1], ['/nowhere', 0], ['/login', 0], ['/register', 0], [new URL(link).pathname, 0]]) {
      await page.goto(program.url + path);
      await page.locator('main h1').waitFor();
      if (ways) await page.getByRole('banner').getByRole('link', { name: 'Log in' }).waitFor();
      assert.equal(await page.getByRole('banner').getByRole('link', { name: 'Log in' }).count(), ways, path);
    }
    await page.goto(`${program.url}/genuine`);
    const next = (part) => page.getByRole(part).getByRole('link', { name: 'Log in' }).getAttribute('href');
    assert.deepEqual([await next('main'), await next('banner')], Array(2).fill('/login?next=/genuine'));
    await page.getByRole('main').getByRole('link', { name: 'Log in' }).click();
    await page.getByLabel('Email').fill(clerk);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await button(page, 'Log in').click();
    await page.getByLabel('Reference code').waitFor();
    await page.close();
  });

  it('the mail comes again, until there were enough; then it is said so, and a new password is another matter', async () => {
    const page = await newcomer(program, browser, pat, link);
    await page.context().clearCookies();
    await page.goto(`${program.url}/forgot`);
    await page.getByLabel('Email').fill(pat);
    await button(page, 'Send me the email').click();
    await heading(page, 'Check your email');
    await page.reload();
    const again = button(page, 'Send the email again');
    for (let press = 0; press < 5; press += 1) {
      const answer = page.waitForResponse((answer) => answer.url().endsWith('/password-resets'));
      await again.click();
      assert.equal((await answer).status(), 202);
    }
    await page.getByText('A new email was requested.').waitFor();
    const [notice, pressed] = [await page.getByText('A new email was requested.').boundingBox(), await again.boundingBox()];
    assert.ok(notice.y < pressed.y, 'what came of it stands above the button');
    await again.click();
    await page.getByText('Several emails to this address were already requested. Please look for them').waitFor();
    assert.equal(await page.getByText('A new email was requested.').count(), 0);
    await accessible(page);
    await page.goto(`${program.url}/register`);
    await page.getByLabel('Email').fill(pat);
    await register(page);
    await program.mail(pat, (text) => text.includes('You already have an account'));
    assert.deepEqual(page.faults, []);
    await page.close();
  });

  it('logging out is confirmed wherever it was done, and leads back to nothing', async () => {
    const page = await loggedIn(program, browser, pat);
    for (const path of ['/settings', '/inbox', '/compose']) {
      await page.goto(program.url + path);
      if (path === '/compose') {
        // Whoever logs out is not asked whether to leave.
        page.on('dialog', (dialog) => dialog.dismiss());
        await page.getByLabel('Message', { exact: true }).pressSequentially('Left at once');
        await page.locator('#letter-files').setInputFiles({ name: 'form.txt', mimeType: 'text/plain', buffer: Buffer.from('form') });
      }
      await button(page, 'Log out').click();
      await page.getByText('You are logged out.').waitFor();
      assert.equal(await page.getByText('The page you asked for opens next.').count(), 0);
      await accessible(page);
      await page.goBack();
      await page.getByText('The page you asked for opens next.').waitFor();
      await page.goto(`${program.url}/login`);
      await page.getByLabel('Email').fill(pat);
      await page.getByLabel('Password', { exact: true }).fill(password);
      await button(page, 'Log in').click();
      await heading(page, 'Inbox');
    }
    const stranger = await person(browser);
    await stranger.goto(program.url);
    await stranger.getByLabel('Email').waitFor();
    assert.equal(await stranger.getByText('The page you asked for opens next.').count(), 0);
    await stranger.close();
    await page.close();
  });

  it('whoever is logged in need not say who they are to change the password, nor log in once more', async () => {
    const page = await loggedIn(program, browser, pat);
    await page.goto(`${program.url}/settings`);
    await page.getByRole('link', { name: 'Change the password' }).click();
    const email = page.getByLabel('Email');
    await email.waitFor();
    assert.deepEqual([await email.inputValue(), await email.getAttribute('readonly')], [pat, '']);
    await page.getByRole('link', { name: 'Back to the settings' }).click();
    await heading(page, 'Settings');
    for (const path of ['open', 'confirm', 'reset']) {
      await page.goto(`${program.url}/${path}/abc`);
      await heading(page, 'This link is incomplete');
      await page.getByRole('main').getByRole('link', { name: 'Go to my inbox' }).waitFor();
      assert.equal(await page.getByRole('main').getByRole('link', { name: /log in|register|send me/i }).count(), 0);
      await accessible(page);
    }
    assert.equal(await page.getByText('Open-Message.html').count(), 0, 'only the notification has it');
    await page.goto(await program.link(pat, 'confirm'));
    await heading(page, 'Your address is already confirmed');
    await page.getByRole('link', { name: 'Open Message' }).click();
    await page.getByText('The visit is at three.').first().waitFor();
    await page.goto(`${program.url}/reset/${'A'.repeat(43)}`);
    await page.getByRole('main').getByRole('link', { name: 'Go to my inbox' }).click();
    await heading(page, 'Inbox');
    assert.deepEqual(page.faults, []);
    await page.close();

    const stranger = await person(browser);
    for (const [path, way] of [['confirm', 'Register again'], ['reset', 'Send me the email']]) {
      await stranger.goto(`${program.url}/${path}/abc`);
      await stranger.getByText('Or have a new email sent to you.').waitFor();
      await stranger.getByRole('link', { name: way }).waitFor();
      assert.equal(await stranger.getByText('Open-Message.html').count(), 0);
    }
    await stranger.close();
  });

  it('a parent who writes to the agency reads what is true for a parent', async () => {
    const page = await loggedIn(program, browser, pat, { viewport: { width: 360, height: 740 } });
    await page.goto(`${program.url}/sent`);
    await page.getByText('What you write and answer here appears in this list.').waitFor();
    await page.goto(`${program.url}/compose`);
    await page.getByLabel('To', { exact: true }).fill(clerk);
    await page.getByLabel('Subject', { exact: true }).fill('A question');
    await page.getByLabel('Message', { exact: true }).fill('My number is 123-45-6789.');
    await page.getByText(`Sent encrypted to ${clerk}.`).waitFor();
    await page.getByText('It may stay: your message is sent encrypted.').waitFor();
    for (const words of [/colleague/, /not encrypted/, /inside your agency/, 'Can be read for', /Send me an email when/]) {
      assert.equal(await page.getByText(words).count(), 0, String(words));
    }
    await accessible(page);
    await button(page, 'Send').click();
    await heading(page, 'Your message was sent');
    await page.getByRole('link', { name: 'See what I wrote' }).click();
    await heading(page, 'A question');
    await page.goto(`${program.url}/sent`);
    await page.getByRole('link', { name: 'A question' }).click();
    await until('the message', async () => /\/messages\//.test(page.url()));
    await program.mail(clerk, (text) => text.includes('A question'));
    assert.deepEqual(page.faults, []);
    await page.close();
  });
});
