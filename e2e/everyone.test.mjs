// Every page, in every state that the tour knows, in light and dark, wide and narrow: usable by everyone.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accessible, faults, mailFaults } from './accessible.mjs';
import { launch, person } from './browser.mjs';
import { Program } from './program.mjs';
import { tour } from './tour.mjs';

describe('every page and every mail', () => {
  let program, browser;

  before(async () => {
    program = await Program.start();
    browser = await launch();
  });

  after(async () => {
    await browser?.close();
    await program?.stop();
  });

  it('would be caught if it were not for everyone', async () => {
    const page = await person(browser);
    await page.setContent('<html lang="en"><title>A</title><main><h1>A</h1><p style="color:#999;background:#fff">pale</p>'
      + '<button style="width:20px;height:20px;padding:0">x</button><div style="width:400px">wide</div></main>');
    const found = (await faults(page)).join('\n');
    await page.close();
    for (const sign of [/light: color-contrast/, /20 by 20 px/, /320 px: it scrolls sideways/, /ends at 4\d\d px/]) assert.match(found, sign);
  });

  it('passes axe, has targets that can be hit, and fits 320 px', async () => {
    const wrong = {};
    const seen = [];
    await tour(program, browser, async (page, name) => {
      seen.push(name);
      const found = name.startsWith('mail-') ? await mailFaults(page) : [...await faults(page), ...await unnamed(page)];
      if (found.length > 0) wrong[name] = found;
    });
    assert.deepEqual(wrong, {});
    assert.ok(seen.length > 30, `only ${seen.length} pages were seen`);
  });

  it('holds still for those who ask for it, and keeps its edges where colours are forced', async () => {
    const page = await person(browser);
    await page.goto(`${program.url}/login`);
    const button = page.getByRole('button', { name: 'Log in' });
    const style = (locator, name) => locator.evaluate((one, name) => getComputedStyle(one)[name], name);
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    assert.notEqual(await style(button, 'transitionDuration'), '0s');
    await page.emulateMedia({ reducedMotion: 'reduce' });
    assert.equal(await style(button, 'transitionDuration'), '0s');
    assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
    await page.emulateMedia({ forcedColors: 'active' });
    for (const one of [button, page.getByLabel('Email')]) {
      const [edge, ground] = [await style(one, 'borderTopColor'), await style(page.locator('body'), 'backgroundColor')];
      assert.ok(await style(one, 'borderTopStyle') === 'solid' && edge !== ground, `${edge} on ${ground}`);
    }
    await page.close();
  });
});

describe('the portal of an agency', () => {
  it('has its logo, its colour, its pages and its number, for everyone', async () => {
    const logo = join(tmpdir(), `octothorpe-logo-${process.pid}.svg`);
    await writeFile(logo, '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><rect width="40" height="40" fill="#7a0b3c"/></svg>');
    const program = await Program.start({
      OCTOTHORPE_PORTAL__NAME: 'County Mail', OCTOTHORPE_PORTAL__LOGO: logo, OCTOTHORPE_PORTAL__ACCENT: '#7a0b3c',
      OCTOTHORPE_PORTAL__HELP_PHONE: '+1 (916) 555-0100', OCTOTHORPE_PORTAL__PRIVACY_URL: 'https://www.cws.state.ca.us/privacy',
      OCTOTHORPE_PORTAL__CONTACT_URL: 'https://www.cws.state.ca.us/contact',
    });
    const browser = await launch();
    try {
      const page = await person(browser);
      await page.goto(`${program.url}/login`);
      const button = page.getByRole('button', { name: 'Log in' });
      await button.waitFor();
      assert.ok(await page.locator('.brand img').evaluate((logo) => logo.decode().then(() => logo.naturalWidth > 0)));
      assert.equal(await button.evaluate((one) => getComputedStyle(one).backgroundColor), 'rgb(122, 11, 60)');
      for (const [name, path] of [['Privacy', 'privacy'], ['Contact', 'contact']]) {
        assert.equal(await page.getByRole('link', { name }).getAttribute('href'), `https://www.cws.state.ca.us/${path}`);
      }
      await page.getByText('Questions? Call +1 (916) 555-0100.').waitFor();
      await accessible(page);
      assert.deepEqual(page.faults, []);
      // Whoever has an old device reads the number there, too.
      const old = await person(browser);
      await old.route('**/*.wasm', (route) => route.abort());
      await old.goto(`${program.url}/login`);
      await old.locator('#slow').getByText('555-0100').waitFor();
    } finally {
      await browser.close();
      await program.stop();
    }
  });
});

// The window bears the name of the page's one heading, and the page says its language.
async function unnamed(page) {
  const { title, headings, language } = await page.evaluate(() => ({
    title: document.title,
    headings: [...document.querySelectorAll('h1')].map((heading) => heading.innerText.replace(/\s+/g, ' ').trim()),
    language: document.documentElement.lang,
  }));
  const found = [];
  if (headings.length !== 1) found.push(`it has ${headings.length} headings of the first level`);
  if (!/^\/dev\//.test(new URL(page.url()).pathname) && !title.startsWith(headings[0])) found.push(`its title is "${title}"`);
  if (language !== 'en') found.push(`its language is "${language}"`);
  return found;
}
