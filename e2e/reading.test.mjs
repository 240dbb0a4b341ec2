// From the notification to the message and back: the recipient's whole way, in a real browser.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { launch, person } from './browser.mjs';
import { Program } from './program.mjs';

const stores = { SQLite: {} };
if (process.env.OCTOTHORPE_TEST_POSTGRES) {
  stores.PostgreSQL = { OCTOTHORPE_STORE__URL: process.env.OCTOTHORPE_TEST_POSTGRES };
}

for (const [name, settings] of Object.entries(stores)) {
  describe(`a first-time recipient, on ${name}`, () => {
    const parent = 'pat.parent@example.org';
    const password = 'three purple lamps';
    let program, browser, page;

    before(async () => {
      program = await Program.start(settings);
      browser = await launch();
      page = await person(browser);
    });

    after(async () => {
      await browser?.close();
      await program?.stop();
    });

    it('goes from the notification to the message with one form, one mailed link and one password', async () => {
      await program.send({ to: parent, subject: '# Visit on Friday', body: 'The visit is at three in the afternoon.' });
      await page.goto(await program.link(parent, 'open'));
      await page.getByText('Visit on Friday').first().waitFor();
      assert.ok(!(await page.content()).includes('three in the afternoon'));
      await page.getByRole('button', { name: 'Open Message' }).or(page.getByRole('link', { name: 'Open Message' })).first().click();

      await page.waitForURL(/\/register/);
      assert.ok((await page.content()).includes(parent));
      await page.getByLabel('Your name').fill('Pat Parent');
      await page.getByLabel('Password', { exact: true }).fill(password);
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByRole('heading', { name: /check your email/i }).waitFor();

      await page.goto(await program.link(parent, 'confirm'));
      await page.getByLabel('Password', { exact: true }).fill(password);
      await page.getByRole('button', { name: /confirm/i }).click();
      await page.waitForURL(/\/messages\//);
      await page.getByText('The visit is at three in the afternoon.').first().waitFor();
      assert.deepEqual(page.faults, []);
    });

    it('replies, and the reply reaches the ordinary mailbox of the clerk', async () => {
      await page.getByLabel(/your reply/i).fill('We will be there at three.');
      await page.getByRole('button', { name: /^send/i }).click();
      const mail = await program.mail('clerk@cws.state.ca.us', (text) => text.includes('We will be there at three.'));
      assert.match(mail, /^Subject: Re: # Visit on Friday/m);
      assert.match(mail, /^Reply-To: .*pat\.parent@example\.org/m);
      assert.deepEqual(page.faults, []);
    });

    it('needs only a click while the session lasts, and the password later', async () => {
      await program.send({ to: parent, subject: '# Second mail', body: 'Bring the papers.' });
      const link = await program.link(parent, 'open', 'Second mail');
      await page.goto(link);
      await page.getByRole('button', { name: 'Open Message' }).or(page.getByRole('link', { name: 'Open Message' })).first().click();
      await page.getByText('Bring the papers.').first().waitFor();

      const later = await person(browser);
      await later.goto(link);
      await later.getByRole('button', { name: 'Open Message' }).or(later.getByRole('link', { name: 'Open Message' })).first().click();
      await later.waitForURL(/\/login/);
      await later.getByLabel('Password', { exact: true }).fill(password);
      await later.getByRole('button', { name: /log in/i }).click();
      await later.getByText('Bring the papers.').first().waitFor();
      assert.deepEqual(later.faults, []);
    });
  });
}
