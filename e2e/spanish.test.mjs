// In Spanish from end to end: the language is the browser's, stands in the pages and mails, and stays with the account.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { accessible, faults } from './accessible.mjs';
import { launch, person } from './browser.mjs';
import { clerk, staff } from './people.mjs';
import { loggedIn } from './reader.mjs';
import { Program } from './program.mjs';

describe('in Spanish', () => {
  const madre = 'paz.madre@example.org';
  const password = 'tres lámparas moradas';
  let program, browser, page;

  before(async () => {
    program = await Program.start();
    browser = await launch();
    page = await person(browser, { locale: 'es-MX' });
  });

  after(async () => {
    await browser?.close();
    await program?.stop();
  });

  const language = (page) => page.evaluate(() => document.documentElement.lang);

  it('a newcomer is told in both languages, and meets pages in that of the browser', async () => {
    await program.send({ to: madre, subject: '# Visita del viernes', body: 'La visita es a las tres.' });
    const mail = await program.mail(madre);
    assert.match(mail, /Español: Clara Clerk le envió un mensaje cifrado/);
    await page.goto(await program.link(madre, 'open'));
    await page.getByRole('heading', { name: 'Clara Clerk le envió un mensaje cifrado' }).waitFor();
    assert.equal(await language(page), 'es');
    await page.getByRole('button', { name: 'Abrir mensaje' }).click();
    await page.getByLabel('Su nombre').fill('Paz Madre');
    await page.getByLabel('Contraseña', { exact: true }).fill(password);
    await accessible(page);
    await page.getByRole('button', { name: 'Continuar' }).click();
    await page.getByRole('heading', { level: 1 }).filter({ hasText: /bandeja|correo/i }).waitFor();
  });

  it('the confirmation mail and the page behind it speak Spanish', async () => {
    const mail = await program.mail(madre, (text) => text.includes('/confirm/'));
    assert.match(mail, /Confirme su correo electrónico/);
    await page.goto(await program.link(madre, 'confirm'));
    await page.getByLabel('Contraseña', { exact: true }).fill(password);
    await page.getByRole('button', { name: /confirmar/i }).click();
    await page.getByText('La visita es a las tres.').first().waitFor();
    await page.getByText('Enviado', { exact: true }).first().waitFor();
    await accessible(page);
    assert.deepEqual(page.faults, []);
  });

  it('later mails speak the language of the account, whatever the browser', async () => {
    await program.send({ to: madre, subject: '# Papeles', body: 'Traiga los papeles.' });
    const mail = await program.mail(madre, (text) => text.includes('Subject: # Papeles'));
    assert.match(mail, /Abrir mensaje/);
    assert.doesNotMatch(mail, /English:/);

    const elsewhere = await person(browser);
    await elsewhere.goto(`${program.url}/login`);
    assert.equal(await language(elsewhere), 'en');
    await elsewhere.getByLabel('Email').fill(madre);
    await elsewhere.getByLabel('Password', { exact: true }).fill(password);
    await elsewhere.getByRole('button', { name: 'Log in' }).click();
    await elsewhere.getByRole('heading', { name: 'Bandeja de entrada' }).waitFor();
    assert.equal(await language(elsewhere), 'es');
  });

  it('the menu of a phone has one row', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await page.goto(`${program.url}/inbox`);
    await page.getByRole('link', { name: 'Ajustes' }).waitFor();
    const tops = await page.locator('nav > *').evaluateAll((items) => items.map((item) => item.getBoundingClientRect().top));
    assert.deepEqual([...new Set(tops)].length, 1, `${tops}`);
    await page.setViewportSize({ width: 1280, height: 860 });
  });

  it('the pages of those who write, and the dead ends, are for everyone and fit 320 px', async () => {
    await (await staff(program, browser)).close();
    const desk = await loggedIn(program, browser, clerk);
    await desk.getByRole('button', { name: 'Español' }).click();
    await desk.getByRole('heading', { name: 'Bandeja de entrada' }).waitFor();
    await desk.goto(`${program.url}/sent`);
    const ways = ['/compose', '/sent', await desk.locator('.row').first().getAttribute('href'), '/settings', '/help', '/genuine',
      '/nowhere', '/open/unknown', '/confirm/unknown', '/reset/unknown', '/messages/unknown', '/extend/unknown'];
    for (const path of ways) {
      await desk.goto(program.url + path);
      await desk.getByRole('heading', { level: 1 }).waitFor();
      assert.deepEqual(await faults(desk), [], path);
      assert.equal(await language(desk), 'es', path);
    }
    await desk.close();
  });

  it('the language can be switched on every page, and the account keeps the choice', async () => {
    for (const path of ['/help', '/inbox', '/settings', '/compose', '/sent', '/nowhere']) {
      await page.goto(program.url + path);
      await page.getByRole('button', { name: 'English' }).waitFor();
      assert.equal(await language(page), 'es');
    }
    await page.goto(`${program.url}/inbox`);
    const kept = page.waitForResponse((answer) => answer.request().method() === 'PATCH' && answer.ok());
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'Inbox' }).waitFor();
    assert.equal(await language(page), 'en');
    await kept;

    await page.route('**/words-es-*', (route) => route.abort());
    await page.getByRole('button', { name: 'Español' }).click();
    await page.getByText('Your device cannot reach the portal right now.').waitFor();
    assert.equal(await language(page), 'en', 'without its words no language is spoken');
    await page.unroute('**/words-es-*');
    await page.getByRole('button', { name: 'Español' }).click();
    await page.getByRole('heading', { name: 'Bandeja de entrada' }).waitFor();
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'Inbox' }).waitFor();

    await page.goto(`${program.url}/forgot`);
    await page.getByRole('button', { name: 'Send me the email' }).click();
    assert.match(await program.mail(madre, (text) => text.includes('/reset/')), /Choose a new password/);
    assert.deepEqual(page.faults, []);
  });
});
