// People who have an account and are logged in.
import { person } from './browser.mjs';

export const clerk = 'clerk@cws.state.ca.us';
export const password = 'three purple lamps';

// Fills in the form of registration, which knows the address, and follows the mailed link to whatever comes behind it.
// `look(page, name)` is called at each page.
export async function register(program, page, email, name, look = async () => {}) {
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await look(page, 'register');
  const before = await program.mails(email);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('heading', { name: 'Check your email' }).waitFor();
  await look(page, 'check-your-inbox');
  await page.goto(await program.link(email, 'confirm', '', before));
  await page.getByLabel('Password', { exact: true }).fill(password);
  await look(page, 'confirm');
  await page.getByRole('button', { name: /confirm/i }).click();
}

// A member of staff, who needs no message to come in.
export async function staff(program, browser, address = clerk) {
  const page = await person(browser);
  await page.goto(`${program.url}/register`);
  await page.getByLabel('Email').fill(address);
  await register(program, page, address, 'Clara Clerk');
  await page.waitForURL(/inbox/);
  return page;
}

// Somebody outside, from the link of the notification to the message.
export async function newcomer(program, browser, address, link) {
  const page = await person(browser);
  await page.goto(link);
  await page.getByRole('button', { name: 'Open Message' }).click();
  await page.waitForURL(/register/);
  await register(program, page, address, 'Pat Parent');
  await page.getByLabel('Your reply').waitFor();
  return page;
}
