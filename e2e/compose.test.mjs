// Writing in the portal: recipients, findings in the subject and each way to mend them, what is said before sending.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { accessible } from './accessible.mjs';
import { launch } from './browser.mjs';
import { clerk, staff } from './people.mjs';
import { Program, until } from './program.mjs';
import { held, loggedIn, slowly, token } from './reader.mjs';

describe('a sender who writes in the portal', () => {
  const ssn = '123-45-6789';
  let program, browser, page;
  const subject = () => page.getByLabel('Subject', { exact: true });
  const message = () => page.getByLabel('Message', { exact: true });
  const to = () => page.getByLabel('To', { exact: true });
  const chips = () => page.locator('.chips').first().locator('li');

  before(async () => {
    program = await Program.start({ OCTOTHORPE_ORGANISATION__INTERNAL_DOMAINS: 'state.ca.us', OCTOTHORPE_MESSAGES__LONGEST_DAYS: '180' });
    browser = await launch();
    page = await staff(program, browser);
  });

  // With nothing left from before.
  beforeEach(async () => {
    const draft = page.waitForResponse((answer) => answer.url().endsWith('/drafts/new') && answer.request().method() === 'GET');
    await page.goto(`${program.url}/compose`);
    await to().waitFor();
    if (!(await draft).ok()) return;
    await page.getByRole('button', { name: 'Delete the draft' }).click();
    await page.getByText('Your text is kept as a draft').waitFor({ state: 'detached' });
  });

  after(async () => {
    await browser?.close();
    await program?.stop();
  });

  it('is offered no time that the settings forbid, and shown which field the server refuses', async () => {
    const days = page.getByLabel('Can be read for');
    assert.deepEqual(await days.locator('option').evaluateAll((all) => all.map((one) => one.value)), ['', '7', '14', '30']);
    await to().fill('pat@example.org');
    await subject().fill('x'.repeat(501));
    await message().fill('See you.');
    await days.evaluate((select) => select.append(new Option('too long', '3650')));
    await days.selectOption('3650');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('Use at most 500 characters.').waitFor();
    for (const field of [subject(), days]) assert.equal(await field.getAttribute('aria-invalid'), 'true');
  });

  it('sees a number in the subject underlined where it stands, and nothing sends it by mistake', async () => {
    await to().fill('pat@example.org');
    await subject().fill(`Ärztin 𝒳 ${ssn} am Freitag`);
    assert.equal(await page.locator('.marked-line mark').innerText(), ssn, 'spans count characters, not octets');
    await message().fill('See you.');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('Take the number out of the subject, or check the box that keeps it.').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.id), 'subject');
    const described = await subject().getAttribute('aria-describedby');
    assert.ok(described.includes('subject-findings'));
    assert.match(await page.locator('#subject-findings').innerText(), /Looks like a social security number/);
    await accessible(page);
    assert.deepEqual(page.faults, []);
  });

  it('moves it to the message with one press', async () => {
    await subject().fill(`Visit, SSN ${ssn}`);
    await message().fill('Dear Pat,');
    await page.getByRole('button', { name: `Move it to the message: ${ssn}` }).or(page.getByRole('button', { name: /^Move it to the message/ })).first().click();
    assert.ok(!(await subject().inputValue()).includes(ssn));
    assert.match(await message().inputValue(), /^Dear Pat,\n\n.*123-45-6789/);
    assert.equal(await page.locator('.marked-line mark').count(), 0);
    assert.equal(await page.evaluate(() => document.activeElement.id), 'subject');
    await page.getByText('Moved to the end of the message.').waitFor();
    assert.match(await page.locator('.marked-lines mark').first().innerText(), /6789/);
  });

  it('removes it with one press', async () => {
    await subject().fill(`Visit ${ssn} on Friday`);
    await page.getByRole('button', { name: /^Remove it from the subject/ }).click();
    assert.equal(await subject().inputValue(), 'Visit on Friday');
    assert.equal(await message().inputValue(), '');
  });

  it('is told of findings once the typing rests, not at each key', async () => {
    const spoken = page.locator('form > .unseen[role=status]').first();
    await subject().pressSequentially(`Her number ${ssn}`, { delay: 10 });
    await until('the findings to be spoken', async () => (await spoken.innerText()).includes('social security number'));
    await subject().fill('Her number');
    await until('that nothing is marked', async () => (await spoken.innerText()).includes('Nothing is marked'));
  });

  it('keeps the marks under the text of a long message that scrolls', async () => {
    await message().fill(`${'A line of words that goes on.\n'.repeat(40)}Her number is ${ssn}.`);
    await message().evaluate((area) => { area.scrollTop = area.scrollHeight; });
    await until('the marks to follow', () => page.evaluate(() => {
      const area = document.querySelector('#text');
      return area.scrollTop > 100 && area.parentElement.querySelector('.marks').scrollTop === area.scrollTop;
    }));
    const [area, mark] = [await message().boundingBox(), await page.locator('.marked-lines mark').boundingBox()];
    assert.ok(mark.y > area.y && mark.y + mark.height < area.y + area.height, 'the mark is seen');
  });

  it('chooses recipients by keyboard, pastes several, and takes one back', async () => {
    await to().focus();
    await page.keyboard.type('pat@example.org,');
    assert.equal(await chips().count(), 1);
    await page.keyboard.type('nobody');
    await page.keyboard.press('Enter');
    await page.getByText('“nobody” is not an email address.').waitFor();
    await to().fill('');
    await to().evaluate((input) => {
      const data = new DataTransfer();
      data.setData('text', 'Sam Smith <sam@example.org>; boss@dss.state.ca.us\npat@example.org');
      input.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
    });
    await until('three chips', async () => await chips().count() === 3);
    await page.getByText('Ordinary email, not encrypted, for boss@dss.state.ca.us').waitFor();
    await page.getByText(/^Encrypted for pat@example.org and Sam Smith/).waitFor();
    await page.getByRole('button', { name: 'Remove boss@dss.state.ca.us' }).click();
    await page.getByText('Ordinary email, not encrypted').waitFor({ state: 'detached' });
    assert.equal(await page.evaluate(() => document.activeElement.id), 'to');
    await page.keyboard.press('Backspace');
    assert.equal(await to().inputValue(), 'Sam Smith <sam@example.org>');
  });

  it('sends nothing by an Enter too many behind an address', async () => {
    await subject().fill('Hearing');
    await message().fill('On Monday.');
    await to().focus();
    await page.keyboard.type('pat@example.org');
    const sent = page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/messages'), { timeout: 1_000 });
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await assert.rejects(sent, /Timeout/);
    assert.equal(await chips().count(), 1);
    assert.equal(await page.evaluate(() => document.activeElement.id), 'to');
  });

  it('is asked about an address that looks like a slip of the finger, and mends it with one press', async () => {
    await to().fill('Jo Jones <jo@gmial.com>, sam@example.org,');
    await page.getByRole('button', { name: 'Did you mean jo@gmail.com?' }).click();
    assert.deepEqual(await chips().locator('.address').allInnerTexts(), ['Jo Jones <jo@gmail.com>', 'sam@example.org']);
    assert.equal(await page.getByText('Did you mean').count(), 0);
    await page.getByRole('option', { name: '90 days, as usual' }).waitFor({ state: 'attached' });
    assert.deepEqual(page.faults, []);
  });

  it('says before sending what happens, sends, and suggests the same people next time', async () => {
    await to().fill('Pat Parent <pat@example.org>');
    await subject().fill(`For ${ssn}`);
    await message().fill('The visit is at three.');
    await page.getByText('The notification shows the subject, unencrypted:').waitFor();
    assert.equal(await page.locator('.will q').innerText(), 'For •••');
    await page.getByRole('button', { name: /^Remove it from the subject/ }).click();
    await subject().fill('Visit');
    await page.getByText(/Send me an email when somebody opens it/).click();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('heading', { name: 'Your message was sent' }).waitFor();
    await program.mail('pat@example.org', (text) => text.includes('Subject: # Visit'));

    await page.goto(`${program.url}/compose`);
    await to().focus();
    await until('the suggestion', async () => {
      await to().fill('');
      await page.keyboard.type('par');
      return await page.getByRole('option', { name: 'Pat Parent <pat@example.org>' }).count() === 1;
    });
    await page.keyboard.press('ArrowDown');
    assert.equal(await to().getAttribute('aria-activedescendant'), 'to-option-0');
    await accessible(page);
    await page.keyboard.press('Enter');
    await until('the chip', async () => await chips().count() === 1);
    assert.equal(await to().getAttribute('aria-expanded'), 'false');
    assert.ok(!(await page.content()).includes(`Remove ${clerk}`));
    assert.deepEqual(page.faults, []);
  });

  it('keeps what was written over a reload and on another device, until it is sent', async () => {
    await to().fill('pat@example.org, Sam <sam@example.org>,');
    await page.getByText('Cc and Bcc').click();
    await page.getByLabel('Cc', { exact: true }).fill('copy@example.org');
    await subject().fill('A draft');
    await message().fill('What I began to write');
    await page.getByLabel('Can be read for').selectOption('14');
    await page.getByText(/Send me an email when somebody opens it/).click();
    await page.getByText('Your text is kept as a draft').waitFor();
    await accessible(page);

    const isThere = async (page) => {
      await until('the draft', async () => await page.getByLabel('Message', { exact: true }).inputValue() === 'What I began to write');
      await until('the chips', async () => await page.locator('.chips').first().locator('li').count() === 2);
      assert.equal(await page.getByLabel('Subject', { exact: true }).inputValue(), 'A draft');
      assert.ok(await page.getByRole('button', { name: 'Remove copy@example.org' }).isVisible());
      assert.equal(await page.getByLabel('Can be read for').inputValue(), '14');
      assert.ok(await page.getByLabel(/Send me an email when somebody opens it/).isChecked());
    };
    await page.reload();
    await isThere(page);
    const phone = await loggedIn(program, browser, clerk, { viewport: { width: 360, height: 740 } });
    await phone.goto(`${program.url}/compose`);
    await isThere(phone);
    await phone.getByRole('button', { name: 'Send', exact: true }).click();
    await phone.getByRole('heading', { name: 'Your message was sent' }).waitFor();
    await program.mail('copy@example.org', (text) => text.includes('Subject: # A draft'));
    await phone.getByRole('link', { name: 'Write another message' }).click();
    assert.equal(await phone.getByLabel('Message', { exact: true }).inputValue(), '');
    assert.deepEqual(phone.faults, []);
    await phone.close();

    await page.reload();
    await message().waitFor();
    await page.waitForTimeout(500);
    assert.equal(await message().inputValue(), '');
    assert.equal(await page.getByText('Your text is kept as a draft').count(), 0);
  });

  it('loses nothing when the window is closed at once, and throws the draft away when asked', async () => {
    const window = await page.context().newPage();
    await window.goto(`${program.url}/compose`);
    await window.getByLabel('Message', { exact: true }).pressSequentially('Closed too soon');
    await window.close({ runBeforeUnload: true });
    await until('the draft', async () => {
      await page.reload();
      await message().waitFor();
      await page.waitForTimeout(300);
      return await message().inputValue() === 'Closed too soon';
    });
    await page.getByRole('button', { name: 'Delete the draft' }).click();
    await page.getByText('Your text is kept as a draft').waitFor({ state: 'detached' });
    await page.reload();
    await message().waitFor();
    await page.waitForTimeout(500);
    assert.equal(await message().inputValue(), '');
  });

  it('is told at the file that it is too large, before anything is sent', async () => {
    await page.evaluate(() => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(60_000_000)], 'too-large.bin'));
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
    });
    await page.getByText('This file alone is too large').waitFor();
    await to().fill('pat@example.org');
    await subject().fill('The film');
    await message().fill('Here it is.');
    let posted = 0;
    page.on('request', (request) => { posted += Number(request.method() === 'POST' && request.url().endsWith('/messages')); });
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await until('the focus', () => page.evaluate(() => document.activeElement.id === 'letter-files'));
    assert.equal(posted, 0);
    await accessible(page);
  });

  it('sends once what had its answer lost, with its file, also from the page anew', async () => {
    const sent = async () => {
      const list = await fetch(`${program.url}/api/v1/messages?box=sent`, { headers: { Authorization: `Bearer ${await token(program, clerk)}` } });
      return (await list.json()).items.length;
    };
    const before = await sent();
    const file = { name: 'plan.txt', mimeType: 'text/plain', buffer: Buffer.from('The plan.') };
    await to().fill('pat@example.org');
    await subject().fill('The plan');
    await message().fill('Here it is.');
    for (const files of [[file], []]) {
      await page.locator('#letter-files').setInputFiles(files);
      if (files.length === 0) await page.getByRole('button', { name: 'Remove plan.txt' }).click();
      const answer = await held(page, '/messages');
      await page.getByRole('button', { name: 'Send', exact: true }).click();
      await answer.there();
      await answer.isLost();
      await page.getByText('Your device cannot reach the portal right now.').waitFor();
    }
    // With the file and without it: two letters, and each there once.
    assert.equal(await sent(), before + 2);
    await page.getByRole('link', { name: 'Sent', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Sent' }).waitFor();
    await page.getByRole('link', { name: 'Write', exact: true }).click();
    await until('what was typed', async () => await message().inputValue() === 'Here it is.');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('heading', { name: 'Your message was sent' }).waitFor();
    assert.equal(await sent(), before + 2);
    assert.deepEqual(page.faults, []);
  });

  it('shows how far a file is on its way, and stops when asked, with nothing lost', async () => {
    await to().fill('pat@example.org');
    await subject().fill('The film');
    await message().fill('Here it is.');
    await page.locator('#letter-files').setInputFiles({ name: 'film.mp4', mimeType: 'video/mp4', buffer: Buffer.alloc(10_000_000, 'film') });
    const normal = await slowly(page, 4_000_000);
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText(/Sending: [1-9]\d? %/).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Nothing was sent. Your text and your files are still here.').waitFor();
    assert.equal(await message().inputValue(), 'Here it is.');
    await page.getByText('film.mp4').waitFor();
    await normal();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByRole('heading', { name: 'Your message was sent' }).waitFor({ timeout: 60_000 });
    assert.deepEqual(page.faults, []);
  });
});
