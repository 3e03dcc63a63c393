// The ledger under the hands of somebody who types: the grid with an input method, keys alone, ranges, undo; ticking,
// hints, searching, history; a spreadsheet in and a list out; a conflict decided.
//	node typing.mjs BUILD
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { openBrowser, until } from './browser.mjs';
import { cell, enter, fill, go, paste, press, saved, sees } from './clerk.mjs';
import { MEMBERS, village } from './tree.mjs';

const build = path.resolve(process.argv[2]);
const require = createRequire(path.join(build, 'web/package.json'));

function step(text) {
	console.log(`- ${text}`);
}

const value = (page, row, column) => cell(page, row, column).inputValue();
const focused = (page) => page.evaluate(() => [Number(document.activeElement.dataset.row), Number(document.activeElement.dataset.column)]);

async function keys(page) {
	step('arrows, Enter and Tab move between real inputs; within a text the arrows stay in it');
	await go(page, '#/ledger/member?view=grid');
	await page.waitForSelector('input.cell');
	await cell(page, 0, 0).focus();
	await page.keyboard.press('ArrowDown');
	assert.deepEqual(await focused(page), [1, 0]);
	await page.keyboard.press('Enter');
	assert.deepEqual(await focused(page), [2, 0]);
	await page.keyboard.press('Tab');
	assert.deepEqual(await focused(page), [2, 1]);
	await page.keyboard.press('ArrowRight');
	assert.deepEqual(await focused(page), [2, 2]);
	await page.keyboard.press('ArrowUp');
	await page.keyboard.press('Home');
	await page.keyboard.press('ArrowRight');
	assert.deepEqual(await focused(page), [1, 2], 'the arrow moved within the text');
}

async function compose(page, tree) {
	step('an input method types into a cell at once, and its keys are its own');
	const cdp = await page.context().newCDPSession(page);
	const last = MEMBERS.length;
	await cell(page, last, 0).focus();
	await cdp.send('Input.imeSetComposition', { text: 'bayin', selectionStart: 5, selectionEnd: 5 });
	await page.keyboard.press('ArrowDown');
	assert.deepEqual(await focused(page), [last, 0], 'a key of the input method left the cell');
	await cdp.send('Input.insertText', { text: '巴音' });
	assert.equal(await value(page, last, 0), '巴音');

	step('a row is a draft until nothing that is required is missing, then it is in the ledger');
	const texts = ['巴音', '2468', '男', '蒙古族', '1991-02-03'];
	for (let i = 1; i < texts.length; i++) {
		await page.keyboard.press('Tab');
		await page.keyboard.insertText(texts[i]);
	}
	await page.keyboard.press('Tab');
	await sees(page, '有尚未填全的行');
	assert.equal(tree.branch('laptop', 'list', 'member').records.length, MEMBERS.length);
	const columns = await page.locator('table.grid thead th').allInnerTexts();
	for (const [title, text] of [['职业', '企业'], ['党员类别', '正式党员'], ['入党日期', '2015-07-01']]) {
		await cell(page, last, columns.findIndex((one) => one.startsWith(title)) - 1).focus();
		await page.keyboard.insertText(text);
		await page.keyboard.press('Enter');
	}
	await saved(page);
	const made = tree.branch('laptop', 'list', 'member').records.find((one) => one.label === '巴音');
	assert.ok(made, 'the row was not saved');
	assert.equal(made.fields.ethnic_group, 'mongol');
	assert.equal(made.fields.occupation, 'enterprise');
}

async function ranges(page, tree) {
	step('a range is pasted, filled down, and taken back row by row');
	await go(page, '#/ledger/dues?view=grid&period=2026-09');
	await page.waitForSelector('input.cell');
	await paste(page, 0, 0, `${MEMBERS[0]}\t2026-09\t4000\t20\r\n${MEMBERS[1]}\t2026-09\t3000\t15\r\n`);
	await page.waitForFunction(() => document.querySelectorAll('table.grid tr.saved').length >= 2);
	await saved(page);
	const list = () => tree.branch('laptop', 'list', 'dues').records;
	assert.equal(list().length, 2);
	const row = await page.evaluate((name) => [...document.querySelectorAll('input.cell[data-column="0"]')].find((one) => one.value === name).dataset.row, MEMBERS[0]);
	const at = Number(row);
	const other = at === 0 ? 1 : 0;
	await cell(page, Math.min(at, other), 3).fill('18.50');
	await page.keyboard.press('Control+Shift+D');
	await until('it is filled down', () => list().every((one) => one.fields.due === 1850));
	await saved(page);
	await cell(page, Math.max(at, other), 3).focus();
	await page.keyboard.press('Control+z');
	await until('one is taken back', () => list().filter((one) => one.fields.due === 1850).length === 1);
	await saved(page);

	step('a value that cannot be is kept in its cell and told, the ledger stays as it was');
	await cell(page, 0, 3).fill('二十');
	await page.keyboard.press('Enter');
	await sees(page, '值不对');
	assert.equal(await value(page, 0, 3), '二十');
	assert.ok(list().every((one) => [1850, 2000, 1500].includes(one.fields.due)));
	await cell(page, 0, 3).focus();
	await page.keyboard.press('Escape');
	assert.notEqual(await value(page, 0, 3), '二十');

	step('the next month begins with what the last one had');
	await go(page, '#/ledger/dues?period=2026-10');
	await press(page, '带入上期（2 条）');
	await press(page, '带入');
	await sees(page, '已带入 2 条');
	assert.equal(list().filter((one) => one.fields.month === '2026-10' && one.fields.due > 0).length, 2);
}

async function form(page, tree) {
	step('a form by keys alone; what is doubtful warns and is saved all the same');
	await go(page, '#/ledger/meeting/new');
	await page.getByLabel('会议类型').focus();
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('Tab');
	await page.keyboard.type('08', { delay: 10 });
	await fill(page, '日期', '2099-01-01');
	await sees(page, '日期在今天之后');
	await page.getByLabel('主题').focus();
	await page.keyboard.insertText('远期会议');
	await page.keyboard.press('Tab');
	await page.getByRole('button', { name: '建立记录' }).focus();
	await page.keyboard.press('Enter');
	await sees(page, '已勾选 0');

	step('everybody is ticked at once');
	await page.getByRole('button', { name: '全选' }).first().click();
	await sees(page, '已勾选 13 / 13');
	const made = () => tree.branch('laptop', 'list', 'meeting').records.find((one) => one.label === '远期会议');
	await until('they are in the ledger', () => Math.max(made().fields.attended.length, made().fields.expected.length, made().fields.guests.length) === 13);

	step('a field is changed, and its history tells both values');
	await fill(page, '地点', '村委会');
	await sees(page, '已存');
	await fill(page, '地点', '文化站');
	await until('it is in the ledger', () => made().fields.place === '文化站');
	await page.getByRole('button', { name: '地点的历史' }).click();
	const dialog = page.getByRole('dialog');
	await dialog.getByText('村委会').first().waitFor();
	await dialog.getByText('已被替换', { exact: false }).first().waitFor();
	await dialog.getByText('书记的电脑').first().waitFor();
	await page.keyboard.press('Escape');
	await dialog.waitFor({ state: 'detached' });
}

async function search(page) {
	step('members are found by name, by initials, by the end of a number');
	await go(page, '#/ledger/member');
	for (const [asked, name] of [['桂兰', '王桂兰'], ['wgl', '王桂兰'], ['xfj', '解放军'], ['1333', '解放军'], ['2468', '巴音']]) {
		await page.getByRole('searchbox').fill(asked);
		await page.waitForFunction((only) => {
			const rows = [...document.querySelectorAll('main tbody tr')];
			return rows.length === 1 && rows[0].innerText.includes(only);
		}, name).catch(() => assert.fail(`${asked} does not find ${name} alone`));
	}
}

// A workbook of one sheet, as small as Excel reads it.
function workbook(file, rows) {
	const { strToU8, zipSync } = require('fflate');
	const column = (i) => String.fromCharCode(65 + i);
	const escape = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
	const body = rows.map((cells, r) => `<row r="${r + 1}">${cells.map((text, c) => `<c r="${column(c)}${r + 1}" t="inlineStr"><is><t>${escape(text)}</t></is></c>`).join('')}</row>`).join('');
	const xml = (text) => strToU8(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>${text}`);
	writeFileSync(file, zipSync({
		'[Content_Types].xml': xml('<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'),
		'_rels/.rels': xml('<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>'),
		'xl/workbook.xml': xml('<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="花名册" sheetId="1" r:id="r1"/></sheets></workbook>'),
		'xl/_rels/workbook.xml.rels': xml('<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'),
		'xl/worksheets/sheet1.xml': xml(`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${body}</sheetData></worksheet>`),
	}));
}

const HEADINGS = ['党员姓名', '性别', '民族', '出生年月日', '入党时间', '人员类别', '职业类别', '多余的列'];

async function sheets(page, tree) {
	const count = () => tree.branch('laptop', 'list', 'member').records.length;
	const before = count();
	step('a workbook is mapped, tried without writing, and its good rows are written');
	const file = path.join(tree.root, '花名册.xlsx');
	workbook(file, [['柳沟村党员花名册'], HEADINGS, ['苏日娜', '女', '蒙古族', '1988-03-04', '2010-07-01', '正式党员', '农牧民', 'x'], ['坏日期', '女', '汉族', '1988-13-04', '2010-07-01', '正式党员', '农牧民', '']]);
	await go(page, '#/import/member');
	await page.locator('input[type=file]').setInputFiles(file);
	await sees(page, '对应各列');
	await press(page, '检查（不写入）');
	await sees(page, '尚未写入');
	assert.equal(count(), before);
	const fault = await page.locator('tbody tr', { hasText: '1988-13-04' }).last().innerText();
	assert.match(fault, /4/, 'the row of the spreadsheet is named');
	assert.match(fault, /出生年月日/, 'and its column');
	const [taken] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: '下载出错的 1 行' }).click()]);
	const failed = readFileSync(await taken.path(), 'utf8');
	assert.ok(failed.includes('坏日期') && !failed.includes('苏日娜'), failed);
	await press(page, '只导入正确的 1 行');
	await sees(page, '已写入');
	assert.equal(count(), before + 1);

	step('a workbook of thousands of rows is read, too: nothing starts a worker');
	const large = path.join(tree.root, '大表.xlsx');
	workbook(large, [HEADINGS, ...Array.from({ length: 4000 }, (_, i) => [`党员${i}`, '女', '汉族', '1988-03-04', '2010-07-01', '正式党员', '农牧民', String(i * 7919)])]);
	await go(page, '#/ledger');
	await go(page, '#/import/member');
	await page.locator('input[type=file]').setInputFiles(large);
	await sees(page, '共 4,000 行');

	step('the same as GB18030 CSV: nothing of the kind is refused');
	const csv = path.join(tree.root, '花名册.csv');
	writeFileSync(csv, Buffer.from([0xd0, 0xd5, 0xc3, 0xfb, 0x2c, 0xd0, 0xd4, 0xb1, 0xf0, 0x0d, 0x0a, 0xcd, 0xf5, 0xce, 0xe5, 0x2c, 0xc4, 0xd0, 0x0d, 0x0a])); // 姓名,性别 / 王五,男
	await go(page, '#/ledger');
	await go(page, '#/import/member');
	await page.locator('input[type=file]').setInputFiles(csv);
	await sees(page, '王五');
	await sees(page, '还缺：');

	step('the list goes out again, with a byte order mark');
	await go(page, '#/ledger/member');
	const [out] = await Promise.all([page.waitForEvent('download'), press(page, '导出')]);
	const text = readFileSync(await out.path(), 'utf8');
	assert.ok(text.startsWith('\uFEFF') && text.includes('苏日娜') && text.includes('姓名'));
}

async function conflict(page, tree) {
	step('what two devices wrote apart is shown with both values, and decided');
	const record = tree.branch('laptop', 'list', 'meeting').records[0].record;
	tree.branch('laptop', 'sync');
	tree.device('township', 'tablet', 'B1', '平板');
	tree.branch('laptop', 'sync');
	tree.branch('tablet', 'sync');
	tree.branch('tablet', 'put', 'meeting', '--record', record, 'place=旗委党校');
	tree.branch('laptop', 'put', 'meeting', '--record', record, 'place=牧场');
	tree.branch('tablet', 'sync');
	tree.branch('laptop', 'sync');
	await go(page, '#/conflicts');
	await sees(page, '旗委党校');
	await sees(page, '牧场');
	await sees(page, '平板');
	await press(page, '用对方的');
	await sees(page, '没有冲突');
	assert.equal(tree.branch('laptop', 'get', 'meeting', record).fields.place, '旗委党校');
}

async function transfer(page, tree, browser) {
	step('a member is offered to another branch, which takes them up on its own page');
	tree.device('township', 'desk', 'B2', '布连的电脑');
	await until('the home is recorded above', () => { // before it can be left
		tree.branch('laptop', 'sync');
		return tree.branch('laptop', 'transfer', 'show', MEMBERS[11]).homes.some((one) => one.final);
	});
	await go(page, '#/transfers');
	await fill(page, '党员', MEMBERS[11]);
	await page.getByLabel('转往组织').fill('伊金霍洛旗委/阿勒腾席热镇/布连村党支部');
	await press(page, '转出党员');
	await sees(page, '等待接收');
	await sees(page, '布连村党支部');
	await until('it is offered there', () => {
		tree.branch('laptop', 'sync');
		tree.branch('desk', 'sync');
		return tree.branch('desk', 'transfer', 'list').transfers.some((one) => one.state === 'open');
	});
	const { address } = await tree.start('other', 'tributary', 'desk', 'ui', '--no-open');
	const desk = await enter(browser, address);
	await sees(desk, '进行中的转接 1 件');
	await go(desk, '#/transfers');
	await sees(desk, '柳沟村党支部');
	await press(desk, '接收');
	await sees(desk, '已办理');
	tree.branch('desk', 'sync');
	const { member } = tree.branch('desk', 'transfer', 'list').transfers[0];
	await until('the township has heard of it', () => tree.server('township', 'transfer', 'list').transfers.some((one) => one.member === member && one.state === 'accepted'));
	tree.server('township', 'transfer', 'approve', member);
	await until('the member has come', () => {
		tree.branch('desk', 'sync');
		tree.branch('laptop', 'sync');
		return tree.branch('desk', 'list', 'member').records.some((one) => one.label === MEMBERS[11]);
	});
	await sees(page, '已转接');
	await sees(desk, '已转接');
	assert.deepEqual(desk.complaints, []);
	await desk.context().close();
}

const tree = await village(build);
const browser = await openBrowser(build);
try {
	tree.branch('laptop', 'sync');
	const { address } = await tree.start('ui', 'tributary', 'laptop', 'ui', '--no-open');
	const page = await enter(browser, address);
	await keys(page);
	await compose(page, tree);
	await ranges(page, tree);
	await form(page, tree);
	await search(page);
	await sheets(page, tree);
	await conflict(page, tree);
	await transfer(page, tree, browser);
	assert.deepEqual(page.complaints, []);
} finally {
	await browser.close();
	await tree.end();
}
