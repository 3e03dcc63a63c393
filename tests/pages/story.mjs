// A month's life on the pages: entered with the server stopped, closed, sent once it is back, returned by the township,
// mended, submitted again; and the county's figure changes on a page that is open all the while.
//	node story.mjs BUILD
import path from 'node:path';
import assert from 'node:assert/strict';
import { openBrowser, holds, until } from './browser.mjs';
import { enter, fill, go, paste, press, reason, saved, sees } from './clerk.mjs';
import { MEMBERS, village } from './tree.mjs';
import { openCounty } from './county.mjs';

const build = path.resolve(process.argv[2]);
const MONTH = '2026-10';

function step(text) {
	console.log(`- ${text}`);
}

const held = (tree, server) => tree.server(server, 'figures', '--period', MONTH, '--metric', 'meetings_held').figures
	.find((row) => row.bucket === null).value;
const state = (tree) => tree.branch('laptop', 'period', MONTH).periods[0].state;

async function enterMonth(page) {
	step('a meeting is entered as a form, with attendance by ticking');
	await go(page, '#/ledger/meeting/new');
	await fill(page, '会议类型', '支部党员大会');
	await fill(page, '日期', `${MONTH}-12`);
	await fill(page, '主题', '秋收与冬训安排');
	await press(page, '建立记录');
	await sees(page, '已勾选 0');
	for (const name of MEMBERS.slice(0, 3))
		await page.getByRole('checkbox', { name }).first().check();
	await sees(page, `已勾选 3 / ${MEMBERS.length}`);

	step('dues are pasted from a spreadsheet into the grid');
	await go(page, `#/ledger/dues?view=grid&period=${MONTH}`);
	await page.waitForSelector('input.cell');
	await paste(page, 0, 0, MEMBERS.slice(0, 4).map((name) => [name, MONTH, '4000', '20', '20', `${MONTH}-13`].join('\t')).join('\r\n'));
	await until('four rows are saved', () => page.locator('table.grid tr.saved').count().then((count) => count >= 4));
	await saved(page);
}

async function close(page) {
	step('the month is closed and submitted, though the server cannot be reached');
	await go(page, `#/month/${MONTH}`);
	await sees(page, '还缺什么');
	await press(page, '结账');
	await sees(page, '已结账');
	await sees(page, '重新打开'); // the buttons of a month that is closed
	await press(page, '上报');
	await sees(page, '已上报');
	await go(page, '#/');
	await sees(page, '待上传');
	await press(page, '立即同步');
	await sees(page, '服务器连不上，已交给'); // the county's server carries it, sealed, for the township
	await sees(page, '待上传');
}

async function comeBack(tree, page) {
	step('the server starts; everything goes up');
	await tree.serve('township');
	await go(page, '#/');
	await press(page, '立即同步');
	await sees(page, '已同步');
	await until('the township has the month', () => held(tree, 'township') === 1);
}

async function mend(tree, page, county) {
	step('the township returns it; the remark stands on the page, beside its field');
	tree.server('township', 'review', 'return', MONTH, '--unit', 'B1', '--remark', 'meeting.topic=缺支委会记录', '--text', '请补齐');
	await press(page, '立即同步');
	await sees(page, '月报被退回');
	await go(page, `#/month/${MONTH}`);
	await sees(page, '缺支委会记录');
	await holds(page, county.browser, 'a month returned');
	await page.getByRole('link', { name: '三会一课 · 主题' }).click();
	await page.getByRole('link', { name: '秋收与冬训安排' }).click();
	await sees(page, '缺支委会记录');

	step('the clerk mends and submits again; the county\'s open page has the new figure');
	assert.equal(await county.shown('meetings_held'), 1); // later the page may have synchronised by itself
	await go(page, `#/month/${MONTH}`);
	await press(page, '重新打开');
	await sees(page, '未结账');
	await go(page, '#/ledger/meeting/new');
	await fill(page, '会议类型', '支委会');
	await fill(page, '日期', `${MONTH}-20`);
	await fill(page, '主题', '十月支委会');
	await press(page, '建立记录');
	await sees(page, '已勾选 0');
	await go(page, `#/month/${MONTH}`);
	await press(page, '上报');
	await reason(page, '补支委会记录');
	await sees(page, '第 2 版');
	await go(page, '#/');
	await press(page, '立即同步');
	await sees(page, '已同步');
	await until('the township has it', () => held(tree, 'township') === 2);
	const came = await until('the county has it', () => (held(tree, 'county') === 2 ? Date.now() : 0));
	await until('the open page shows it', async () => (await county.shown('meetings_held')) === 2);
	console.log(`  the page showed it ${Date.now() - came} ms after the county had it`);
}

const tree = await village(build);
const browser = await openBrowser(build);
try {
	tree.branch('laptop', 'sync');
	const county = await openCounty(tree, browser, MONTH);
	step('the township\'s server is stopped');
	await tree.stop('township');
	const { address } = await tree.start('ui', 'tributary', 'laptop', 'ui', '--no-open');
	const page = await enter(browser, address);
	await enterMonth(page);
	await close(page);
	assert.equal(state(tree), 'submitted');
	await comeBack(tree, page);
	await until('the county has the first figure', () => held(tree, 'county') === 1);
	await until('the open dashboard shows it', async () => (await county.shown('meetings_held')) === 1);
	await mend(tree, page, county);
	tree.server('township', 'review', 'approve', MONTH, '--unit', 'B1');
	await press(page, '立即同步');
	await until('approved at the branch', () => state(tree) === 'approved');
	await go(page, `#/month/${MONTH}`);
	await sees(page, '已通过');
	assert.deepEqual(page.complaints, []);
	assert.deepEqual(county.page.complaints, []);
	step('approved');
} finally {
	await browser.close();
	await tree.end();
}
