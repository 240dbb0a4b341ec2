// The system's Chromium, headless.
import { chromium } from 'playwright-core';

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
  });
}

// A context of its own, that fails on errors of the page and on content that the policy refused.
export async function person(browser, options = {}) {
  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 360, height: 740 }, ...options });
  const page = await context.newPage();
  page.faults = [];
  page.on('pageerror', (error) => page.faults.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content Security Policy|panicked/.test(message.text())) page.faults.push(message.text());
  });
  return page;
}
