// The county's and the township's page in a browser: every view at two widths, in both languages, light and dark; a
// figure that changes while it is looked at; the review desk; what can be taken along; the keyboard; a tree that has changed.
//	node board.mjs BUILD      with TRIBUTARY_PICTURES=1 the pictures in docs/pictures are made anew
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { calm, holds, openBrowser, openPage, picture, settle, until, visit } from './browser.mjs';
import { addAccount } from './county.mjs';
import { Tree } from './tree.mjs';

const build = path.resolve(process.argv[2]);
const VIEWS = ['overview', 'figures', 'figure/members', 'reports', 'freshness', 'duties', 'ranking', 'review', 'transfers', 'quality', 'history'];
const PICTURED = ['overview', 'figure/members', 'freshness', 'duties'];
const PICTURED_LOOKS = ['desk', 'phone'];
const LIVE_MS = 2000;
const CHANGES_MOST = 10;
const { default: readWorkbook } = await import(createRequire(path.join(build, 'web/package.json')).resolve('read-excel-file/node'));
const tree = new Tree(build);
let browser;

const log = (text) => console.log(`- ${text}`);

// ---- The tree: real programs, data of the set "banner" ----

const LEDGERS = { member: 'members', meeting: 'meetings', activity_day: 'activity_days', dues: 'dues' };

function branch(code, above, months) {
	tree.device(above, code, code, '电脑');
	for (const [kind, file] of Object.entries(LEDGERS))
		tree.branch(code, 'import', kind, path.join(tree.root, `data/branches/${code}/${file}.csv`));
	for (const month of months) {
		tree.branch(code, 'close', month);
		tree.branch(code, 'submit', month);
	}
	tree.branch(code, 'sync');
}

async function plant() {
	execFileSync(path.join(build, 'tests/data/banner'), ['--out', path.join(tree.root, 'data'), '--townships', '2', '--branches', '6']);
	await tree.found('county', '伊金霍洛旗委');
	tree.server('county', 'unit', 'import', path.join(tree.root, 'data/units.csv'));
	const pages = {};
	for (const [name, code] of [['township1', 'T1'], ['township2', 'T2']]) {
		tree.server(name, 'init', '--join', tree.invitation('county', code, '--server'), '--label', '服务器');
		pages[name] = (await tree.serve(name, '--page', '127.0.0.1:0')).page;
	}
	branch('B001', 'township1', ['2026-01', '2026-02', '2026-03']);
	branch('B008', 'township1', ['2026-01', '2026-02', '2026-03']);
	branch('B002', 'township2', ['2026-01', '2026-02', '2026-03']);
	branch('B009', 'township2', ['2026-01']);
	tree.server('township1', 'review', 'approve', '2026-02', '--unit', 'B001');
	tree.server('county', 'circular', 'title=一季度情况通报', 'date=2026-04-08', 'month=2026-03', 'text=两个支部未按时上报。');
	const password = addAccount(tree, 'county', 'chen', 'administrator');
	addAccount(tree, 'township1', 'zhao', 'reviewer');
	await tree.stop('county');
	pages.county = (await tree.serve('county', '--page', '127.0.0.1:0')).page;
	return { pages, password };
}

// ---- Pages ----

const address = (page) => (/^http/.test(page) ? page : `http://${page}`);

async function signIn(at, name, password, options = {}) {
	const context = await browser.newContext({ viewport: { width: 1920, height: 1000 }, locale: 'zh-CN', acceptDownloads: true, reducedMotion: 'reduce', ...options });
	const page = await openPage(context);
	page.address = address(at);
	await page.goto(page.address);
	await page.fill('input[name=name]', name);
	await page.fill('input[name=password]', password);
	await page.keyboard.press('Enter');
	await page.waitForSelector('main h1 span');
	page.unit = await page.evaluate(async () => (await (await fetch('/api/v1/session')).json()).unit);
	return page;
}

async function view(page, name, query = 'period=2026-03', unit = page.unit) {
	await visit(page, `#/u/${unit}/${name}?${query}`);
	await page.waitForFunction(() => [...document.querySelectorAll('.canvas')].every((one) => one.dataset.drawn));
	await calm(page);
	await settle(page);
}

async function everyView(at, password) {
	const looks = [
		['desk', { viewport: { width: 1920, height: 1000 }, locale: 'zh-CN', colorScheme: 'light' }],
		['phone', { viewport: { width: 360, height: 780 }, locale: 'zh-CN', colorScheme: 'light' }],
		['desk-en-dark', { viewport: { width: 1920, height: 1000 }, locale: 'en', colorScheme: 'dark' }],
		['phone-en-dark', { viewport: { width: 360, height: 780 }, locale: 'en', colorScheme: 'dark' }],
	];
	for (const [look, options] of looks) {
		const page = await signIn(at, 'chen', password, options);
		for (const name of VIEWS) {
			await view(page, name);
			await holds(page, browser, `${name} ${look}`);
			if (PICTURED.includes(name) && PICTURED_LOOKS.includes(look))
				await picture(page, `board-${name.replace('/', '-')}-${look}`);
		}
		await page.context().close();
		log(look);
	}
}

// ---- What happens on an open page ----

const shownFigure = (page, metric) => page.textContent(`[data-figure=${metric}]`);

// What else a machine does only makes it take longer, never shorter: the shortest time is held to the bound, as in first.mjs.
async function live(at, password) {
	const page = await signIn(at, 'chen', password);
	await view(page, 'overview');
	const members = (server) => tree.server(server, 'figures', '--period', '2026-03', '--metric', 'members').figures.find((row) => row.bucket === null).value;
	await until('the county has what its townships have', () => members('county') === members('township1') + members('township2'));
	const before = members('county');
	await until('the page shows it', async () => Number(await shownFigure(page, 'members')) === before);
	const times = [];
	while (times.length < CHANGES_MOST && !times.some((took) => took <= LIVE_MS)) {
		tree.branch('B001', 'put', 'member', `name=新党员${times.length}`, 'sex=女', 'ethnic_group=汉族', 'birth=1990-05-01', 'joined=2015-07-01', 'category=正式党员', 'occupation=农牧民', '--reason', '漏登');
		tree.branch('B001', 'sync');
		const received = Date.now(); // the township has given its receipt
		await page.waitForFunction((wanted) => Number(document.querySelector('[data-figure=members]').textContent) === wanted, before + times.length + 1, { polling: 20 });
		times.push(Date.now() - received);
	}
	log(`the county's figure on the open page changed ${times.join(', ')} ms after the township's receipt`);
	assert.ok(Math.min(...times) <= LIVE_MS, `it took ${times.join(', ')} ms`);
	await page.context().close();
}

async function review(at, password) {
	const page = await signIn(at, 'zhao', password);
	await view(page, 'review');
	await page.click('.sheet td a >> nth=0');
	await page.waitForSelector('form .remarks');
	await settle(page);
	assert.match(await page.innerText('main'), /应交党费\s+\d[\d,]*\.\d\d/, 'money is shown as money');
	await holds(page, browser, 'one month');
	const [unit, month] = (await page.evaluate(() => location.hash)).match(/review\/([0-9a-f]{32})\/([\d-]+)/).slice(1);
	await page.click('.sheet td button >> nth=0');
	await page.fill('.remark input', '请核对人数');
	await page.fill('textarea', '数字与花名册不符');
	await picture(page, 'board-review-month-desk');
	await page.click('button[value=return]');
	await page.waitForSelector('.state.bad');
	const row = tree.server('township1', 'review', 'list', month, '--unit', unit).periods[0];
	assert.equal(row.state, 'returned');
	assert.equal(row.text, '数字与花名册不符');
	assert.deepEqual(row.remarks.map((one) => one.text), ['请核对人数']);
	log('a month is returned with a remark');
	await page.context().close();
}

async function savedViews(at, password) {
	const page = await signIn(at, 'chen', password);
	await view(page, 'ranking', 'period=2026-02');
	await page.getByRole('button', { name: '收藏的视图' }).click();
	const dialog = page.getByRole('dialog');
	await dialog.locator('input').fill('二月排名 <b>');
	await dialog.getByRole('button', { name: '收藏', exact: true }).click();
	await dialog.getByRole('link', { name: '二月排名 <b>' }).waitFor();
	await holds(page, browser, 'saved views');
	await page.context().close();
	const other = await signIn(at, 'chen', password); // another browser: nothing of the first is here
	await other.getByRole('button', { name: '收藏的视图' }).click();
	await other.getByRole('link', { name: '二月排名 <b>' }).click();
	await other.waitForFunction(() => /ranking\?period=2026-02/.test(location.hash));
	assert.equal(tree.server('county', 'account', 'views', 'chen').views[0].name, '二月排名 <b>');
	await other.getByRole('button', { name: '收藏的视图' }).click();
	await other.getByRole('dialog').getByRole('button', { name: '删除收藏' }).click();
	await other.getByRole('dialog').getByText('没有记录').first().waitFor();
	assert.equal(tree.server('county', 'account', 'views', 'chen').views.length, 0);
	log('a view is kept with the account, and is there in another browser');
	await other.context().close();
}

// ---- What can be taken along ----

async function downloaded(page, press) {
	const [download] = await Promise.all([page.waitForEvent('download'), press()]);
	return { path: await download.path(), bytes: readFileSync(await download.path()) };
}

// What the workbook has for what the program prints: amounts are in yuan there, and rates are numbers.
function sameCell(cell, printed) {
	if (printed && typeof printed === 'object')
		return printed.denominator ? Math.abs(cell - printed.value / printed.denominator) < 1e-9 : cell === null;
	return typeof printed === 'number' ? cell === printed || Math.abs(cell - printed / 100) < 1e-9 : true;
}

// The workbook of a report as it comes down, read back: in the organisation's own layout, as the pack declares it, and in each cell
// what the program prints.
async function workbook(page, name, { byChild, title, second, groups }) {
	await view(page, `reports/${name}`, `period=2026-03${byChild ? '&below=1' : ''}`);
	const { path: file } = await downloaded(page, () => page.getByRole('main').getByRole('button', { name: /Excel/ }).click());
	const [{ data }] = await readWorkbook(file);
	const printed = tree.server('county', 'report', name, '--period', '2026-03', ...(byChild ? ['--by-child'] : []));
	assert.equal(data[0][0], `伊金霍洛旗委${title}`, `${name}: its title`);
	assert.match(data[1][0], second, `${name}: the line below`);
	assert.deepEqual(data[2].filter((cell) => groups.includes(cell)), groups, `${name}: headings over several columns`);
	const first = groups.length ? 4 : 3;
	const body = data.slice(first, first + printed.rows.length);
	for (const [i, row] of printed.rows.entries()) {
		const values = Object.entries(row).filter(([key]) => key !== 'row' && key !== 'unit').map(([, value]) => value);
		assert.ok(body[i][0] && values.every((value, k) => sameCell(body[i][k + 1], value)), `${name}: ${JSON.stringify(body[i])} is not ${JSON.stringify(row)}`);
	}
	assert.ok(body.flat().some((cell) => typeof cell === 'number' && cell > 1), `${name}: it has figures`);
	assert.equal(data.length, first + printed.rows.length + 1);
	assert.match(data[data.length - 1][0], /^负责人：.*填表人：.*（盖章）.*\d{4}-\d\d-\d\d$/, `${name}: where it is signed`);
}

async function files(at, password) {
	const page = await signIn(at, 'chen', password);
	await view(page, 'figures');
	const csv = await downloaded(page, () => page.click('.tools button >> nth=0'));
	assert.ok(csv.bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf])), 'a CSV begins with a byte order mark');
	assert.match(csv.bytes.toString('utf8'), /党员总数,\d+/);
	const book = await downloaded(page, () => page.click('.tools button >> nth=1'));
	assert.equal(book.bytes.subarray(0, 2).toString(), 'PK');
	await workbook(page, 'monthly', { title: '党建工作月报', second: /^填报单位：伊金霍洛旗委　　时期：2026-03　　应报 \d+ 个，已报 \d+ 个$/, groups: [] });
	await workbook(page, 'monthly_wide', { byChild: true, title: '月报一览', second: /^时期：2026-03　　第 \d+ 版$/, groups: ['会议与活动', '党费'] });
	await view(page, 'figure/members');
	const png = await downloaded(page, () => page.click('figcaption button >> nth=0'));
	assert.equal(png.bytes.subarray(1, 4).toString(), 'PNG');
	const proof = await downloaded(page, () => page.click('.chain > .row button'));
	const verified = tree.branch('nowhere', 'verify', proof.path);
	assert.equal(verified.holds, true);
	assert.equal(verified.value, Number(await shownFigure(page, 'members')));
	log('CSV, workbooks, a picture, and a proof that tributary verify accepts');
	await page.context().close();
}

// ---- By keyboard, and by link ----

async function keyboard(at, password) {
	const page = await signIn(at, 'chen', password);
	await view(page, 'overview');
	await page.keyboard.press('Tab');
	assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
	await page.keyboard.press('Enter');
	assert.equal(await page.evaluate(() => document.activeElement.tagName), 'MAIN');
	await page.keyboard.press('Tab');
	await page.keyboard.press('Enter');
	await page.waitForFunction(() => /\/figure\//.test(location.hash));
	await settle(page);
	await page.focus('.bar select >> nth=2');
	await page.keyboard.press('ArrowUp');
	await page.waitForFunction(() => /period=2026-02/.test(location.hash));
	const link = page.url();
	const other = await page.context().newPage();
	await other.goto(link);
	await other.waitForSelector('[data-figure]');
	assert.equal(await other.evaluate(() => location.hash), new URL(link).hash);
	log('the keyboard suffices, and a link leads to the same figure');
	await page.context().close();
}

// What stands by unit on the page: { name: figure }.
const byUnit = (page) => page.evaluate(() => Object.fromEntries([...document.querySelectorAll('.scroll[aria-label$="按组织"] tbody tr')].map((row) => [row.cells[0].textContent.trim(), Number(row.cells[1].textContent)])));

async function boundaries(at, password) {
	const told = (...words) => Object.fromEntries(tree.server('county', 'figures', '--period', '2026-03', '--metric', 'members', '--by', 'unit', ...words).figures.map((row) => [row.unit, row.value]));
	const then = told();
	tree.server('county', 'unit', 'move', 'B001', 'T2', '--from', new Date().toISOString().slice(0, 10));
	const today = told('--tree', 'today');
	const sum = (one) => Object.values(one).reduce((all, value) => all + value, 0);
	assert.notDeepEqual(today, then, 'the move changes something');
	assert.equal(sum(today), sum(then), 'and nobody is lost');
	const page = await signIn(at, 'chen', password);
	await view(page, 'figure/members');
	assert.deepEqual(await byUnit(page), then);
	const chosen = page.getByRole('group', { name: '组织隶属' }).locator('select');
	for (const [value, text, figures] of [['today', 'today', today], ['then', 'then', then], ['day', /^\d{4}-\d\d-\d\d$/, today]]) {
		await chosen.selectOption(value);
		await until(`the figures of "${value}" stand there`, async () => isDeepStrictEqual(await byUnit(page), figures));
		const said = await page.evaluate(() => new URLSearchParams(location.hash.split('?')[1]).get('tree') || 'then');
		assert.ok(text instanceof RegExp ? text.test(said) : said === text, `the address says ${said}`);
	}
	log('a branch is moved, and the past is read in either boundaries');
	await page.context().close();
}

try {
	browser = await openBrowser(build);
	const { pages, password } = await plant();
	log('a county, two townships, four branches');
	await live(pages.county, password);
	await review(pages.township1, password);
	await savedViews(pages.county, password);
	await files(pages.county, password);
	await keyboard(pages.county, password);
	await everyView(pages.county, password);
	await boundaries(pages.county, password);
} finally {
	if (browser)
		await browser.close();
	await tree.end();
}
