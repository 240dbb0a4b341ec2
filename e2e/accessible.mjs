// What must hold of every page, for everyone: axe finds nothing (WCAG 2.2 AA and its own good practice), whatever can be
// pressed is at least 24 px high and wide, nothing is cut off or scrolls sideways at 320 px (a page of 1280 px at 400 %).
import assert from 'node:assert/strict';
import axe from 'axe-core';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
// A mail has no landmarks and no headings of its own page.
const MAIL_TAGS = TAGS.slice(0, -1);
const TARGET = 24;
const NARROW = 320;

// Fails where the page, as it stands, is not for everyone; in light and dark where the driver can switch.
export async function accessible(page) {
  assert.deepEqual(await faults(page), []);
}

// What is wrong with a mail, whose own page runs no scripts.
export async function mailFaults(page) {
  const html = await (await fetch(page.url())).text();
  const copy = await page.context().newPage();
  await copy.setContent(html);
  const found = await faults(copy, true);
  await copy.close();
  return found;
}

// What is wrong with the page as it stands, a line each.
export async function faults(page, mail = false) {
  const found = new Set();
  const note = (where, faults) => faults.forEach((fault) => found.add(`${where}: ${fault}`));
  if (!page.emulateMedia) {
    note('as it is', await axeFaults(page, mail));
    note('as it is', await page.evaluate(smallTargets, TARGET));
    return [...found];
  }
  const size = page.viewportSize();
  for (const colorScheme of ['dark', 'light']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    note(colorScheme, await axeFaults(page, mail));
  }
  if (!mail) note(`${size.width} px`, await page.evaluate(smallTargets, TARGET));
  await page.setViewportSize({ width: NARROW, height: 640 });
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  note(`${NARROW} px`, await page.evaluate(sideways));
  if (!mail) note(`${NARROW} px`, await page.evaluate(smallTargets, TARGET));
  await page.setViewportSize(size);
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: null });
  return [...found];
}

async function axeFaults(page, mail) {
  // By evaluation: the policy of the pages takes no other script. The frames are mails of strangers.
  if (!await page.evaluate(() => 'axe' in window)) await page.evaluate(axe.source);
  // Colours on their way from light to dark are neither.
  await page.evaluate(() => Promise.allSettled(document.getAnimations()
    .filter((one) => one instanceof CSSTransition).map((one) => one.finished)));
  const violations = await page.evaluate(async (tags) => {
    const rules = { 'target-size': { enabled: true } };
    const found = await window.axe.run(document, { runOnly: tags, rules, iframes: false, resultTypes: ['violations'] });
    return found.violations.map(({ id, help, nodes }) => ({
      id, help, nodes: nodes.map(({ html, any }) => `${html.slice(0, 160)} ${any.map((one) => one.message).join('; ')}`),
    }));
  }, mail ? MAIL_TAGS : TAGS);
  return violations.map(({ id, help, nodes }) => `${id} (${help}): ${nodes.join(' | ')}`);
}

// Runs in the page. A link within a sentence may be as high as its line; what only screen readers see is not pressed.
function smallTargets(least) {
  const controls = document.querySelectorAll('a[href], button, input, select, textarea, summary, [role=button], [tabindex="0"]');
  const isWithinText = (node) => getComputedStyle(node).display === 'inline' && node.parentElement.innerText.trim() !== node.innerText.trim();
  const box = (node) => ((node.type === 'checkbox' || node.type === 'radio') && node.closest('label') || node).getBoundingClientRect();
  return [...controls]
    .filter((node) => node.checkVisibility({ checkVisibilityCSS: true }) && !node.closest('.unseen') && !isWithinText(node))
    .map((node) => ({ node, box: box(node) }))
    .filter(({ box }) => box.width < least || box.height < least)
    .map(({ node, box }) => `${node.outerHTML.slice(0, 120)} is ${Math.round(box.width)} by ${Math.round(box.height)} px`);
}

// Runs in the page: what makes it scroll sideways, or is cut off at its edge.
function sideways() {
  const wide = document.documentElement.clientWidth;
  const found = document.documentElement.scrollWidth > wide ? [`it scrolls sideways: ${document.documentElement.scrollWidth} px`] : [];
  const scrolls = (node) => node && (/auto|scroll|hidden|clip/.test(getComputedStyle(node).overflowX) || scrolls(node.parentElement));
  for (const node of document.body.querySelectorAll('*')) {
    const box = node.getBoundingClientRect();
    if (box.width > 0 && box.right > wide + 1 && !node.closest('.unseen, svg') && !scrolls(node.parentElement)) {
      found.push(`${node.outerHTML.slice(0, 120)} ends at ${Math.round(box.right)} px`);
    }
  }
  return found.slice(0, 5);
}
