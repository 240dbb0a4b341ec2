// Debian's Firefox, headless, over WebDriver BiDi; and a visitor who finds things by the words on them.
import puppeteer from 'puppeteer-core';

export function launchFirefox(preferences = {}) {
  return puppeteer.launch({
    browser: 'firefox',
    executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
    headless: true,
    extraPrefsFirefox: { 'intl.accept_languages': 'en-US', ...preferences },
  });
}

export class Visitor {
  // In a window of its own, with its own cookies, as wide as a phone.
  static async of(browser) {
    const visitor = new Visitor();
    visitor.page = await (await browser.createBrowserContext()).newPage();
    await visitor.page.setViewport({ width: 360, height: 740 });
    visitor.faults = [];
    visitor.page.on('pageerror', (error) => visitor.faults.push(String(error)));
    visitor.page.on('console', (message) => {
      if (message.type() === 'error' && /Content.Security.Policy|panicked/.test(message.text())) visitor.faults.push(message.text());
    });
    return visitor;
  }

  goto(url) {
    return this.page.goto(url, { waitUntil: 'domcontentloaded' });
  }

  async press(name) {
    await (await this.find('button, a[href], summary', name)).click();
  }

  async type(label, text) {
    const field = await this.page.waitForFunction((label) => {
      const found = [...document.querySelectorAll('label')].find((one) => one.innerText.trim().toLowerCase().startsWith(label.toLowerCase()));
      return document.body.hasAttribute('data-rest') ? null : found?.control;
    }, {}, label);
    await field.click({ count: 3 });
    await field.type(text);
  }

  // What bears these words.
  find(selector, words) {
    return this.page.waitForFunction((selector, words) => [...document.querySelectorAll(selector)].find((one) =>
      !document.body.hasAttribute('data-rest') && one.checkVisibility() && one.innerText.trim().toLowerCase().includes(words.toLowerCase())), {}, selector, words);
  }

  async see(words) {
    await this.page.waitForFunction((words) => document.body.innerText.toLowerCase().includes(words.toLowerCase()), {}, words);
  }

  async at(path) {
    await this.page.waitForFunction((path) => location.pathname.startsWith(path), {}, path);
  }
}
