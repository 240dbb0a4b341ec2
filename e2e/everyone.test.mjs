// Every page, in every state that the tour knows, in light and dark, wide and narrow: usable by everyone.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { faults, mailFaults } from './accessible.mjs';
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
