// The county's page, open in the browser and signed in: what its figures say, asked again whenever it is told of a change.
import { spawnSync } from 'node:child_process';
import { openPage } from './browser.mjs';

const PASSWORD = 'correct horse battery staple';

export function addAccount(tree, server, name, role) {
	const made = spawnSync(tree.programs.tributaryd, ['-C', tree.dir(server), '--json', 'account', 'add', name, '--role', role],
		{ env: tree.env, input: `${PASSWORD}\n`, encoding: 'utf8', timeout: 60000 });
	if (made.status !== 0)
		throw new Error(`account: ${made.stderr}`);
	return PASSWORD;
}

// Starts the county's server again with its page, and keeps one open.
export async function openCounty(tree, browser) {
	const password = addAccount(tree, 'county', 'chen', 'viewer');
	await tree.stop('county');
	const { page: address } = await tree.serve('county', '--page', '127.0.0.1:0');
	const context = await browser.newContext({ locale: 'zh-CN' });
	const page = await openPage(context);
	await page.goto(`${/^http/.test(address) ? '' : 'http://'}${address}`);
	await page.evaluate(async ([name, secret]) => {
		const answer = await fetch('/api/v1/session', {
			method: 'POST', headers: { 'Content-Type': 'application/json', 'Tributary-Page': '1' }, body: JSON.stringify({ name, password: secret }),
		});
		if (!answer.ok)
			throw new Error(`session: ${answer.status} ${await answer.text()}`);
		window.figures = {};
		window.ask = async (period, metric) => {
			const found = await (await fetch(`/api/v1/figures?period=${period}&metric=${metric}`)).json();
			window.figures[`${period} ${metric}`] = (found.figures.find((row) => row.bucket === null) || { value: 0 }).value;
		};
		new EventSource('/api/v1/events').addEventListener('changed', () => {
			for (const asked of Object.keys(window.figures))
				window.ask(...asked.split(' '));
		});
	}, ['chen', password]);
	return {
		browser, page,
		// What the page holds, first asked for here, from then on by its events alone.
		shown: (period, metric) => page.evaluate(async ([when, what]) => {
			if (window.figures[`${when} ${what}`] === undefined)
				await window.ask(when, what);
			return window.figures[`${when} ${what}`];
		}, [period, metric]),
	};
}
