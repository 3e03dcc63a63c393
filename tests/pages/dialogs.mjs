// What stands before and over the screens: signing in, and every dialog of both pages, at three widths, in both languages, light
// and dark. And every screen by the keyboard alone: each link, button and field is come to with Tab, and shows that it is.
//	node dialogs.mjs BUILD
import assert from 'node:assert/strict';
import path from 'node:path';
import { calm, holds, openBrowser, openPage, visit } from './browser.mjs';
import { addAccount } from './county.mjs';
import { SCREENS, village, work } from './tree.mjs';

const build = path.resolve(process.argv[2]);
const WIDTHS = [[360, 740], [1280, 800], [1920, 1080]];
const SCHEMES = ['light', 'dark'];
const LANGUAGES = ['zh-CN', 'en'];
const VIEWS = ['overview', 'figures', 'figure/members', 'reports', 'freshness', 'duties', 'ranking', 'review', 'transfers', 'quality', 'history'];
const step = (text) => console.log(`- ${text}`);

// ---- Each way ----

async function everyWay(page, browser, name, open = () => {}) {
	for (const [width, height] of WIDTHS) {
		await page.setViewportSize({ width, height });
		for (const scheme of SCHEMES) {
			await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
			await open();
			await calm(page);
			await holds(page, browser, `${name} ${width} ${scheme} ${page.language}`);
		}
	}
}

async function openIn(browser, address, language) {
	const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: language });
	const page = await openPage(context);
	await page.goto(address);
	page.language = language;
	return page;
}

// The catalogue, so that one table serves both languages.
async function wordsOf(page) {
	return page.evaluate(async (language) => (await (await fetch(`/api/v1/text?lang=${language}`)).json()).text, page.language.slice(0, 2));
}

const said = (words, name) => words[name].replace(/%[1-4]/g, '.*').replace(/[()]/g, '\\$&');

// How each is opened: the screen, and the button by its name in the catalogue, or what else is done there.
const clerkDialogs = (known) => [
	['history of a record', `#/ledger/meeting/${known.meeting}`, 'PAGE_HISTORY_ALL'],
	['delete', `#/ledger/meeting/${known.meeting}`, 'PAGE_DELETE'],
	['why a month is taken up again', '#/month/2026-08', 'PAGE_DO_REOPEN'],
	['carry over', '#/ledger/dues?view=grid&period=2026-11', 'PAGE_CARRY'],
	['ticks from the grid', '#/ledger/meeting?view=grid', 'PAGE_PERSONS'],
	['why a closed month changes', `#/ledger/meeting/${known.august}`, async (page) => {
		await page.locator('select#field-type').selectOption({ index: 3 });
	}],
];

const countyDialogs = [
	['saved views', 'overview', 'PAGE_BOARD_VIEWS'],
	['remind', 'freshness', 'PAGE_BOARD_REMIND'],
	['circular', 'review', 'PAGE_BOARD_WRITE_CIRCULAR'],
];

async function everyDialog(page, browser, name, how, words) {
	if (typeof how === 'string')
		await page.getByRole('button', { name: new RegExp(said(words, how)) }).first().click();
	else
		await how(page);
	await page.locator('dialog[open]').waitFor()
		.catch(async () => assert.fail(`no dialog: ${name}; ${page.url()} says:\n${(await page.innerText('main')).slice(0, 1500)}`));
	await everyWay(page, browser, name);
	await page.keyboard.press('Escape');
	await page.locator('dialog[open]').waitFor({ state: 'detached' });
	await page.setViewportSize({ width: 1280, height: 800 });
}

async function ofTheClerk(tree, browser, known) {
	for (const language of LANGUAGES) {
		const { address } = await tree.start('ui', 'tributary', 'laptop', 'ui', '--no-open');
		const page = await openIn(browser, address, language);
		await page.waitForSelector('main h1');
		const words = await wordsOf(page);
		for (const [name, hash, how] of clerkDialogs(known)) {
			await visit(page, '#/');
			await visit(page, hash);
			await everyDialog(page, browser, name, how, words);
		}
		step(`the clerk's dialogs, ${language}`);
		if (language === LANGUAGES[0])
			await reachAll(page, SCREENS(known).filter(([name]) => !name.startsWith('print-')), (hash) => visit(page, hash));
		await page.context().close();
		await tree.stop('ui');
	}
}

async function ofTheCounty(browser, address, password) {
	for (const language of LANGUAGES) {
		const page = await openIn(browser, address, language);
		await page.locator('input[name=name]').waitFor();
		await everyWay(page, browser, 'signing in');
		await page.fill('input[name=name]', 'chen');
		await page.fill('input[name=password]', 'not this one');
		await page.keyboard.press('Enter');
		await page.locator('form .say.bad').waitFor();
		await everyWay(page, browser, 'a wrong password');
		await page.fill('input[name=password]', password);
		await page.keyboard.press('Enter');
		await page.waitForSelector('main h1 span');
		const words = await wordsOf(page);
		const unit = await page.evaluate(async () => (await (await fetch('/api/v1/session')).json()).unit);
		const view = (name) => visit(page, `#/u/${unit}/${name}?period=2026-10`);
		for (const [name, where, how] of countyDialogs) {
			await view(where);
			await everyDialog(page, browser, name, how, words);
		}
		step(`signing in and the county's dialogs, ${language}`);
		if (language === LANGUAGES[0])
			await reachAll(page, VIEWS.map((name) => [name, name]), view);
		await page.context().close();
	}
}

// ---- By the keyboard ----

// What can be done on a screen, and what of it a person with a keyboard alone never comes to, or comes to without seeing it.
async function reach(page, name) {
	const count = await page.evaluate(() => {
		const shown = (one) => one.checkVisibility({ checkVisibilityCSS: true }) && one.getClientRects().length > 0;
		const group = (one) => one.type === 'radio' && [...document.querySelectorAll(`input[type=radio][name="${one.name}"]`)].some((other) => other.checked && other !== one);
		window.wanted = new Set([...document.querySelectorAll('a[href], button, input, select, textarea, summary')].filter((one) => shown(one) && !one.disabled && !group(one)));
		window.unseen = [];
		if (window.listens)
			document.removeEventListener('focusin', window.listens);
		window.listens = (event) => {
			window.wanted.delete(event.target);
			const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(event.target);
			if ((outlineStyle === 'none' || parseFloat(outlineWidth) === 0) && boxShadow === 'none' && event.target.tagName !== 'MAIN')
				window.unseen.push(event.target.outerHTML.slice(0, 80));
		};
		document.addEventListener('focusin', window.listens);
		if (document.activeElement)
			document.activeElement.blur();
		return window.wanted.size;
	});
	// Parts of a date are stops of their own.
	for (let i = 0; i < 4 * count + 60 && await page.evaluate(() => window.wanted.size); i++)
		await page.keyboard.press('Tab');
	const left = await page.evaluate(() => ({ missed: [...window.wanted].filter((one) => one.isConnected).map((one) => one.outerHTML.slice(0, 100)), unseen: window.unseen }));
	assert.ok(count > 3, `${name}: there is hardly anything on it`);
	assert.deepEqual(left, { missed: [], unseen: [] }, `${name}: by the keyboard`);
	return count;
}

async function reachAll(page, screens, open) {
	await page.setViewportSize({ width: 1280, height: 800 });
	let all = 0;
	for (const [name, where] of screens) {
		await open(where);
		all += await reach(page, name);
	}
	step(`${all} links, buttons and fields of ${screens.length} screens are come to by Tab, and show it`);
}

const tree = await village(build);
const browser = await openBrowser(build);
try {
	const laptop = (...words) => tree.branch('laptop', ...words);
	const august = laptop('put', 'meeting', 'date=2026-08-11', 'type=支委会', 'topic=八月支委会', 'place=村委会', 'attended+=王桂兰').record;
	for (const month of ['2026-08'])
		laptop('submit', month);
	const known = { ...work(tree), august };
	const password = addAccount(tree, 'county', 'chen', 'administrator');
	await tree.stop('county');
	const { page: at } = await tree.serve('county', '--page', '127.0.0.1:0');
	await ofTheClerk(tree, browser, known);
	await ofTheCounty(browser, /^http/.test(at) ? at : `http://${at}`, password);
} finally {
	await browser.close();
	await tree.end();
}
