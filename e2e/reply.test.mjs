// Answering: large files with progress and a way to stop, drafts that survive, and a message taken back meanwhile.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { launch } from './browser.mjs';
import { clerk } from './people.mjs';
import { Program, until } from './program.mjs';
import { account, held, loggedIn, open, slowly, token } from './reader.mjs';

const pat = 'pat@example.org';
const MB = 1_000_000;

describe('an answer', () => {
  let program, browser, page, folder, film;

  before(async () => {
    program = await Program.start();
    browser = await launch();
    await program.send({ to: pat, subject: '# Visit on Friday', body: 'Please send the film.' });
    await account(program, pat, 'Pat Parent');
    await account(program, clerk, 'Clara Clerk');
    page = await loggedIn(program, browser, pat);
    folder = await mkdtemp(join(tmpdir(), 'octothorpe-files-'));
    film = join(folder, 'film.mp4');
    await writeFile(film, Buffer.alloc(20 * MB, 'film'));
  });

  after(async () => {
    await browser?.close();
    await program?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const written = () => page.getByLabel('Your reply');
  const send = () => page.getByRole('button', { name: 'Send reply' }).click();

  it('says how large files may be, and refuses larger ones before anything is sent', async () => {
    await open(program, page, 'Visit on Friday');
    await page.getByText('Up to 50 MB in all').waitFor();
    await page.evaluate(() => {
      const data = new DataTransfer();
      data.items.add(new File([new Uint8Array(60_000_000)], 'too-large.bin'));
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
    });
    await page.getByText('This file alone is too large').waitFor();
    let posted = 0;
    page.on('request', (request) => { posted += Number(request.url().endsWith('/replies')); });
    await written().fill('The film.');
    await send();
    await page.waitForTimeout(300);
    assert.equal(posted, 0);
    await page.getByRole('button', { name: 'Remove too-large.bin' }).click();
    assert.equal(await page.getByText('at most 50 MB can be sent').count(), 0);
    // Each small enough, and too large together.
    for (const name of ['one.bin', 'other.bin']) {
      await page.evaluate((name) => {
        const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(30_000_000)], name));
        document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
      }, name);
    }
    await page.getByText('The files have 60.0 MB in all').waitFor();
    assert.equal(await page.getByText('This file alone is too large').count(), 0);
    await page.getByRole('button', { name: 'Remove one.bin' }).click();
    await page.getByText('The files have').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Remove other.bin' }).click();
  });

  it('takes files that are dropped and pasted', async () => {
    for (const [event, name] of [['drop', 'dropped.txt'], ['paste', 'pasted.txt']]) {
      await page.evaluate(([event, name]) => {
        const data = new DataTransfer();
        data.items.add(new File(['x'], name));
        const made = event === 'drop'
          ? new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true })
          : new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
        document.querySelector('textarea').dispatchEvent(made);
      }, [event, name]);
      await page.getByRole('button', { name: `Remove ${name}` }).click();
    }
  });

  it('shows how far 20 MB are on their way, and stops when asked, with nothing lost', async () => {
    await page.locator('#reply-files').setInputFiles(film);
    await page.getByText('20.0 MB').waitFor();
    const normal = await slowly(page, 4 * MB);
    await send();
    await page.getByText(/Sending: [1-9]\d? %/).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Nothing was sent. Your text and your files are still here.').waitFor();
    assert.equal(await written().inputValue(), 'The film.');
    await normal();
    await send();
    await page.getByText('Your reply was sent.').waitFor({ timeout: 60_000 });
    const reply = await program.mail(clerk, (text) => text.includes('film.mp4'));
    assert.match(reply, /^Subject: Re: # Visit on Friday/m);
    assert.deepEqual(page.faults, []);
  });

  it('is there again in the Sent box, with its file', async () => {
    await page.getByRole('link', { name: 'See what I wrote' }).click();
    await page.locator('.body').getByText('The film.').waitFor();
    await page.getByText('film.mp4').first().waitFor();
    await page.goto(`${program.url}/sent`);
    await page.getByText('Re: Visit on Friday').first().waitFor();
  });

  // What the reader has sent, by the API.
  const sent = async () => {
    const list = await fetch(`${program.url}/api/v1/messages?box=sent`, { headers: { Authorization: `Bearer ${await token(program, pat)}` } });
    return (await list.json()).items.length;
  };

  it('can be stopped no more once the server has all of it', async () => {
    await open(program, page, 'Visit on Friday');
    await written().fill('And the papers.');
    await page.locator('#reply-files').setInputFiles({ name: 'papers.txt', mimeType: 'text/plain', buffer: Buffer.alloc(100_000, 'paper ') });
    const answer = await held(page, '/replies');
    await send();
    await answer.there();
    await page.getByText('Sent. Being encrypted…').waitFor();
    assert.ok(await page.getByRole('button', { name: 'Cancel' }).isDisabled());
    await answer.comes();
    await page.getByText('Your reply was sent.').waitFor();
  });

  for (const [what, files] of [['a reply', []], ['a reply with a file', [{ name: 'form.txt', mimeType: 'text/plain', buffer: Buffer.from('form') }]]]) {
    it(`is sent once although its answer was lost: ${what}`, async () => {
      await open(program, page, 'Visit on Friday');
      const before = await sent();
      await written().fill(`Once: ${what}`);
      await page.locator('#reply-files').setInputFiles(files);
      const answer = await held(page, '/replies');
      await send();
      await answer.there();
      await answer.isLost();
      await page.getByText('Your device cannot reach the portal right now.').waitFor();
      assert.equal(await sent(), before + 1, 'the server has it');
      assert.equal(await written().inputValue(), `Once: ${what}`);
      await send();
      await page.getByText('Your reply was sent.').waitFor();
      assert.equal(await sent(), before + 1);
      // The same words once more, meant so, are another reply.
      await page.getByRole('button', { name: 'Write another reply' }).click();
      await written().fill(`Once: ${what}`);
      await page.locator('#reply-files').setInputFiles(files);
      await send();
      await page.getByText('Your reply was sent.').waitFor();
      assert.equal(await sent(), before + 2);
    });
  }

  it('is kept as a draft over leaving, reloading and logging in elsewhere, until it is sent', async () => {
    await open(program, page, 'Visit on Friday');
    await written().fill('What I began to write');
    await page.getByText('Your text is kept as a draft').waitFor();
    await page.reload();
    await until('the draft', async () => await written().inputValue() === 'What I began to write');
    await page.getByRole('link', { name: 'Inbox' }).first().click();
    await page.waitForURL(/inbox/);
    await page.goBack();
    await until('the draft', async () => await written().inputValue() === 'What I began to write');

    const phone = await loggedIn(program, browser, pat, { viewport: { width: 360, height: 740 } });
    await open(program, phone, 'Visit on Friday');
    await until('the draft', async () => await phone.getByLabel('Your reply').inputValue() === 'What I began to write');
    await phone.getByRole('button', { name: 'Send reply' }).click();
    await phone.getByText('Your reply was sent.').waitFor();
    await phone.reload();
    await phone.getByLabel('Your reply').waitFor();
    await phone.waitForTimeout(500);
    assert.equal(await phone.getByLabel('Your reply').inputValue(), '');
    assert.deepEqual(phone.faults, []);
    await phone.close();
  });

  it('leaves nothing of a draft in the browser after logging out', async () => {
    await open(program, page, 'Visit on Friday');
    await written().fill('words for nobody else');
    await page.getByText('Your text is kept as a draft').waitFor();
    const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
    assert.ok(!kept.includes('words for nobody else'));
    await page.getByRole('button', { name: 'Delete the draft' }).click();
    await until('the draft to go', async () => await page.getByText('Your text is kept as a draft').count() === 0);
    await page.reload();
    await written().waitFor();
    await page.waitForTimeout(500);
    assert.equal(await written().inputValue(), '');
  });

  it('is not lost when the sender takes the message back meanwhile', async () => {
    await program.send({ to: pat, subject: '# To be taken back', body: 'A mistake.' });
    await open(program, page, 'To be taken back');
    await written().fill('My long and careful answer');
    const bearer = await token(program, clerk);
    const id = page.url().split('/').pop();
    const recall = await fetch(`${program.url}/api/v1/messages/${id}/recall`, {
      method: 'POST', headers: { Authorization: `Bearer ${bearer}`, 'Content-Type': 'application/json' }, body: '{}',
    });
    assert.equal(recall.status, 204);
    // Whatever comes next says so.
    await page.getByRole('button', { name: /print/i }).click();
    await page.getByText('The sender took this message back').first().waitFor();
    assert.equal(await written().inputValue(), 'My long and careful answer');
    await send();
    await page.locator('.answer .notice').getByText('The sender took this message back').waitFor();
    assert.equal(await written().inputValue(), 'My long and careful answer');
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'The sender took this message back' }).waitFor();
    assert.equal(await page.getByText('A mistake.').count(), 0);
    assert.deepEqual(page.faults, []);
  });

  it('goes to all who see each other when asked, and says so', async () => {
    const kim = 'kim@example.org';
    await program.send({ to: `${pat},${kim}`, subject: '# For both of you', body: 'Please answer.' });
    await program.link(kim, 'open', 'For both of you');
    await open(program, page, 'For both of you');
    await written().fill('We agree.');
    await page.getByLabel(`Reply to all (${kim})`).check();
    await send();
    await page.getByText(`It is on its way to Clara Clerk and ${kim}.`).waitFor();
    await program.mail(clerk, (text) => text.includes('We agree.'));
    await program.link(kim, 'open', 'Pat Parent');
    assert.deepEqual(page.faults, []);
  });
});
