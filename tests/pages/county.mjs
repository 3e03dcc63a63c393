// The county's dashboard, open in the browser and signed in: what its page shows, without anybody touching it.
import { spawnSync } from 'node:child_process';
import { openPage, settle } from './browser.mjs';

const PASSWORD = 'correct horse battery staple';

export function addAccount(tree, server, name, role) {
	const made = spawnSync(tree.programs.tributaryd, ['-C', tree.dir(server), '--json', 'account', 'add', name, '--role', role],
		{ env: tree.env, input: `${PASSWORD}\n`, encoding: 'utf8', timeout: 240000 });
	if (made.status !== 0)
		throw new Error(`account: ${made.stderr}`);
	return PASSWORD;
}

// Starts the county's server again with its page, signs in and opens the month.
export async function openCounty(tree, browser, month) {
	const password = addAccount(tree, 'county', 'chen', 'viewer');
	await tree.stop('county');
	const { page: address } = await tree.serve('county', '--page', '127.0.0.1:0');
	const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 1280, height: 800 } });
	const page = await openPage(context);
	await page.goto(`${/^http/.test(address) ? '' : 'http://'}${address}`);
	await page.locator('input[name=name]').fill('chen');
	await page.locator('input[name=password]').fill(password);
	await page.locator('form button[type=submit]').click();
	await page.waitForFunction(() => !document.querySelector('input[name=password]'));
	await page.evaluate((period) => {
		location.hash = `#/u/./overview?period=${period}`;
	}, month);
	await settle(page);
	return {
		browser, page,
		// The number that stands on the page; null: the figure is not there (yet).
		shown: (metric) => page.evaluate((name) => {
			const one = document.querySelector(`[data-figure="${name}"]`);
			return one ? Number(one.textContent.replace(/[^\d]/g, '')) : null;
		}, metric),
	};
}
