// Every way a recipient can go astray: each says what happened, and leads on.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { accessible } from './accessible.mjs';
import { launch, person } from './browser.mjs';
import { clerk, newcomer, password, staff } from './people.mjs';
import { Program } from './program.mjs';
import { LONG_AGO, change, endSessions, expire, heading, tooMany, unavailable } from './trouble.mjs';

const parent = 'pat.parent@example.org';
const secret = 'The visit is at three.';

describe('dead ends', () => {
  let program, browser, page, link;

  const send = async (subject, to = parent) => {
    await program.send({ to, subject: `# ${subject}`, body: secret });
    return program.link(to, 'open', subject);
  };

  const logIn = async (page) => {
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Log in' }).click();
  };

  before(async () => {
    program = await Program.start();
    browser = await launch();
    link = await send('Visit on Friday');
    page = await newcomer(program, browser, parent, link);
  });

  after(async () => {
    assert.deepEqual(page?.faults, []);
    await browser?.close();
    await program?.stop();
  });

  it('a confirmation link that was used says so, and a log-in leads on to the message', async () => {
    const other = await person(browser);
    await other.goto(await program.link(parent, 'confirm'));
    await heading(other, 'Your address is already confirmed');
    await other.getByRole('link', { name: 'Log in' }).click();
    await other.getByLabel('Email').fill(parent);
    await logIn(other);
    await other.getByText(secret).first().waitFor();
    await other.close();
  });

  it('a log-in leads on to a page of the portal, never to another site', async () => {
    const other = await person(browser);
    const elsewhere = [];
    await other.context().route((url) => url.hostname === 'evil.example', (route) => { elsewhere.push(route.request().url()); return route.fulfill({ body: 'evil' }); });
    const ways = ['/%09/evil.example/x', '/%0A/evil.example/x', '/%0D%0A/evil.example/x', '/%20/evil.example/x', '//evil.example/x', '/%5Cevil.example/x', 'https://evil.example/x'];
    const [first, ...rest] = ways.map((next) => `${program.url}/login?next=${next}`);
    await other.goto(first);
    await other.getByLabel('Email').fill(parent);
    await logIn(other);
    await heading(other, 'Inbox');
    // Who is logged in goes straight on.
    for (const way of rest) {
      await other.goto(way);
      await other.waitForURL(`${program.url}/inbox`);
    }
    assert.deepEqual(elsewhere, []);
    await other.close();
  });

  it('a link that a mail program cut is told, and opens from what was pasted over two lines', async () => {
    for (const path of ['open', 'confirm', 'reset']) {
      for (const rest of ['', '/', '/abc', link.slice(link.lastIndexOf('/'), -1)]) {
        await page.goto(`${program.url}/${path}${rest}`);
        await heading(page, 'This link is incomplete');
      }
    }
    await page.getByLabel('The whole link').fill('nothing of it');
    await page.getByRole('button', { name: 'Open the link' }).click();
    await page.getByText('This is not the whole link.').waitFor();
    await page.getByLabel('The whole link').fill(`> ${link.slice(0, -20)}\n> ${link.slice(-20)}\n> The first time`);
    await page.getByRole('button', { name: 'Open the link' }).click();
    await page.getByRole('button', { name: 'Open Message' }).waitFor();
  });

  it('a mailed link that nobody knows is said to be dead at once, with no form to fill in for nothing', async () => {
    for (const path of ['confirm', 'reset']) {
      await page.goto(`${program.url}/${path}/${'A'.repeat(43)}`);
      await heading(page, 'This link was already used, or is too old');
      assert.equal(await page.locator('main form').count(), 0);
      assert.ok(await page.locator('main .buttons a, main p > a.button').count() > 0, 'there is a way on');
    }
  });

  it('what a mail program put behind a link does no harm', async () => {
    for (const behind of ['.', '>', ')', '%3E', ',', '*', '&gt;']) {
      await page.goto(link + behind);
      await page.getByRole('button', { name: 'Open Message' }).waitFor();
    }
    await page.goto(`${program.url}/genuine).`);
    await heading(page, 'Is this genuine?');
    for (const path of ['confirm', 'reset']) {
      await page.goto(`${program.url}/${path}/${'A'.repeat(43)}.`);
      await heading(page, 'This link was already used, or is too old');
    }
    await page.goto(`${program.url}/extend/${'A'.repeat(43)}.`);
    await heading(page, 'This link was already used, or is too old');
    for (const cut of ['', '/', `/${'A'.repeat(42)}`]) {
      await page.goto(`${program.url}/extend${cut}`);
      await heading(page, 'This link is incomplete');
    }
  });

  it('the message of another account can be switched to, from its cover and from its own page', async () => {
    const other = 'other@example.org';
    const theirs = await send('For the other one', other);
    const inbox = await newcomer(program, browser, other, theirs);
    const message = inbox.url();
    await inbox.goto(link);
    await inbox.getByRole('button', { name: 'Open Message' }).click();
    await inbox.getByText('You are logged in with another address.').waitFor();
    await inbox.getByRole('button', { name: `Continue as ${parent}` }).click();
    await logIn(inbox);
    await inbox.getByText(secret).first().waitFor();

    await inbox.goto(message);
    await heading(inbox, 'This message is not in this account');
    await inbox.getByRole('button', { name: 'Log in with another address' }).click();
    await inbox.getByLabel('Email').fill(other);
    await logIn(inbox);
    await inbox.getByText(secret).first().waitFor();
    assert.equal(inbox.url(), message);
    assert.deepEqual(inbox.faults, []);
    await inbox.close();
  });

  it('what is not for me is gone after a question, and the sender is told', async () => {
    const wrong = await send('For somebody else');
    await page.goto(wrong);
    await page.getByRole('button', { name: 'This message is not for me' }).click();
    await page.getByRole('button', { name: 'No, go back' }).click();
    await page.reload();
    await page.getByRole('button', { name: 'This message is not for me' }).click();
    await page.getByRole('button', { name: 'Yes, tell the sender' }).click();
    await heading(page, 'You said that this message is not for you');
    const mail = await program.mail(clerk, (text) => text.includes('For somebody else'));
    assert.match(mail, /pat\.parent@example\.org says that your message is not for them/);
    await page.goto(`${program.url}/inbox`);
    await page.getByText('Visit on Friday').first().waitFor();
    assert.equal(await page.getByText('For somebody else').count(), 0);
  });

  it('what is not for me can be given back from the message too, which is gone then', async () => {
    await page.goto(await send('Wrong house'));
    await page.getByRole('button', { name: 'Open Message' }).click();
    await page.getByText(secret).first().waitFor();
    const other = await page.context().newPage();
    await other.goto(page.url());
    await other.getByLabel(/your reply/i).fill('Who are you?');
    await page.getByRole('button', { name: 'This message is not for me' }).click();
    await accessible(page);
    await page.getByRole('button', { name: 'Yes, tell the sender' }).click();
    await heading(page, 'You said that this message is not for you');
    assert.equal(await page.getByText(secret).count(), 0);
    await other.getByRole('button', { name: 'Send reply' }).click();
    await other.locator('.answer .notice').getByText('You said that this message is not for you.').waitFor();
    await other.close();
    await program.mail(clerk, (text) => text.includes('Wrong house') && text.includes('is not for them'));
    // Whoever comes back is told the same.
    await page.reload();
    await heading(page, 'You said that this message is not for you');
    await accessible(page);
    await page.goto(`${program.url}/help`);
    await page.goBack();
    await heading(page, 'You said that this message is not for you');
    assert.equal(await page.getByText('took this message back').count(), 0);
    await page.locator('.back a').click();
    await page.getByText('Visit on Friday').first().waitFor();
    assert.equal(await page.getByText('Wrong house').count(), 0);
  });

  it('without a connection the page says so, keeps what was typed, and goes on by itself', async () => {
    await page.goto(`${program.url}/inbox`);
    await page.getByText('Visit on Friday').first().click();
    await page.getByLabel(/your reply/i).fill('Half an answer');
    await page.context().setOffline(true);
    await page.getByText('You are offline.').first().waitFor();
    await page.getByRole('button', { name: 'Send reply' }).click();
    await page.getByText('What you typed is still here.').first().waitFor();
    assert.equal(await page.getByLabel(/your reply/i).inputValue(), 'Half an answer');
    await page.getByRole('link', { name: 'Inbox', exact: true }).first().click();
    await page.getByText('Next attempt in').waitFor();
    assert.equal(await page.locator('main .notice').count(), 1, 'it is said once');
    await page.context().setOffline(false);
    await page.getByText('You are offline.').first().waitFor({ state: 'detached' });
    await page.getByText('Visit on Friday').first().waitFor();
    assert.equal(await page.getByText('You are offline.').count(), 0);
  });

  it('a busy server is tried again after the time that it asks for', async () => {
    const stranger = await person(browser);
    let calls = 0;
    await stranger.route('**/api/v1/tickets/*', (route) => {
      calls += 1;
      return calls < 3 ? route.fulfill(unavailable(1)) : route.fallback();
    });
    await stranger.goto(link);
    await heading(stranger, 'The portal is very busy right now');
    await stranger.getByRole('button', { name: 'Open Message' }).waitFor();
    assert.equal(calls, 3);
    await stranger.close();
  });

  it('words that do not come are asked for again, and until then those of the server stand there', async () => {
    const stranger = await person(browser);
    let calls = 0;
    await stranger.route('**/words-*', (route) => {
      calls += 1;
      return calls < 3 ? route.abort() : route.fallback();
    });
    await stranger.goto(link);
    await stranger.getByText('has sent you an encrypted message').waitFor();
    assert.equal(await stranger.getByRole('button', { name: 'Open Message' }).count(), 0);
    await stranger.getByRole('button', { name: 'Open Message' }).waitFor();
    assert.deepEqual(stranger.faults, []);
    await stranger.close();
  });

  it('a session that ends while somebody writes costs neither words nor files', async () => {
    await page.goto(link);
    await page.getByRole('button', { name: 'Open Message' }).click();
    await page.getByLabel(/your reply/i).fill('A long answer.');
    await page.locator('input[type=file]').setInputFiles({ name: 'list.txt', mimeType: 'text/plain', buffer: Buffer.from('papers') });
    // Kept later, the draft would be what meets the end of the session.
    await page.getByText('Your text is kept as a draft').waitFor();
    await endSessions(program);
    await page.getByRole('button', { name: 'Send reply' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Nothing you typed is lost.').waitFor();
    await page.keyboard.press('Escape');
    assert.equal(await dialog.getByLabel('Email').inputValue(), parent);
    await dialog.getByLabel('Password', { exact: true }).fill('wrong');
    await dialog.getByRole('button', { name: 'Log in' }).click();
    await dialog.getByText('The email address or the password is wrong.').waitFor();
    await dialog.getByLabel('Password', { exact: true }).fill(password);
    await dialog.getByRole('button', { name: 'Log in' }).click();
    await dialog.waitFor({ state: 'detached' });
    // What waited for the password goes on.
    await page.getByText('Your reply was sent.').waitFor();
    const mail = await program.mail(clerk, (text) => text.includes('A long answer.'));
    assert.match(mail, /list\.txt/);
  });

  it('whoever leaves instead leaves nothing behind', async () => {
    await page.getByRole('button', { name: 'Write another reply' }).click();
    await page.getByLabel(/your reply/i).fill('A secret draft');
    await endSessions(program);
    await page.getByRole('button', { name: 'Send reply' }).click();
    // What was not kept yet is lost, which is asked before.
    page.once('dialog', (dialog) => dialog.accept());
    await page.getByRole('dialog').getByRole('button', { name: 'Leave this page' }).click();
    await page.waitForURL(/login/);
    await page.getByLabel('Email').fill(parent);
    await logIn(page);
    await page.getByText('Visit on Friday').first().click();
    assert.equal(await page.getByLabel(/your reply/i).inputValue(), '');
  });

  it('staff look up a code that is read out to them, and see neither subject nor recipient of a colleague', async () => {
    const [, code] = (await program.mail(parent, (text) => text.includes('Visit on Friday'))).match(/Reference:\s+([0-9A-Z]{4}-[0-9A-Z]{4})/);
    const desk = await staff(program, browser, 'desk@cws.state.ca.us');
    await desk.getByRole('link', { name: 'Is this genuine?' }).click();
    await desk.getByLabel('Reference code').fill(code.toLowerCase().replace('-', ' '));
    await desk.getByRole('button', { name: 'Look it up' }).click();
    await desk.getByText('This code is genuine.').waitFor();
    await desk.getByText(clerk).waitFor();
    assert.ok(!/Visit on Friday|pat\.parent/.test(await desk.locator('main').innerText()));
    await desk.close();
    await page.goto(`${program.url}/genuine`);
    await page.getByText('Staff who log in can look up').waitFor();
    assert.equal(await page.getByLabel('Reference code').count(), 0);
  });

  it('without scripts, or where they do not start, the page says what to do', async () => {
    const bare = await person(browser, { javaScriptEnabled: false });
    await bare.goto(link);
    await bare.locator('noscript .no-script').waitFor();
    await bare.getByText('has sent you an encrypted message').waitFor();
    await bare.close();
    const old = await person(browser);
    await old.route('**/*.wasm', (route) => route.abort());
    await old.goto(link);
    await old.getByText('This is taking longer than it should.').waitFor();
    await old.locator('#slow').getByText('ask the person who wrote to you').waitFor();
    await old.getByText('has sent you an encrypted message').waitFor();
    await old.close();
  });

  it('a message that was taken back, or has expired, says so; one button asks the sender once a day', async () => {
    await expire(program);
    const late = await person(browser);
    await late.goto(link);
    await heading(late, 'The time to read this message is over');
    await late.getByText(/It could be read until January \d+, 2026.* (Clara|clerk@).* can send it again/).waitFor();
    await late.getByRole('button', { name: 'Ask the sender to send it again' }).click();
    await late.getByText('The sender has been asked.').waitFor();
    const mail = await program.mail(clerk, (text) => text.includes('asks you to send an expired message again'));
    assert.match(mail, /^Subject: # Visit on Friday: please send it again/m);
    assert.match(mail, /^Reply-To: .*pat\.parent@example\.org/m);
    await late.reload();
    await late.getByText(/You asked .* on/).waitFor();
    await late.route('**/requests', (route) => route.fulfill(tooMany(2)));
    await late.getByRole('button', { name: 'Ask the sender to send it again' }).click();
    await late.getByText('Too many attempts.').waitFor();
    await late.locator('.wait').getByText(/You can try again in \d seconds?/).waitFor();
    assert.equal(await late.getByText(/has been asked|asked already|passwords/).count(), 0);
    await late.unroute('**/requests');
    await late.getByText('You can try again now.').waitFor();
    await late.getByRole('button', { name: 'Ask the sender to send it again' }).click();
    await late.getByText('You already asked, less than a day ago.').waitFor();
    assert.deepEqual(late.faults, []);
    await late.close();

    await page.goto(`${program.url}/inbox`);
    await page.getByText('Visit on Friday').first().click();
    await heading(page, 'The time to read this message is over');
  });

  it('senders are not sent to ask themselves for what has expired or was taken back', async () => {
    const desk = await staff(program, browser, 'help@cws.state.ca.us');
    await desk.goto(`${program.url}/compose`);
    await desk.getByLabel('To', { exact: true }).fill(parent);
    await desk.getByLabel('Subject', { exact: true }).fill('Of my own');
    await desk.getByLabel('Message', { exact: true }).fill(secret);
    await desk.getByRole('button', { name: 'Send', exact: true }).click();
    const id = new URL(await desk.getByRole('link', { name: 'See who has opened it' }).evaluate((link) => link.href)).searchParams.get('id');
    await expire(program);
    const recalled = `UPDATE messages SET recalled_at = '${LONG_AGO}' WHERE sender = 'help@cws.state.ca.us'`;
    for (const [statement, words] of [['SELECT 1', 'The time to read this message is over'], [recalled, 'You took this message back']]) {
      await change(program, statement);
      await desk.goto(`${program.url}/messages/${id}`);
      await heading(desk, words);
      assert.equal(await desk.getByRole('button', { name: /ask the sender/i }).count(), 0);
      await accessible(desk);
    }
    await desk.getByRole('link', { name: 'See who has opened it' }).click();
    await desk.getByRole('heading', { level: 1, name: 'Who has opened it' }).waitFor();
    await desk.goBack();
    await desk.getByRole('link', { name: 'Write a new message' }).click();
    await heading(desk, 'Write a message');
    // Begun once more with what is still known of it.
    await desk.getByRole('button', { name: `Remove ${parent}` }).waitFor();
    assert.equal(await desk.getByLabel('Subject', { exact: true }).inputValue(), 'Of my own');
    assert.deepEqual(desk.faults, []);
    await desk.close();
  });
});

describe('a link scanner that only fetches', () => {
  let program, browser;

  before(async () => {
    program = await Program.start();
    browser = await launch();
  });

  after(async () => {
    await browser?.close();
    await program?.stop();
  });

  // As mail servers and previews do: a plain request, and a whole browser that presses nothing.
  const scan = async (link) => {
    for (const method of ['GET', 'HEAD', 'GET']) await fetch(link, { method });
    const robot = await person(browser);
    await robot.goto(link);
    await robot.locator('main h1').waitFor();
    await robot.close();
  };

  it('neither opens nor confirms, resets, asks or refuses anything', async () => {
    await program.send({ to: parent, subject: '# Visit on Friday', body: secret });
    const link = await program.link(parent, 'open');
    await scan(link);
    for (const call of ['requests', 'refusals']) await fetch(`${program.url}/api/v1/tickets/${link.split('/').pop()}/${call}`);
    const page = await person(browser);
    await page.goto(link);
    await page.getByRole('button', { name: 'Open Message' }).click();
    await page.getByLabel('Your name').fill('Pat Parent');
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Continue' }).click();
    const confirm = await program.link(parent, 'confirm');
    await scan(confirm);
    await page.goto(confirm);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: /confirm/i }).click();
    await page.getByText(secret).first().waitFor();

    await page.context().clearCookies();
    await page.goto(link);
    await page.getByRole('button', { name: 'Open Message' }).click();
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    await page.getByRole('button', { name: 'Send me the email' }).click();
    const reset = await program.link(parent, 'reset');
    await scan(reset);
    await page.goto(reset);
    await page.getByLabel('New password').fill('four green chairs');
    await page.getByRole('button', { name: 'Save and continue' }).click();
    await page.getByText(secret).first().waitFor();
    assert.deepEqual(page.faults, []);
  });
});
