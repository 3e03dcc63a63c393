// Debian's chromium, driven by playwright-core: pages in either language, what every screen is held to, and pictures.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { source } from './tree.mjs';

const BROWSERS = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].filter(Boolean);
const TOUCH = 44;
export const PATIENCE_MS = 90000; // for what is waited for; only what never comes takes so long, on whatever machine

export async function openBrowser(build) {
	const require = createRequire(path.join(build, 'web/package.json'));
	const { chromium } = require('playwright-core');
	const executablePath = BROWSERS.find(existsSync);
	assert.ok(executablePath, 'no chromium was found; CHROMIUM names it');
	const browser = await chromium.launch({ executablePath, timeout: PATIENCE_MS, headless: true, args: ['--no-sandbox', '--disable-gpu'], env: { ...process.env, LANGUAGE: 'zh_CN', LC_ALL: 'C.UTF-8', TZ: 'UTC' } });
	browser.axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
	return browser;
}

// ---- A machine that is slow by chance, where it is asked for ----
//
// TRIBUTARY_JITTER=SEED: every request to the API waits before it is sent and again before its answer is given, every event of the
// event stream before it is told, each for a time drawn from the seed; events stay in their order. TRIBUTARY_THROTTLE=N: the page's
// processor is N times as slow. A test that passes only on some days is found by a few seeds (docs/reliability.md).

const JITTER_MS = 400;

function stumble([seed, most]) {
	let state = seed >>> 0;
	const draw = () => { // mulberry32
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
	const wait = () => new Promise((done) => setTimeout(done, draw() * most));
	const { fetch } = window;
	window.fetch = async (where, options) => {
		if (!String(where.url || where).includes('/api/'))
			return fetch(where, options);
		await wait();
		try {
			return await fetch(where, options);
		} finally {
			await wait();
		}
	};
	const { addEventListener } = EventTarget.prototype;
	window.EventSource.prototype.addEventListener = function (kind, listener, ...more) {
		addEventListener.call(this, kind, (event) => {
			this.told = Promise.all([this.told, wait()]).then(() => listener.call(this, event));
		}, ...more);
	};
}

async function slow(context, page) {
	const throttle = Number(process.env.TRIBUTARY_THROTTLE);
	if (throttle) {
		const session = await context.newCDPSession(page);
		await session.send('Emulation.setCPUThrottlingRate', { rate: throttle });
	}
}

// A page with its complaints kept: nothing may be said on the console.
export async function openPage(context) {
	const seed = Number(process.env.TRIBUTARY_JITTER);
	if (seed && !context.stumbles) {
		context.stumbles = true;
		await context.addInitScript(stumble, [seed, JITTER_MS]);
	}
	const page = await context.newPage();
	page.setDefaultTimeout(PATIENCE_MS);
	await slow(context, page);
	page.complaints = [];
	page.on('pageerror', (error) => page.complaints.push(error.message));
	page.on('console', (message) => {
		// What the network says is the page's to handle; the browser tells of each all the same.
		if (message.type() === 'error' && !/Failed to load resource|ERR_CONNECTION|ERR_INCOMPLETE_CHUNKED/.test(message.text()))
			page.complaints.push(message.text());
	});
	return page;
}

// Until what was asked for is on its way and what came is drawn: a few turns of the page itself.
export async function calm(page) {
	await page.evaluate(() => new Promise((done) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 40))), 0)));
}

export async function settle(page) {
	await page.waitForFunction(() => !document.querySelector('.busy'));
	await page.evaluate(() => document.fonts.ready);
}

// Goes to a screen by its address: until the page has heard of it, has drawn it, and nothing on it is being read any more.
export async function visit(page, hash) {
	await page.evaluate((to) => new Promise((heard) => {
		const before = location.hash;
		window.addEventListener('hashchange', heard, { once: true });
		location.hash = to;
		if (location.hash === before)
			heard();
	}), hash);
	await calm(page);
	await settle(page);
}

// Until what is looked at is so: asked again and again. Gives what the check gave.
export async function until(what, check) {
	const end = Date.now() + PATIENCE_MS;
	for (;;) {
		const found = await check();
		if (found)
			return found;
		assert.ok(Date.now() < end, `not in time: ${what}`);
		await new Promise((done) => setTimeout(done, 50));
	}
}

// What stands in the wrong language: a name of the catalogue; on a Chinese page any word of Latin letters that is no name
// (of a file's type, a key, a program); on an English one what the catalogue or the pack would have said in Chinese. What
// people typed is theirs, in whatever language.
async function untranslated(page) {
	return page.evaluate(async (names) => {
		const texts = [];
		const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
		for (let node = walk.nextNode(); node; node = walk.nextNode()) {
			if (node.parentElement.closest('code, [lang], script') || !node.data.trim())
				continue;
			texts.push(node.data.trim());
		}
		for (const one of document.querySelectorAll('[aria-label], [placeholder], [title], [alt]')) {
			if (!one.closest('code'))
				texts.push(...['aria-label', 'placeholder', 'title', 'alt'].map((name) => one.getAttribute(name)).filter(Boolean));
		}
		texts.push(document.title);
		const found = texts.filter((text) => /\b(PAGE|STATE|REASON|HEAD|CUSTODY|ATTACH|RANK|ERR|REMEDY)_[A-Z_]+/.test(text));
		if (document.documentElement.lang !== 'en')
			return found.concat(texts.filter((text) => (text.match(/[A-Za-z]{3,}/g) || []).some((word) => !names.includes(word) && !/^[0-9a-f]+$/.test(word))));
		if (!window.chinese) {
			const [{ text }, titles] = await Promise.all(['text?lang=zh', 'titles?lang=zh'].map((path) => fetch(`/api/v1/${path}`).then((answer) => answer.json())));
			const leaves = (one) => (typeof one === 'string' ? [one] : one && typeof one === 'object' ? Object.values(one).flatMap(leaves) : []);
			window.chinese = new Set([...Object.values(text), ...leaves(titles)].filter((one) => /[\u4e00-\u9fff]/.test(one)));
			window.patterns = Object.values(text).filter((one) => /%[1-4]/.test(one) && /[\u4e00-\u9fff]{2}/.test(one))
				.map((one) => new RegExp(`^${one.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/%[1-4]/g, '.*')}$`));
		}
		return found.concat(texts.filter((text) => /[\u4e00-\u9fff]/.test(text) && (window.chinese.has(text) || window.patterns.some((one) => one.test(text)))));
	}, NAMES);
}

// Words of Latin letters that are the same in Chinese.
const NAMES = ['PNG', 'CSV', 'XLSX', 'Excel', 'WPS', 'UTF', 'Enter', 'Tab', 'Esc', 'Ctrl', 'Shift', 'tributary', 'verify', 'tletter', 'tbundle', 'jpg'];

// Each chart has its table: as many rows as it draws, and more than none.
async function tables(page) {
	return page.evaluate(async () => {
		const wrong = [];
		for (const chart of document.querySelectorAll('figure.chart')) {
			const behind = chart.querySelector('details');
			const open = behind && behind.open;
			if (behind && !open)
				behind.querySelector('summary').click();
			for (let i = 0; i < 40 && !chart.querySelector('table tbody td'); i++)
				await new Promise((done) => setTimeout(done, 25));
			if (chart.querySelectorAll('table tbody tr').length === 0 || chart.querySelectorAll('table thead th').length < 2)
				wrong.push(chart.querySelector('h3').textContent);
			if (behind && !open)
				behind.querySelector('summary').click();
		}
		return wrong;
	});
}

// What a finger or a mouse aims at, smaller than it may be. Links within a line of text are not meant, nor boxes whose label is the target.
async function small(page) {
	return page.evaluate((least) => [...document.querySelectorAll('button, select, input, textarea, a.button, summary, nav a, label.tick')]
		.filter((one) => one.offsetParent && one.checkVisibility() && !one.closest('dialog:not([open])') && !['checkbox', 'radio', 'file'].includes(one.type))
		.map((one) => ({ text: (one.textContent || one.getAttribute('aria-label') || '').trim().slice(0, 20), box: one.getBoundingClientRect() }))
		.filter(({ box }) => box.height < least - 0.5 && box.height > 0)
		.map(({ text, box }) => `${text} ${Math.round(box.width)}x${Math.round(box.height)}`), TOUCH);
}

// What makes the page wider than the window; nothing where it is not.
async function overflow(page) {
	return page.evaluate(() => (document.documentElement.scrollWidth <= window.innerWidth ? []
		: [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right + window.scrollX > window.innerWidth + 0.5)
			.map((one) => `${one.tagName}.${one.className} ${(one.textContent || '').trim().slice(0, 20)} ${Math.round(one.getBoundingClientRect().right)}`)
			.concat(`by ${document.documentElement.scrollWidth - window.innerWidth}`))
		.concat(window.innerWidth > 400 ? [] : [...document.querySelectorAll('table.stacked')].filter((one) => one.scrollWidth > one.parentElement.clientWidth + 1)
			.map((one) => [...one.querySelectorAll('*')].find((part) => part.getBoundingClientRect().right > one.parentElement.getBoundingClientRect().right) || one).map((one) => one.outerHTML.slice(0, 120)))
		.concat([...document.querySelectorAll('dialog[open]')].filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => `the dialog by ${one.scrollWidth - one.clientWidth}`)));
}

// Boxes whose text is wider than they are and hidden.
async function cut(page) {
	return page.evaluate(() => [...document.querySelectorAll('button, a.button, .state, h1, h2, label, legend, th')]
		.filter((one) => one.offsetParent && one.checkVisibility() && !one.closest('.unseen') && one.scrollWidth > one.clientWidth + 2 && getComputedStyle(one).overflowX !== 'visible')
		.map((one) => one.textContent.trim().slice(0, 30)));
}

// Controls that lie over each other; those of a dialog where one is open, for it lies over all others.
async function overlaps(page) {
	return page.evaluate(() => {
		const open = document.querySelector('dialog[open]');
		const all = [...(open ? open.querySelectorAll('button, a, select, input, textarea')
			: document.querySelectorAll('main button, main a.button, main select, main input, main textarea, header a, header select'))]
			.filter((one) => one.offsetParent && one.checkVisibility() && !one.closest('.sticky') && !one.closest('.skip') && !one.matches('.skip') && !one.closest('.scroll') && !one.closest('.ticklist'))
			.map((one) => ({ one, box: one.getBoundingClientRect() })).filter(({ box }) => box.width > 0);
		const found = [];
		for (let i = 0; i < all.length; i++) {
			for (let k = i + 1; k < all.length; k++) {
				const a = all[i].box;
				const b = all[k].box;
				const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
				const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
				if (wide > 1 && high > 1 && !all[i].one.contains(all[k].one) && !all[k].one.contains(all[i].one))
					found.push(`${all[i].one.textContent.trim().slice(0, 12)} / ${all[k].one.textContent.trim().slice(0, 12)}`);
			}
		}
		return found;
	});
}

async function axe(page, browser) {
	await page.evaluate(browser.axe);
	const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
	return violations.filter((one) => ['serious', 'critical'].includes(one.impact))
		.map((one) => `${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 120)).join(' | ')}`);
}

// Everything that every screen is held to, whatever it shows.
export async function holds(page, browser, name) {
	await settle(page);
	assert.deepEqual(await untranslated(page), [], `${name}: in the wrong language`);
	assert.deepEqual(await overflow(page), [], `${name}: wider than the window`);
	assert.deepEqual(await cut(page), [], `${name}: cut off`);
	assert.deepEqual(await overlaps(page), [], `${name}: lie over each other`);
	assert.deepEqual(await small(page), [], `${name}: too small to be hit`);
	assert.deepEqual(await axe(page, browser), [], `${name}: axe`);
	assert.deepEqual(await tables(page), [], `${name}: charts without a table`);
	assert.deepEqual(page.complaints, [], `${name}: said on the console`);
}

const pictures = path.join(source, 'docs/pictures');

// Only where they are asked for: a test that runs beside others leaves the sources as they are.
export async function picture(page, name) {
	if (!process.env.TRIBUTARY_PICTURES)
		return;
	mkdirSync(pictures, { recursive: true });
	await settle(page);
	await page.evaluate(() => window.scrollTo(0, 0));
	await page.screenshot({ path: path.join(pictures, `${name}.png`), fullPage: true, animations: 'disabled' });
}
