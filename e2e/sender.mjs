// A member of staff who has an account, logged in.
import { person } from './browser.mjs';

export const clerk = 'clerk@cws.state.ca.us';
export const password = 'three purple lamps';

export async function sender(program, browser, options) {
  const page = await person(browser, options);
  await page.goto(`${program.url}/register`);
  await page.getByLabel('Email').fill(clerk);
  await confirm(program, page, clerk, 'Clara Clerk');
  await page.waitForURL(/inbox/);
  return page;
}

// Fills the form of registration, and follows the mailed link.
export async function confirm(program, page, email, name) {
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('heading', { name: /check your inbox/i }).waitFor();
  await page.goto(await program.link(email, 'confirm'));
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: /confirm/i }).click();
}

// A new recipient, from the notification to the message.
export async function reader(program, browser, email, words) {
  const page = await person(browser);
  await page.goto(await program.link(email, 'open', words));
  await page.getByRole('button', { name: 'Open Message' }).click();
  await page.waitForURL(/register/);
  await confirm(program, page, email, 'Pat Parent');
  await page.waitForURL(/\/messages\//);
  await page.getByRole('heading', { name: words }).waitFor();
  return page;
}
