// Whole journeys by the keyboard alone; the focus goes with the page, and errors are tied to their fields.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { launch, person } from './browser.mjs';
import { Program, until } from './program.mjs';

const parent = 'pat.parent@example.org';
const clerk = 'clerk@cws.state.ca.us';
const password = 'three purple lamps';

// What has the focus: its accessible words.
const focused = (page) => page.evaluate(() => {
  const node = document.activeElement;
  if (node === document.body) return 'body';
  const label = node.getAttribute('aria-label') ?? node.labels?.[0]?.innerText ?? node.innerText;
  return `${node.tagName.toLowerCase()} ${(label ?? '').replace(/\s+/g, ' ').trim()}`;
});

// Presses Tab until something with these words has the focus, which must show.
async function tabTo(page, words) {
  for (let count = 0; count < 80; count += 1) {
    await page.keyboard.press('Tab');
    if (words.test(await focused(page))) {
      const outline = await page.evaluate(() => {
        const node = document.activeElement;
        const shown = node.type === 'file' ? node.parentElement.querySelector('.choose') : node;
        return getComputedStyle(shown).outlineStyle;
      });
      assert.notEqual(outline, 'none', `the focus does not show on ${words}`);
      return;
    }
  }
  assert.fail(`Tab never came to ${words}`);
}

const press = async (page, words) => { await tabTo(page, words); await page.keyboard.press('Enter'); };
const type = async (page, words, text) => { await tabTo(page, words); await page.keyboard.type(text); };

// A new page: its heading has the focus, which is what screen readers announce, and the window has its name.
async function arrived(page, heading) {
  await page.getByRole('heading', { level: 1, name: heading }).waitFor();
  await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
  assert.match(await focused(page), heading);
  assert.match(await page.title(), heading);
}

// What has come in the place of what was pressed has the focus.
const onto = (page, words) => until(`the focus on ${words}`, async () => words.test(await focused(page)));

describe('with the keyboard alone', () => {
  let program, browser, page;

  before(async () => {
    program = await Program.start();
    browser = await launch();
    page = await person(browser, { viewport: { width: 1280, height: 800 } });
    // Whoever touches the mouse is caught.
    await page.addInitScript(() => addEventListener('mousedown', () => { throw new Error('the mouse was used'); }, true));
  });

  after(async () => {
    await browser?.close();
    await program?.stop();
  });

  // The form of registration was sent: by the mailed link and the password to the page behind it.
  async function confirmed(page, email, heading) {
    await arrived(page, /check your email/i);
    await page.goto(await program.link(email, 'confirm'));
    await page.getByRole('button', { name: /confirm/i }).waitFor();
    await type(page, /^input password/i, password);
    await page.keyboard.press('Enter');
    await arrived(page, heading);
  }

  it('the first press of Tab offers to skip to the content', async () => {
    await page.goto(`${program.url}/help`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.keyboard.press('Tab');
    assert.match(await focused(page), /skip to the content/i);
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
  });

  it('a first-time recipient registers, hears what is missing, confirms and reads', async () => {
    await program.send({ to: parent, subject: '# Visit on Friday', body: 'The visit is at three in the afternoon.' });
    await page.goto(await program.link(parent, 'open'));
    await page.getByRole('button', { name: 'Open Message' }).waitFor();
    await press(page, /open message/i);
    await arrived(page, /choose a password/i);

    await press(page, /^button continue/i);
    const field = page.getByLabel('Your name');
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-invalid') === 'true');
    assert.equal(await field.getAttribute('aria-invalid'), 'true');
    const described = await field.evaluate((node) => node.getAttribute('aria-describedby').split(' ')
      .map((id) => document.getElementById(id)?.innerText).join(' '));
    assert.match(described, /enter your name/i);
    assert.match(await focused(page), /your name/i);

    await page.keyboard.type('Pat Parent');
    await type(page, /^input password/i, password);
    await page.keyboard.press('Enter');
    await confirmed(page, parent, /visit on friday/i);
    await page.getByText('The visit is at three in the afternoon.').first().waitFor();
  });

  it('and replies', async () => {
    await type(page, /your reply/i, 'We will be there at three.');
    await press(page, /^button send/i);
    await page.waitForFunction(() => /Your reply was sent/.test(document.activeElement.innerText ?? ''));
    assert.match(await focused(page), /^div Your reply was sent/);
    const mail = await program.mail(clerk, (text) => text.includes('We will be there at three.'));
    assert.match(mail, /^Subject: Re: # Visit on Friday/m);
    assert.deepEqual(page.faults, []);
  });

  it('goes through a list, hears what is found, and thinks better of a refusal', async () => {
    for (const subject of ['Second', 'Third', 'Fourth']) {
      await program.send({ to: parent, subject: `# ${subject}` });
      await program.link(parent, 'open', subject);
    }
    await page.route('**/api/v1/messages?*', (route) => route.continue({ url: route.request().url().replace('limit=25', 'limit=3') }));
    const said = (words) => page.locator('main [role=status]').getByText(words, { exact: true }).waitFor({ state: 'attached' });
    await page.goto(`${program.url}/inbox`);
    await said('3 messages in this list');
    await press(page, /^a older/i);
    await arrived(page, /inbox/i);
    await said('1 message in this list');
    await press(page, /^a newest/i);
    await arrived(page, /inbox/i);
    await said('3 messages in this list');
    await type(page, /^input search/i, 'zebra');
    await page.keyboard.press('Enter');
    await said('Nothing found for “zebra”');
    assert.match(await focused(page), /^input search/i);
    await press(page, /^a show all/i);
    await arrived(page, /inbox/i);
    await page.unroute('**/api/v1/messages?*');

    await press(page, /^a .*third/i);
    await arrived(page, /third/i);
    await press(page, /^button this message is not for me/i);
    await onto(page, /^button no, go back/i);
    await page.keyboard.press('Enter');
    await onto(page, /^button this message is not for me/i);
    assert.deepEqual(page.faults, []);
  });

  it('a clerk registers, writes a message, and takes it back', async () => {
    const page = await person(browser, { viewport: { width: 1280, height: 800 } });
    await page.goto(`${program.url}/register`);
    await page.getByLabel('Your name').waitFor();
    await type(page, /^input email/i, clerk);
    await type(page, /^input your name/i, 'Clara Clerk');
    await type(page, /^input password/i, password);
    await page.keyboard.press('Enter');
    await confirmed(page, clerk, /inbox/i);

    // The pages of those who write are another document, and none to their reader.
    await press(page, /^a write/i);
    await arrived(page, /write a message/i);
    await type(page, /^(input|textarea) to/i, parent);
    await type(page, /^input subject/i, 'Papers');
    await type(page, /^textarea message/i, 'Bring the papers.');
    await press(page, /^button send/i);
    await page.getByText(/is on its way|was sent/i).first().waitFor();
    await program.mail(parent, (text) => /^Subject: # Papers/m.test(text));

    await press(page, /^a sent$/i);
    await arrived(page, /^(h1 )?sent/i);
    await page.getByRole('link', { name: 'Papers' }).waitFor();
    await press(page, /papers/i);
    await page.getByRole('button', { name: /take .*back/i }).first().waitFor();
    await press(page, /^button take/i);
    await onto(page, /^button cancel/i);
    await page.keyboard.press('Enter');
    await onto(page, /^button take/i);
    await page.keyboard.press('Enter');
    await onto(page, /^button cancel/i);
    await page.keyboard.press('Shift+Tab');
    assert.match(await focused(page), /^button yes/i);
    await page.keyboard.press('Enter');
    await onto(page, /^div the message was taken back/i);
    await press(page, /^a inbox$/i);
    await arrived(page, /inbox/i);

    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Inbox' }).waitFor();
    assert.equal(await focused(page), 'body', 'a page that is loaded anew is announced by the browser');
    assert.deepEqual(page.faults, []);
  });
});
