// Pictures of every page and mail, at 360 and 1280 px, light and dark: node e2e/screenshots.mjs FOLDER
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { launch } from './browser.mjs';
import { Program } from './program.mjs';
import { tour } from './tour.mjs';

const folder = process.argv[2];
if (!folder) throw new Error('usage: node e2e/screenshots.mjs FOLDER');
await mkdir(folder, { recursive: true });

const looks = [360, 1280].flatMap((width) => ['light', 'dark'].map((colorScheme) => ({ width, colorScheme })));

const program = await Program.start({ OCTOTHORPE_PORTAL__NAME: 'Child Welfare Mail' });
const browser = await launch();
let count = 0;

// The page as it stands, in every look. What is shown does not change with the look.
async function shoot(page, name) {
  for (const { width, colorScheme } of looks) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: width === 360 ? 740 : 860 });
    await page.waitForTimeout(150);
    await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true });
    count += 1;
  }
}

try {
  await tour(program, browser, shoot);
  console.log(`${count} pictures in ${folder}`);
} finally {
  await browser.close();
  await program.stop();
}
