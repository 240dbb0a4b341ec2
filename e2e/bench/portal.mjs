// The portal on a slow phone: the bytes of each file at a first visit, and how long until a message can be read, beside
// a static page of the same words on the same line.
import { createServer } from 'node:http';
import { launch, person } from '../browser.mjs';
import { Program } from '../program.mjs';
import { against, median, short, table } from './figures.mjs';

// "Fast 3G" of Chromium's developer tools.
const LINE = { offline: false, latency: 562.5, downloadThroughput: (1.6e6 / 8) * 0.9, uploadThroughput: (750e3 / 8) * 0.9 };
const ROUNDS = 7;
const parent = 'pat.parent@example.org';
const password = 'three purple lamps';
const words = 'The visit is at three in the afternoon. '.repeat(120);

export async function portal() {
  const program = await Program.start();
  const browser = await launch();
  try {
    const page = await person(browser);
    await program.send({ to: parent, subject: '# Visit on Friday', body: words });
    const link = await program.link(parent, 'open');
    const first = await firstVisit(browser, link);
    await register(program, page, link);
    const opened = await rounds(() => open(page, program));
    const still = await rounds(() => staticPage(browser));
    report(first, opened, still);
  } finally {
    await browser.close();
    await program.stop();
  }
}

// With nothing cached: what is loaded, when words stand there, when the page runs, and how far things jump.
async function firstVisit(browser, link) {
  const page = await person(browser);
  const files = [];
  const session = await slow(page);
  await session.send('Network.enable');
  const names = new Map();
  session.on('Network.responseReceived', ({ requestId, response }) => names.set(requestId, response.url));
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    files.push([new URL(names.get(requestId) ?? 'about:other').pathname, encodedDataLength]);
  });
  await page.addInitScript(() => {
    window.shift = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => { window.shift += entry.value; }))
      .observe({ type: 'layout-shift', buffered: true });
  });
  const start = performance.now();
  await page.goto(link, { waitUntil: 'commit' });
  await page.getByText('Visit on Friday').first().waitFor();
  const said = performance.now() - start;
  await page.getByRole('button', { name: 'Open Message' }).waitFor();
  const runs = performance.now() - start;
  await page.waitForTimeout(1000);
  const shift = await page.evaluate(() => window.shift);
  await page.context().close();
  return { files, said, runs, shift };
}

async function register(program, page, link) {
  await page.goto(link);
  await page.getByRole('button', { name: 'Open Message' }).click();
  await page.getByLabel('Your name').fill('Pat Parent');
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.goto(await program.link(parent, 'confirm'));
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: /confirm/i }).click();
  await page.getByText('The visit is at three').first().waitFor();
  await slow(page);
}

// From a click in the inbox until the message can be read.
async function open(page, program) {
  await page.goto(`${program.url}/inbox`);
  const row = page.getByText('Visit on Friday').first();
  await row.waitFor();
  return clicked(page, row);
}

async function staticPage(browser) {
  const server = createServer((request, answer) => {
    answer.setHeader('Content-Type', 'text/html; charset=utf-8');
    const body = request.url === '/' ? '<a href="/message">Visit on Friday</a>' : `<h1>Visit on Friday</h1><p>${words}</p>`;
    answer.end(`<!doctype html><html lang="en"><title>Messages</title>${body}`);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const page = await person(browser);
  await slow(page);
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  const took = await clicked(page, page.getByText('Visit on Friday'));
  await page.context().close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return took;
}

async function clicked(page, target) {
  const start = performance.now();
  await target.click();
  await page.getByText('The visit is at three').first().waitFor();
  return performance.now() - start;
}

async function slow(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.emulateNetworkConditions', LINE);
  return session;
}

async function rounds(one) {
  const times = [];
  for (let round = 0; round < ROUNDS; round += 1) times.push(await one());
  return median(times);
}

function report({ files, said, runs, shift }, opened, still) {
  const total = files.reduce((sum, [, octets]) => sum + octets, 0);
  table([['first visit, octets on the line', ''], ...files.map(([name, octets]) => [name.replace(/^\/open\/.*/, '/open/…'), short(octets)]),
    ['all', against(total, 'aim 220,000', (size) => size <= 220_000)]]);
  console.log();
  table([['fast 3G, milliseconds', ''],
    ['first visit, words on the screen', short(said)],
    ['first visit, the page runs', against(runs, 'aim: after the words', () => said < runs)],
    ['first visit, layout shift', against(shift, 'aim 0.1', (value) => value <= 0.1)],
    ['from click to readable message', short(opened)],
    ['the same words as a static page', short(still)],
    ['ratio', against(opened / still, 'aim 2', (ratio) => ratio <= 2)]]);
}
