// The main journeys in Firefox.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { accessible } from './accessible.mjs';
import { launchFirefox, Visitor } from './firefox.mjs';
import { Program } from './program.mjs';

describe('in Firefox', () => {
  const parent = 'pat.parent@example.org';
  const password = 'three purple lamps';
  let program, browser, reader;

  before(async () => {
    program = await Program.start();
    browser = await launchFirefox();
    reader = await Visitor.of(browser);
  });

  after(async () => {
    await browser?.close();
    await program?.stop();
  });

  it('a first-time recipient goes from the notification to the message', async () => {
    await program.send({ to: parent, subject: '# Visit on Friday', body: 'The visit is at three in the afternoon.' });
    await reader.goto(await program.link(parent, 'open'));
    await reader.see('Visit on Friday');
    await accessible(reader.page);
    await reader.press('Open Message');
    await reader.at('/register');
    await reader.type('Your name', 'Pat Parent');
    await reader.type('Password', password);
    await accessible(reader.page);
    await reader.press('Continue');
    await reader.see('Check your email');

    await reader.goto(await program.link(parent, 'confirm'));
    await reader.type('Password', password);
    await reader.press('Confirm');
    await reader.at('/messages/');
    await reader.see('The visit is at three in the afternoon.');
    await accessible(reader.page);
    assert.deepEqual(reader.faults, []);
  });

  it('a formatted message shows in its frame', async () => {
    const body = '<p>Dear Pat,</p><p>the <b>papers</b> are ready.</p>';
    await program.send({ to: parent, subject: '# Papers', body, options: ['--add-header', 'Content-Type: text/html; charset=utf-8'] });
    await reader.goto(await program.link(parent, 'open', 'Papers'));
    await reader.press('Open Message');
    await reader.at('/messages/');
    const frame = await (await reader.page.waitForSelector('iframe[src]')).contentFrame();
    await frame.waitForFunction(() => document.body?.innerText.includes('papers'));
    assert.deepEqual(reader.faults, []);
  });

  it('a returning recipient needs the password and nothing else, and answers', async () => {
    const later = await Visitor.of(browser);
    await program.send({ to: parent, subject: '# Second mail', body: 'Bring the papers.' });
    await later.goto(await program.link(parent, 'open', 'Second mail'));
    await later.press('Open Message');
    await later.at('/login');
    await later.type('Password', password);
    await later.press('Log in');
    await later.see('Bring the papers.');
    await later.type('Your reply', 'We will be there at three.');
    await later.press('Send reply');
    assert.match(await program.mail('clerk@cws.state.ca.us', (text) => text.includes('We will be there at three.')), /^Subject: Re: # Second mail/m);
    assert.deepEqual(later.faults, []);
  });
});
