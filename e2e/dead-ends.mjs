// A walk past the page of each dead end, for pictures and for the checks of accessibility.
import { person } from './browser.mjs';
import { clerk, newcomer, password } from './people.mjs';
import { loggedIn, token } from './reader.mjs';
import { endLinks, endSessions, expire, heading, unavailable } from './trouble.mjs';

const lost = 'lost.parent@example.org';

// `look(page, name)` is called at each dead end. Whoever calls has made the account of the clerk.
export async function deadEnds(program, browser, look, clerkPage) {
  const send = async (subject) => {
    await program.send({ to: lost, subject: `# ${subject}`, body: 'Good morning.' });
    return program.link(lost, 'open', subject);
  };
  const link = await send('Old letter');
  const page = await newcomer(program, browser, lost, link);
  await page.goto(await program.link(lost, 'confirm'));
  await heading(page, 'Your address is already confirmed');
  await look(page, 'confirm-already');
  await tooLate(program, browser, look);
  await page.goto(`${link.slice(0, -12)}`);
  await heading(page, 'This link is incomplete');
  await page.getByRole('button', { name: 'Open the link' }).click();
  await look(page, 'open-cut');
  await page.goto(`${program.url}/reset/abc`);
  await heading(page, 'This link is incomplete');
  await look(page, 'reset-cut');
  await page.goto(`${program.url}/messages/01935f6e-0000-7000-8000-000000000000`);
  await heading(page, 'This message is not in this account');
  await look(page, 'message-other-account');

  const stranger = await send('Not yours');
  await page.goto(stranger);
  await page.getByRole('button', { name: 'This message is not for me' }).click();
  await look(page, 'open-not-for-me');
  await page.getByRole('button', { name: 'Yes, tell the sender' }).click();
  await heading(page, 'You said that this message is not for you');
  await look(page, 'open-refused');
  await program.mail(clerk, (text) => text.includes('not for them'));

  await clerkPage.goto(link);
  await clerkPage.getByRole('button', { name: 'Open Message' }).click();
  await clerkPage.getByText('You are logged in with another address.').waitFor();
  await look(clerkPage, 'open-other-address');
  await clerkPage.goto(`${program.url}/genuine`);
  await clerkPage.getByLabel('Reference code').fill('7KQ2-M4XT');
  await clerkPage.getByRole('button', { name: 'Look it up' }).click();
  await clerkPage.getByText('This portal does not know this code.').waitFor();
  await look(clerkPage, 'genuine-staff');

  await page.goto(await send('Soon over'));
  await page.getByRole('button', { name: 'Open Message' }).click();
  await page.getByLabel(/your reply/i).fill('A long answer that must not get lost.');
  // Kept later, the draft would be what meets the end of the session.
  await page.getByText('Your text is kept as a draft').waitFor();
  await endSessions(program);
  await page.getByRole('button', { name: 'Send reply' }).click();
  await page.getByRole('heading', { name: 'Your session has ended' }).waitFor();
  await look(page, 'session-ended');
  await page.getByRole('dialog').getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('dialog').getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByText('Your reply was sent.').waitFor();

  await expire(program);
  await page.reload();
  await heading(page, 'The time to read this message is over');
  await look(page, 'message-expired');
  await page.goto(link);
  await heading(page, 'The time to read this message is over');
  await look(page, 'open-expired');
  await page.getByRole('button', { name: 'Ask the sender to send it again' }).click();
  await page.getByText('The sender has been asked.').waitFor();
  await look(page, 'open-asked');
  await program.mail(clerk, (text) => text.includes('asks you to send'));
  await page.goto(`${program.url}/genuine`);
  await heading(page, 'Is this genuine?');
  await look(page, 'genuine');
  await own(program, browser, look);
  await busy(page, look);
  await page.close();
}

// Who does not know the password that was registered, and who comes too late.
async function tooLate(program, browser, look) {
  const late = 'late.parent@example.org';
  await program.send({ to: late, subject: '# For later' });
  const page = await person(browser);
  await page.goto(await program.link(late, 'open'));
  await page.getByRole('button', { name: 'Open Message' }).click();
  await page.getByLabel('Your name').fill('Lou Late');
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Continue' }).click();
  const link = await program.link(late, 'confirm');
  await page.goto(`${link}?new=1`);
  await page.getByLabel('New password').waitFor();
  await look(page, 'confirm-anew');
  await endLinks(program);
  await page.goto(link);
  await heading(page, 'This link is too old');
  await look(page, 'confirm-too-old');
  await page.close();
}

// What senders meet of their own: the time is over, the mailed link is cut.
async function own(program, browser, look) {
  const list = await fetch(`${program.url}/api/v1/messages?box=sent`, { headers: { Authorization: `Bearer ${await token(program, clerk)}` } });
  const { items: [message] } = await list.json();
  const page = await loggedIn(program, browser, clerk);
  await page.goto(`${program.url}/messages/${message.id}`);
  await heading(page, 'The time to read this message is over');
  await page.getByRole('link', { name: 'Write a new message' }).waitFor();
  await look(page, 'message-expired-own');
  await page.goto(`${program.url}/extend/abc`);
  await heading(page, 'This link is incomplete');
  await look(page, 'extend-cut');
  await page.close();
}

// While nothing answers: no connection, and a server that has too much to do.
async function busy(page, look) {
  await page.context().setOffline(true);
  await page.getByText('You are offline.').first().waitFor();
  await page.getByRole('link', { name: 'Inbox' }).click();
  await page.getByText('Next attempt in').waitFor();
  await look(page, 'offline');
  await page.context().setOffline(false);
  await heading(page, 'Inbox');
  await page.route('**/api/v1/messages?*', (route) => route.fulfill(unavailable(30)));
  await page.reload();
  await page.getByText('The portal is very busy right now.').waitFor();
  await look(page, 'busy');
  await page.unroute('**/api/v1/messages?*');
}
