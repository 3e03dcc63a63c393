// Every screen of the clerk's page, at 360 and at 1920 pixels, light and dark, in Chinese and in English: nothing is
// wider than the window, cut off, half translated or too small, and axe-core finds nothing serious.
// With TRIBUTARY_PICTURES set the main ones go to docs/pictures.
//	node screens.mjs BUILD
import assert from 'node:assert/strict';
import path from 'node:path';
import { openBrowser, openPage, holds, picture, visit } from './browser.mjs';
import { SCREENS, village, work } from './tree.mjs';

const build = path.resolve(process.argv[2]);
const WAYS = [
	{ name: '360', width: 360, height: 740, language: 'zh-CN', scheme: 'light', pictures: ['home', 'roster', 'grid', 'form', 'month', 'conflicts', 'transfers', 'second'] },
	{ name: '1280', width: 1280, height: 800, language: 'zh-CN', scheme: 'light', pictures: ['home', 'roster', 'grid', 'form', 'month', 'conflicts', 'transfers', 'second', 'print-roster', 'print-letter'] },
	{ name: '1920-dark', width: 1920, height: 1080, language: 'zh-CN', scheme: 'dark', pictures: ['home'] },
	{ name: 'en', width: 1280, height: 800, language: 'en', scheme: 'dark', pictures: ['home', 'month'] },
	{ name: '360-en', width: 360, height: 740, language: 'en', scheme: 'dark', pictures: [] },
];

// ---- On paper ----

const MM = 96 / 25.4;
const MARGIN = [18 * MM, 16 * MM]; // as of print.css
// What each is printed on, and on how many sheets.
const PAPER = {
	'print-report': { across: false, sheets: 1, signed: 3 }, 'print-roster': { across: true, sheets: 1, signed: 2 },
	'print-receipts': { across: false, sheets: 2, signed: 8 }, 'print-letter': { across: false, sheets: 1, signed: 2 },
};

// Laid out as the printer does: nothing lies beyond the margins, nothing is hidden, lines to sign on and the stamp's place are there.
async function laidOut(page, name, { across, signed }) {
	const wide = Math.round((across ? 297 : 210) * MM);
	const high = Math.round((across ? 210 : 297) * MM);
	const before = page.viewportSize();
	await page.emulateMedia({ media: 'print' });
	await page.setViewportSize({ width: wide, height: high });
	const wrong = await page.evaluate(([top, side]) => {
		document.body.style.margin = `${top}px ${side}px`;
		const right = window.innerWidth - side + 1;
		const all = [...document.querySelectorAll('.sheet, .sheet *')].filter((one) => one.getClientRects().length && !one.closest('.unseen'));
		return {
			beyond: all.filter((one) => one.getBoundingClientRect().right > right || one.getBoundingClientRect().left < side - 1).map((one) => one.textContent.slice(0, 30)),
			hidden: all.filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0 && getComputedStyle(one).overflowX !== 'visible').map((one) => one.textContent.slice(0, 30)),
			screen: [...document.querySelectorAll('.screen-only, header.top, nav, button')].filter((one) => one.getClientRects().length).map((one) => one.textContent.slice(0, 20)),
			rules: document.querySelectorAll('.signatures .rule').length, stamps: document.querySelectorAll('.signatures .stamp').length,
		};
	}, MARGIN);
	assert.deepEqual(wrong, { beyond: [], hidden: [], screen: [], rules: signed, stamps: wrong.stamps }, `${name}: on paper`);
	assert.ok(wrong.stamps > 0, `${name}: no place for the stamp`);
	await picture(page, name.replace('print-', 'paper-'));
	await page.evaluate(() => {
		document.body.style.margin = '';
	});
	await page.emulateMedia({ media: null });
	await page.setViewportSize(before);
}

// A4, the roster across, on as many sheets as it takes.
async function paper(page, name) {
	const wanted = PAPER[name];
	await laidOut(page, name, wanted);
	const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
	const sheets = [...pdf.matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)].map((match) => [Math.round(match[1]), Math.round(match[2])].join('x'));
	assert.deepEqual(sheets, Array(wanted.sheets).fill(wanted.across ? '842x595' : '595x842'), `${name}: its sheets`);
}

async function session(browser, address, way) {
	const context = await browser.newContext({ viewport: { width: way.width, height: way.height }, locale: way.language, colorScheme: way.scheme, deviceScaleFactor: 1 });
	const page = await openPage(context);
	await page.goto(address);
	await page.waitForSelector('main h1');
	return { context, page };
}

const tree = await village(build);
const browser = await openBrowser(build);
try {
	const known = work(tree);
	for (const way of WAYS) {
		const { address } = await tree.start('ui', 'tributary', 'laptop', 'ui', '--no-open');
		const { context, page } = await session(browser, address, way);
		for (const [name, hash] of SCREENS(known)) {
			await visit(page, hash);
			await holds(page, browser, `${name} ${way.name}`);
			if (name.startsWith('print-') && way.name === '1280')
				await paper(page, name);
			if (way.pictures.includes(name))
				await picture(page, `clerk-${name}-${way.name}`);
		}
		console.log(`- ${way.name}: ${SCREENS(known).length} screens`);
		await context.close();
		await tree.stop('ui');
	}
} finally {
	await browser.close();
	await tree.end();
}
