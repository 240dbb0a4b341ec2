// Pictures of every page and mail, at 360 and 1280 px, light and dark; of the main pages also in Spanish, with forced
// colours and with text of double size: node e2e/screenshots.mjs FOLDER
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { launch } from './browser.mjs';
import { Program } from './program.mjs';
import { everyLetter, arrived } from './letters.mjs';
import { mails, tour } from './tour.mjs';

const folder = process.argv[2];
if (!folder) throw new Error('usage: node e2e/screenshots.mjs FOLDER');
await mkdir(folder, { recursive: true });

const [PHONE, DESK] = [{ width: 360, height: 740 }, { width: 1280, height: 860 }];
const looks = [PHONE, DESK].flatMap((size) => ['light', 'dark'].map((colorScheme) => ({ size, colorScheme })));
const MAIN = new Set(['open', 'register', 'check-your-inbox', 'confirm', 'login-wrong', 'message-html', 'message-text', 'inbox',
  'inbox-empty', 'inbox-found', 'reply-sent', 'help', 'genuine', 'forgot', 'open-unknown', 'open-expired', 'open-recalled',
  'open-not-for-me', 'compose', 'compose-findings', 'compose-written', 'sent-progress', 'tracking-progress', 'extend', 'settings-sender']);

let count = 0;

async function picture(page, name) {
  await page.waitForTimeout(150);
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  count += 1;
}

// The page as it stands, in every look. What is shown does not change with the look.
async function shoot(page, name) {
  for (const { size, colorScheme } of looks) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(size);
    await picture(page, `${name}-${size.width}-${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(PHONE);
  if (MAIN.has(name)) await others(page, name);
  if (name === 'open') await withoutScripts(page.url());
}

// What stands there before the portal runs, and where it never does.
async function withoutScripts(url) {
  const context = await browser.newContext({ javaScriptEnabled: false, locale: 'en-US' });
  const page = await context.newPage();
  await page.goto(url);
  for (const size of [PHONE, DESK]) {
    await page.setViewportSize(size);
    await picture(page, `no-script-${size.width}-light`);
  }
  await context.close();
}

async function others(page, name) {
  await page.emulateMedia({ forcedColors: 'active', colorScheme: 'dark' });
  await picture(page, `${name}-360-forced`);
  await page.emulateMedia({ forcedColors: null, colorScheme: 'light' });
  const sized = (size) => page.evaluate((size) => { document.documentElement.style.fontSize = size; }, size);
  await sized('200%');
  await picture(page, `${name}-360-double`);
  await sized('');
  // The words of a language are loaded before it is spoken, and an account keeps it.
  const speaks = async (name, code) => {
    const hasAccount = await page.locator('nav').count() > 0;
    const kept = hasAccount && page.waitForResponse((answer) => answer.request().method() === 'PATCH', { timeout: 3_000 }).catch(() => {});
    await page.getByRole('button', { name }).click();
    await page.waitForFunction((code) => document.documentElement.lang === code, code);
    await kept;
  };
  await speaks('Español', 'es');
  await picture(page, `${name}-360-es`);
  await page.setViewportSize(DESK);
  await picture(page, `${name}-1280-es`);
  await page.setViewportSize(PHONE);
  await speaks('English', 'en');
}

// Starts the program, does the work, stops it.
async function within(settings, work) {
  const program = await Program.start({ OCTOTHORPE_PORTAL__NAME: 'Child Welfare Mail', ...settings });
  try {
    await work(program);
  } finally {
    await program.stop();
  }
}

const browser = await launch();
try {
  await within({}, (program) => tour(program, browser, shoot));
  await within({ OCTOTHORPE_PORTAL__LANGUAGE: 'es' }, async (program) => {
    await everyLetter(program);
    await arrived(program);
    await mails(program, browser, async (page, name) => {
      await page.setViewportSize(PHONE);
      await picture(page, `es-${name}`);
    });
  });
  console.log(`${count} pictures in ${folder}`);
} finally {
  await browser.close();
}
