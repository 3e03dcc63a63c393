// Debian's chromium, driven by playwright-core: pages in either language, what every screen is held to, and pictures.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { source } from './tree.mjs';

const BROWSERS = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].filter(Boolean);
const TOUCH = 44;

export async function openBrowser(build) {
	const require = createRequire(path.join(build, 'web/package.json'));
	const { chromium } = require('playwright-core');
	const executablePath = BROWSERS.find(existsSync);
	assert.ok(executablePath, 'no chromium was found; CHROMIUM names it');
	const browser = await chromium.launch({ executablePath, headless: true, args: ['--no-sandbox', '--disable-gpu'], env: { ...process.env, LANGUAGE: 'zh_CN', LC_ALL: 'C.UTF-8' } });
	browser.axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
	return browser;
}

// A page with its complaints kept: nothing may be said on the console.
export async function openPage(context) {
	const page = await context.newPage();
	page.complaints = [];
	page.on('pageerror', (error) => page.complaints.push(error.message));
	page.on('console', (message) => {
		// What the network says is the page's to handle; the browser tells of each all the same.
		if (message.type() === 'error' && !/Failed to load resource|ERR_CONNECTION|ERR_INCOMPLETE_CHUNKED/.test(message.text()))
			page.complaints.push(message.text());
	});
	return page;
}

export async function settle(page) {
	await page.waitForFunction(() => !document.querySelector('.busy'), null, { timeout: 15000 });
	await page.evaluate(() => document.fonts.ready);
}

// Texts that stand there by their name in the catalogue, which only happens where the catalogue lacks them.
async function untranslated(page) {
	return page.evaluate(() => (document.body.innerText.match(/\b(PAGE|STATE|REASON)_[A-Z_]+/g) || []));
}

// What a finger or a mouse aims at, smaller than it may be. Links within a line of text are not meant, nor boxes whose label is the target.
async function small(page) {
	return page.evaluate((least) => [...document.querySelectorAll('button, select, input, textarea, a.button, summary, nav a, label.tick')]
		.filter((one) => one.offsetParent && !one.closest('dialog:not([open])') && !['checkbox', 'radio', 'file'].includes(one.type))
		.map((one) => ({ text: (one.textContent || one.getAttribute('aria-label') || '').trim().slice(0, 20), box: one.getBoundingClientRect() }))
		.filter(({ box }) => box.height < least - 0.5 && box.height > 0)
		.map(({ text, box }) => `${text} ${Math.round(box.width)}x${Math.round(box.height)}`), TOUCH);
}

// What makes the page wider than the window; nothing where it is not.
async function overflow(page) {
	return page.evaluate(() => (document.documentElement.scrollWidth <= window.innerWidth ? []
		: [...document.querySelectorAll('body *')].filter((one) => one.getBoundingClientRect().right + window.scrollX > window.innerWidth + 0.5)
			.map((one) => `${one.tagName}.${one.className} ${(one.textContent || '').trim().slice(0, 20)} ${Math.round(one.getBoundingClientRect().right)}`)
			.concat(`by ${document.documentElement.scrollWidth - window.innerWidth}`)));
}

// Boxes whose text is wider than they are and hidden.
async function cut(page) {
	return page.evaluate(() => [...document.querySelectorAll('button, a.button, .state, h1, h2, label, legend, th')]
		.filter((one) => one.offsetParent && !one.closest('.unseen') && one.scrollWidth > one.clientWidth + 2 && getComputedStyle(one).overflowX !== 'visible')
		.map((one) => one.textContent.trim().slice(0, 30)));
}

// Controls that lie over each other.
async function overlaps(page) {
	return page.evaluate(() => {
		const all = [...document.querySelectorAll('main button, main a.button, main select, main input, main textarea, header a, header select')]
			.filter((one) => one.offsetParent && !one.closest('.sticky') && !one.closest('.skip') && !one.matches('.skip') && !one.closest('.scroll') && !one.closest('.ticklist'))
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
export async function holds(page, browser, name, { deep = true } = {}) {
	await settle(page);
	assert.deepEqual(await untranslated(page), [], `${name}: texts without a translation`);
	assert.deepEqual(await overflow(page), [], `${name}: wider than the window`);
	assert.deepEqual(await cut(page), [], `${name}: cut off`);
	assert.deepEqual(await overlaps(page), [], `${name}: lie over each other`);
	assert.deepEqual(await small(page), [], `${name}: too small to be hit`);
	if (deep)
		assert.deepEqual(await axe(page, browser), [], `${name}: axe`);
	assert.deepEqual(page.complaints, [], `${name}: said on the console`);
}

const pictures = path.join(source, 'docs/pictures');

// Only where they are asked for: a test that runs beside others leaves the sources as they are.
export async function picture(page, name) {
	if (!process.env.TRIBUTARY_PICTURES)
		return;
	mkdirSync(pictures, { recursive: true });
	await settle(page);
	await page.screenshot({ path: path.join(pictures, `${name}.png`), fullPage: true, animations: 'disabled' });
}
