// The month's work and the township's review by keyboard alone: from here on no mouse is moved, nothing is focused and no
// address is typed but by keys, as somebody does who cannot use a mouse.
//	node keys.mjs BUILD
import assert from 'node:assert/strict';
import path from 'node:path';
import { openBrowser, openPage, settle, until } from './browser.mjs';
import { addAccount } from './county.mjs';
import { enter, saved, sees } from './clerk.mjs';
import { MEMBERS, village } from './tree.mjs';

const build = path.resolve(process.argv[2]);
const FAR = 120; // presses of Tab after which a thing is out of reach
const step = (text) => console.log(`- ${text}`);

// What has the focus, in the words that a screen reader says.
const focused = (page) => page.evaluate(() => {
	const one = document.activeElement;
	const label = one.labels && one.labels.length ? one.labels[0].textContent : '';
	return { tag: one.tagName, text: (one.getAttribute('aria-label') || label || one.textContent || '').trim().replace(/\s+/g, ' '), seen: one === document.body || getComputedStyle(one).outlineStyle !== 'none' || one.tagName === 'MAIN' };
});

// Somewhere on the page, to be come to.
const stands = (page, wanted, tags) => page.waitForFunction(({ source, whole, tags: among }) => [...document.querySelectorAll('a[href], button, input, select, textarea, summary')].some((one) => {
	const label = one.labels && one.labels.length ? one.labels[0].textContent : '';
	const text = (one.getAttribute('aria-label') || label || one.textContent || '').trim().replace(/\s+/g, ' ');
	return (among.length === 0 || among.includes(one.tagName)) && !one.disabled && one.checkVisibility() && (whole === null ? new RegExp(source).test(text) : text === whole);
}), wanted instanceof RegExp ? { source: wanted.source, whole: null, tags } : { source: '', whole: wanted, tags });

// Presses Tab until the focus is on what is looked for, once it stands there; whatever it passes shows that it has the focus.
async function tabTo(page, wanted, tags = []) {
	await stands(page, wanted, tags);
	const passed = [];
	for (let i = 0; i < FAR; i++) {
		await page.keyboard.press('Tab');
		const at = await focused(page);
		assert.ok(at.seen, `the focus does not show on ${at.tag} ${at.text}`);
		passed.push(`${at.tag} ${at.text.slice(0, 16)}`);
		if ((wanted instanceof RegExp ? wanted.test(at.text) : at.text === wanted) && (tags.length === 0 || tags.includes(at.tag)))
			return;
	}
	assert.fail(`out of reach by keys: ${wanted}; passed ${[...new Set(passed)].join(' | ')}`);
}

async function press(page, wanted, tags) {
	await tabTo(page, wanted, tags);
	await page.keyboard.press('Enter');
	await settle(page);
}

// A date field takes its parts one after another, in whichever order the browser has them.
async function typeDate(page, date) {
	const [year, month, day] = date.split('-');
	for (const parts of [[month, day, year], [year, month, day]]) {
		for (const part of parts) {
			await page.keyboard.type(part);
			if (part === year)
				await page.keyboard.press('ArrowRight');
		}
		if (await page.evaluate(() => document.activeElement.value) === date)
			return;
		for (let i = 0; i < 3; i++)
			await page.keyboard.press('ArrowLeft');
	}
	assert.fail(`a date cannot be typed: ${date}`);
}

async function meeting(page, tree, month) {
	step('a meeting: from the first screen to its ledger, a form, ticks');
	await press(page, '台账', ['A']);
	await press(page, '三会一课', ['A']);
	await press(page, '新增', ['A']);
	await tabTo(page, /会议类型/, ['SELECT']);
	await page.keyboard.press('ArrowDown');
	await tabTo(page, /日期/, ['INPUT']);
	await typeDate(page, `${month}-06`);
	await tabTo(page, /主题/, ['INPUT']);
	await page.keyboard.insertText('冬季取暖');
	await press(page, '建立记录', ['BUTTON']);
	await sees(page, '已勾选 0');
	await tabTo(page, MEMBERS[1]);
	await page.keyboard.press('Space');
	await sees(page, '已勾选 1');
	await tabTo(page, MEMBERS[3], ['INPUT']);
	await page.keyboard.press('Space');
	await sees(page, '已勾选 2');
	const [made] = tree.branch('laptop', 'list', 'meeting').records;
	assert.equal(made.fields.date, `${month}-06`);
}

async function dues(page, tree, month) {
	step('dues: the grid, a range pasted, a cell mended, a row taken back');
	await press(page, '台账', ['A']);
	await press(page, '党费', ['A']);
	await press(page, '表格录入', ['BUTTON']);
	await page.waitForSelector('input.cell');
	await page.evaluate((text) => navigator.clipboard.writeText(text), MEMBERS.slice(0, 3).map((name) => [name, month, '4000', '20', '20', `${month}-13`].join('\t')).join('\r\n'));
	for (let i = 0; i < FAR && !(await page.evaluate(() => document.activeElement.matches('input.cell'))); i++)
		await page.keyboard.press('Tab');
	await page.keyboard.press('Control+v');
	const list = () => tree.branch('laptop', 'list', 'dues').records;
	const bases = () => list().map((one) => one.fields.base).sort().join(' ');
	await until('three rows are in the ledger', () => list().length === 3);
	await saved(page);
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('Tab');
	await page.keyboard.press('Tab');
	await page.keyboard.insertText('5000');
	await page.keyboard.press('Enter');
	await until('the cell is mended', () => bases() === '400000 400000 500000');
	await saved(page);
	await page.keyboard.press('ArrowUp');
	await page.keyboard.press('Control+z');
	await until('it is taken back', () => bases() === '400000 400000 400000');
	await saved(page);
}

async function close(page, tree, month) {
	step('the month: read, closed, submitted');
	await press(page, '首页', ['A']);
	await press(page, '本月月报', ['A']);
	await press(page, '结账', ['BUTTON']);
	await sees(page, '重新打开');
	await press(page, '上报', ['BUTTON']);
	await sees(page, '已上报');
	assert.equal(tree.branch('laptop', 'period', month).periods[0].state, 'submitted');
}

async function review(tree, browser, address, month) {
	step('the township: signs in, finds the month, remarks on a figure, returns it');
	const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'zh-CN', reducedMotion: 'reduce' });
	const page = await openPage(context);
	await page.goto(`http://${address}`);
	await page.waitForSelector('input[name=password]');
	await tabTo(page, /账号/, ['INPUT']);
	await page.keyboard.type('zhao');
	await page.keyboard.press('Tab');
	await page.keyboard.type('correct horse battery staple');
	await page.keyboard.press('Enter');
	await page.waitForSelector('main h1 span');
	await settle(page);
	await press(page, '后一期', ['BUTTON']); // it opens with the last full month
	await page.waitForFunction((wanted) => location.hash.includes(`period=${wanted}`), month);
	await press(page, '月审', ['A']);
	await page.waitForSelector('main .sheet td a');
	await press(page, '柳沟村党支部', ['A']);
	await page.waitForSelector('form .remarks');
	await press(page, /^批注：/, ['BUTTON']);
	await tabTo(page, '内容', ['INPUT']);
	await page.keyboard.insertText('请核对');
	await tabTo(page, '审核意见', ['TEXTAREA']);
	await page.keyboard.insertText('数字与收据不符');
	await press(page, '退回', ['BUTTON']);
	await page.waitForSelector('.state.bad');
	const [row] = tree.server('township', 'review', 'list', month, '--unit', 'B1').periods;
	assert.equal(row.state, 'returned');
	assert.deepEqual(row.remarks.map((one) => one.text), ['请核对']);
	assert.deepEqual(page.complaints, []);
	await context.close();
}

async function mend(page, tree, month) {
	step('the clerk sees the remark, and submits again with a reason');
	tree.branch('laptop', 'sync');
	await press(page, '首页', ['A']);
	await sees(page, '月报被退回');
	await press(page, /月报被退回/, ['A']);
	await sees(page, '请核对');
	await press(page, '重新打开', ['BUTTON']);
	await sees(page, '未结账');
	await press(page, '上报', ['BUTTON']);
	await page.getByRole('dialog').waitFor();
	await page.keyboard.press('Tab');
	await page.keyboard.insertText('已核对');
	await page.keyboard.press('Enter');
	await sees(page, '第 2 版');
	assert.equal(tree.branch('laptop', 'period', month).periods[0].revision, 2);
}

const tree = await village(build);
const browser = await openBrowser(build);
try {
	addAccount(tree, 'township', 'zhao', 'reviewer');
	await tree.stop('township');
	const { page: desk } = await tree.serve('township', '--page', '127.0.0.1:0');
	tree.branch('laptop', 'sync');
	const month = new Date().toISOString().slice(0, 7);
	const { address } = await tree.start('ui', 'tributary', 'laptop', 'ui', '--no-open');
	const page = await enter(browser, address, { permissions: ['clipboard-read', 'clipboard-write'], reducedMotion: 'reduce' });
	await meeting(page, tree, month);
	await dues(page, tree, month);
	await close(page, tree, month);
	tree.branch('laptop', 'sync');
	await review(tree, browser, desk, month);
	await mend(page, tree, month);
	assert.deepEqual(page.complaints, []);
} finally {
	await browser.close();
	await tree.end();
}
