// A message as its reader sees it: text, pictures, attachments, paper, conversation, and finding it again.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { launch } from './browser.mjs';
import { clerk } from './people.mjs';
import { Program, until } from './program.mjs';
import { account, fixture, loggedIn, open, raw } from './reader.mjs';

const pat = 'pat@example.org';
const mail = (subject, headers, body) => `From: Clara Clerk <${clerk}>\nTo: ${pat}\nSubject: # ${subject}\n`
  + `Message-ID: <${crypto.randomUUID()}@cws.state.ca.us>\nMIME-Version: 1.0\n${headers}\n\n${body}\n`;
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

describe('a message', () => {
  let program, browser, page;

  before(async () => {
    program = await Program.start();
    browser = await launch();
    await program.send({ to: pat, subject: '# First' });
    await account(program, pat, 'Pat Parent');
    page = await loggedIn(program, browser, pat);
  });

  after(async () => {
    await browser?.close();
    await program?.stop();
  });

  const frame = () => page.frameLocator('iframe.frame');

  it('is shown with its formatting in a frame as high as its content, which runs nothing', async () => {
    const lines = Array.from({ length: 120 }, (_, at) => `<p>Line ${at}</p>`).join('');
    await raw(program, pat, mail('Long letter', 'Content-Type: text/html', `<script>document.title = "evil"</script>`
      + `<p onclick="top.location='/evil'">Hello</p><div style="height:200vh">x</div>${lines}<p id="end">The end.</p>`));
    await open(program, page, 'Long letter');
    await frame().getByText('The end.').waitFor();
    await until('the frame to grow', async () => (await page.locator('iframe.frame').boundingBox()).height > 3000);
    const fits = await page.locator('iframe.frame').evaluate((frame) =>
      frame.clientHeight - frame.contentDocument.documentElement.offsetHeight);
    assert.ok(fits >= 0 && fits <= 24, `${fits} px are left`);
    await page.setViewportSize({ width: 360, height: 740 });
    await page.setViewportSize({ width: 1280, height: 860 });
    assert.equal(await page.locator('iframe.frame').evaluate((frame) => frame.contentDocument.querySelectorAll('script, [onclick]').length), 0);
    // The same without it, and back.
    await page.getByRole('button', { name: 'Show as plain text' }).click();
    await page.locator('.body').getByText('The end.').waitFor();
    assert.equal(await page.locator('iframe.frame').count(), 0);
    await page.getByRole('button', { name: 'Show with formatting' }).click();
    await frame().getByText('The end.').waitFor();
    assert.deepEqual(page.faults, []);
  });

  it('has the colours of the page in the dark, unless it brings its own', async () => {
    const plain = '<div dir="ltr">Hello<br><a href="https://example.org/">there</a></div>';
    await raw(program, pat, mail('Plain letter', 'Content-Type: text/html', plain));
    await raw(program, pat, mail('Coloured letter', 'Content-Type: text/html', `<div style="color:black">Hello</div>`));
    await page.emulateMedia({ colorScheme: 'dark' });
    const ground = async (subject) => {
      await open(program, page, subject);
      await frame().getByText('Hello').waitFor();
      return frame().locator('html').evaluate((root) => [getComputedStyle(root).backgroundColor, getComputedStyle(root).color]);
    };
    const own = await page.evaluate(() => {
      const probe = document.querySelector('main').appendChild(document.createElement('p'));
      probe.style.cssText = 'background:var(--surface);color:var(--ink)';
      return [getComputedStyle(probe).backgroundColor, getComputedStyle(probe).color];
    });
    assert.deepEqual(await ground('Plain letter'), own);
    assert.equal((await ground('Coloured letter'))[0], 'rgb(255, 255, 255)');
    await page.emulateMedia({ colorScheme: 'light' });
    assert.equal((await ground('Plain letter'))[0], 'rgb(255, 255, 255)');
    assert.deepEqual(page.faults, []);
  });

  it('runs nothing even if a script should come through, and opens links in windows that know nothing of it', async () => {
    const runs = await page.locator('iframe.frame').evaluate((frame) => {
      const script = frame.contentDocument.createElement('script');
      script.textContent = 'parent.document.documentElement.dataset.evil = "1"';
      frame.contentDocument.body.append(script);
      return document.documentElement.dataset.evil;
    });
    assert.equal(runs, undefined);
    page.faults.length = 0;
    await raw(program, pat, mail('A link', 'Content-Type: text/html', `<p><a href="${program.url}/help">Read on</a></p>`));
    await open(program, page, 'A link');
    const [popup] = await Promise.all([page.waitForEvent('popup'), frame().getByText('Read on').click()]);
    await popup.waitForLoadState();
    assert.equal(await popup.evaluate(() => window.opener), null);
    await popup.close();
  });

  it('shows the pictures that came with it, those from elsewhere only when asked', async () => {
    await raw(program, pat, await fixture('outlook-related-image'));
    await open(program, page, 'Map to the office');
    const map = frame().getByAltText('A map of Main Street');
    await map.waitFor();
    await until('the picture', () => map.evaluate((image) => image.naturalWidth > 0));
    assert.equal(await page.getByText('Images from the internet are not shown').count(), 0);
    assert.equal(await page.getByRole('heading', { name: 'Attachments' }).count(), 0, 'it is no attachment besides');

    let asked = 0;
    const elsewhere = createServer((_, answer) => {
      asked += 1;
      answer.setHeader('Content-Type', 'image/png').end(Buffer.from(png, 'base64'));
    });
    await new Promise((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${elsewhere.address().port}/pixel.png`;
    await raw(program, pat, mail('Newsletter', 'Content-Type: text/html', `<p>News.</p><img alt="pixel" src="${url}">`));
    await open(program, page, 'Newsletter');
    await frame().getByText('News.').waitFor();
    assert.equal(asked, 0);
    await page.getByRole('button', { name: 'Show images from the internet' }).click();
    await until('the picture from elsewhere', () => asked > 0);
    elsewhere.close();
    assert.deepEqual(page.faults, []);
  });

  it('shows what is in winmail.dat, and never that file', async () => {
    for (const [name, subject, words] of [
      ['outlook-rich-text', 'Plan', 'Plan für Freitag.csv'], ['exchange-summary-tnef', 'Summary', 'summary.txt'],
    ]) {
      await raw(program, pat, await fixture(name));
      await open(program, page, subject);
      await page.getByText(words).first().waitFor();
      assert.ok(!(await page.content()).includes('winmail.dat'), name);
    }
    const broken = '--b\n\nHello.\n--b\nContent-Type: application/ms-tnef; name=winmail.dat\n\nnothing\n--b--\n';
    await raw(program, pat, mail('Broken', 'Content-Type: multipart/mixed; boundary=b', broken));
    await open(program, page, 'Broken');
    await page.locator('.attachments').getByText('ask the sender to send it as a PDF').waitFor();
    assert.ok(!(await page.content()).includes('winmail.dat'));
  });

  it('folds what it quotes', async () => {
    const text = 'Yes, at three.\n\nOn Mon, Nov 23, 2026 Pat <pat@example.org> wrote:\n> Will you come?\n> Pat\n';
    await raw(program, pat, mail('An answer', 'Content-Type: text/plain', text));
    await open(program, page, 'An answer');
    await page.getByText('Yes, at three.').first().waitFor();
    assert.ok(!await page.getByText('Will you come?').first().isVisible());
    await page.getByText('Earlier email, quoted').click();
    assert.ok(await page.getByText('Will you come?').first().isVisible());

    await raw(program, pat, mail('Formatted answer', 'Content-Type: text/html',
      '<p>Yes.</p><blockquote type="cite"><p>Will you come?</p><p>Pat</p><p>Sacramento</p></blockquote>'));
    await open(program, page, 'Formatted answer');
    await frame().getByText('Quoted text').waitFor();
    assert.ok(!await frame().getByText('Will you come?').isVisible());
    const before = (await page.locator('iframe.frame').boundingBox()).height;
    await frame().getByText('Quoted text').click();
    await until('the frame to grow', async () => (await page.locator('iframe.frame').boundingBox()).height > before + 40);
  });

  it('has on paper what is folded on the screen, when the browser prints the page itself', async () => {
    const printed = async () => {
      await page.evaluate(() => addEventListener('beforeprint', () => {
        const bodies = [document, ...[...document.querySelectorAll('iframe.frame')].map((frame) => frame.contentDocument)];
        window.onPaper = bodies.map((body) => body.body.innerText).join(' ');
      }));
      await page.pdf();
      return page.evaluate(() => window.onPaper);
    };
    await open(program, page, 'An answer');
    await page.getByText('Earlier email, quoted').waitFor();
    assert.match(await printed(), /Will you come\?/);
    assert.ok(!await page.getByText('Will you come?').first().isVisible(), 'and is folded again');

    await open(program, page, 'Formatted answer');
    await frame().getByText('Quoted text').waitFor();
    const before = (await page.locator('iframe.frame').boundingBox()).height;
    assert.match(await printed(), /Will you come\?/);
    await until('the frame to shrink', async () => (await page.locator('iframe.frame').boundingBox()).height === before);
    assert.ok(!await frame().getByText('Will you come?').isVisible());
  });

  it('has its attachments named, sized, looked at and saved', async () => {
    const part = (kind, name, octets) => `--x\nContent-Type: ${kind}; name="${name}"\n`
      + `Content-Disposition: attachment; filename="${name}"\nContent-Transfer-Encoding: base64\n\n${octets}\n`;
    const large = Buffer.alloc(300_000, 7).toString('base64').replace(/.{76}/g, '$&\n');
    await raw(program, pat, mail('Files', 'Content-Type: multipart/mixed; boundary=x', '--x\n\nSee the files.\n'
      + part('image/png', 'photo.png', png) + part('application/pdf', 'plan.pdf', Buffer.from('%PDF-1.4\n%%EOF\n').toString('base64'))
      + part('application/octet-stream', 'film.bin', large) + '--x--'));
    await open(program, page, 'Files');
    const row = (name) => page.locator('.attachments li').filter({ hasText: name });
    await row('photo.png').getByText('Picture, 70 bytes').waitFor();
    await row('plan.pdf').getByText('PDF, 15 bytes').waitFor();
    await row('film.bin').getByText('File, 300 kB').waitFor();
    const photo = row('photo.png').locator('img');
    await until('the thumbnail', () => photo.evaluate((image) => image.naturalWidth > 0));
    assert.equal(await row('film.bin').getByRole('link', { name: /^Open/ }).count(), 0);

    const [popup] = await Promise.all([page.waitForEvent('popup'), row('photo.png').getByRole('link', { name: 'Open photo.png' }).click()]);
    await popup.waitForLoadState();
    assert.equal(await popup.evaluate(() => document.images.length), 1);
    await popup.close();

    const pdf = await row('plan.pdf').getByRole('link', { name: 'Open plan.pdf' }).getAttribute('href');
    const shown = await page.request.get(program.url + pdf);
    assert.match(shown.headers()['content-disposition'], /^inline/);
    assert.equal(shown.headers()['content-type'], 'application/pdf');

    const [download] = await Promise.all([page.waitForEvent('download'), row('film.bin').getByRole('link', { name: /^Download/ }).click()]);
    assert.equal(download.suggestedFilename(), 'film.bin');
    assert.equal((await readFile(await download.path())).length, 300_000);
    const head = await page.request.get(program.url + await row('film.bin').getByRole('link', { name: /^Download/ }).getAttribute('href'));
    assert.equal(head.headers()['content-length'], '300000', 'the browser can say how far it is');
    assert.deepEqual(page.faults, []);
  });

  it('is saved as a mail, and printed with who wrote when', async () => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: /\.eml/ }).click()]);
    assert.match(download.suggestedFilename(), /\.eml$/);
    const saved = await readFile(await download.path(), 'utf8');
    assert.match(saved, /^From: Clara Clerk/);
    assert.match(saved, /^Subject: # Files/m);

    await page.evaluate(() => {
      window.printed = 0;
      new MutationObserver((changes) => {
        for (const node of changes.flatMap((change) => [...change.addedNodes])) {
          const paper = node.matches?.('iframe.paper') ? node : node.querySelector?.('iframe.paper');
          paper?.addEventListener('load', () => { paper.contentWindow.print = () => { window.printed += 1; }; }, { capture: true });
        }
      }).observe(document.body, { childList: true, subtree: true });
    });
    await page.getByRole('button', { name: /print/i }).click();
    const paper = page.frameLocator('iframe.paper');
    await paper.getByText('See the files.').waitFor({ state: 'attached' });
    for (const words of ['Clara Clerk', pat, 'photo.png, plan.pdf, film.bin', 'Reference']) {
      assert.ok((await paper.locator('body').innerText()).includes(words), words);
    }
    await until('the dialogue', () => page.evaluate(() => window.printed === 1));
    // By the browser's own menu, too.
    await page.emulateMedia({ media: 'print' });
    for (const hidden of ['nav', '.answer', '.tools']) assert.ok(!await page.locator(hidden).first().isVisible(), hidden);
    for (const shown of ['h1', '.facts', '.body']) assert.ok(await page.locator(shown).first().isVisible(), shown);
    await page.emulateMedia({ media: 'screen' });
    assert.deepEqual(page.faults, []);
  });

  it('stands in its conversation, which unfolds where it is', async () => {
    const first = `<${crypto.randomUUID()}@cws.state.ca.us>`;
    const turn = (fields, text) => `From: Clara Clerk <${clerk}>\nTo: ${pat}\nSubject: # The visit\n${fields}\n\n${text}\n`;
    await raw(program, pat, turn(`Message-ID: ${first}`, 'Shall we meet on Friday?'));
    await open(program, page, 'The visit');
    assert.equal(await page.locator('.conversation').count(), 0, 'a message alone is no conversation');
    await page.getByLabel('Your reply').fill('Friday is fine.');
    await page.getByRole('button', { name: 'Send reply' }).click();
    await page.getByText('Your reply was sent.').waitFor();
    await page.locator('.turn').filter({ hasText: 'Friday is fine.' }).waitFor();
    await raw(program, pat, turn(`In-Reply-To: ${first}\nMessage-ID: <${crypto.randomUUID()}@x>`, 'At three, then.'));

    await open(program, page, 'The visit');
    const turns = page.locator('.turn');
    await until('three messages', async () => await turns.count() === 3);
    assert.deepEqual(await page.locator('.turn-words').allInnerTexts(), ['Shall we meet on Friday?', 'Friday is fine.', 'At three, then.']);
    assert.ok(await turns.nth(1).getByText('You', { exact: true }).isVisible());
    await turns.nth(1).locator('summary').click();
    await turns.nth(1).locator('.text').getByText('Friday is fine.').waitFor();
    // The copy of the reply can be opened and read by itself, too.
    await turns.nth(1).getByRole('link', { name: /own/ }).click();
    await page.locator('.body').getByText('Friday is fine.').waitFor();
    assert.deepEqual(page.faults, []);
  });

  it('is found again by words, and told from what was read', async () => {
    await raw(program, pat, mail('=?utf-8?q?Reuni=C3=B3n_de_ma=C3=B1ana?=', 'Content-Type: text/plain', 'x'));
    await page.goto(`${program.url}/inbox`);
    await page.getByText('2 unread messages').waitFor();
    const row = page.getByRole('link', { name: /Reunión/ });
    await row.getByText('Unread').waitFor();
    await page.getByLabel(/search by/i).fill('REUNION manana');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.waitForURL(/search=/);
    await until('one hit', async () => await page.locator('.row').count() === 1);
    await page.getByLabel(/search by/i).fill('nowhere to be found');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Nothing found for “nowhere to be found”' }).waitFor();
    await page.getByRole('link', { name: 'Show all' }).click();
    await row.waitFor();
    await row.click();
    await page.getByRole('heading', { level: 1, name: /Reunión/ }).waitFor();
    await page.getByRole('link', { name: 'Inbox' }).first().click();
    await page.getByText('1 unread message', { exact: true }).waitFor();
    assert.deepEqual(page.faults, []);
  });
});
