// What a clerk does now and then, on the page, each to its end: a second registration, a paper attached, a bundle on a
// stick while no network is there, and a member who leaves the tree by letter and arrives in another.
//	node errands.mjs BUILD
import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { holds, openBrowser, until } from './browser.mjs';
import { enter, fill, go, press, reason, sees } from './clerk.mjs';
import { MEMBERS, source, village } from './tree.mjs';

const build = path.resolve(process.argv[2]);
const AWAY = '南方某公司党委';

const step = (text) => console.log(`- ${text}`);

async function choose(page, title, file) {
	await page.locator(`input[type=file][data-for="${title}"]`).setInputFiles(file);
}

async function taken(page, name) {
	const [download] = await Promise.all([page.waitForEvent('download'), press(page, name)]);
	return download.path();
}

// Whoever the program answers in a language that is not that of the page's own words would show here.
async function open(tree, browser, name) {
	const { address } = await tree.start(`${name} page`, 'tributary', name, 'ui', '--no-open');
	return enter(browser, address);
}

async function second(tree, page, desk, browser) {
	step('a member is registered at a second branch, which takes the guest in');
	await go(page, '#/second');
	await fill(page, '党员', MEMBERS[2]);
	await page.getByLabel('报到组织').first().fill('伊金霍洛旗委/阿勒腾席热镇/布连村党支部');
	await press(page, '报到登记');
	await sees(page, '待答复');
	await holds(page, browser, 'a second registration');
	await go(desk, '#/second');
	await until('the guest is known there', async () => {
		tree.branch('laptop', 'sync');
		tree.branch('desk', 'sync');
		return (await desk.innerText('main')).includes(MEMBERS[2]);
	});
	await desk.getByRole('button', { name: `接纳 ${MEMBERS[2]}`, exact: true }).click();
	await sees(desk, '已接纳');
	await holds(desk, browser, 'a guest');
	await until('the answer has come home', async () => {
		tree.branch('desk', 'sync');
		tree.branch('laptop', 'sync');
		return (await page.innerText('main')).includes('已接纳');
	});
	step('and it is ended at home');
	await page.getByRole('button', { name: `结束 ${MEMBERS[2]} 的报到` }).click();
	await until('it is over', () => Boolean(tree.branch('laptop', 'attachments').attachments[0].until));
}

// Both branches have handed in September. Whoever reaches back into it is asked why; who does not say it has done nothing.
async function reachBack(tree, page, desk, browser) {
	step('a registration that reaches back into a month that is handed in asks why, at both branches');
	for (const name of ['laptop', 'desk']) {
		tree.branch(name, 'submit', '2026-09');
		tree.branch(name, 'sync');
	}
	await go(page, '#/');
	await go(page, '#/second');
	await fill(page, '党员', MEMBERS[7]);
	await page.getByLabel('报到组织').first().fill('伊金霍洛旗委/阿勒腾席热镇/布连村党支部');
	await fill(page, '起始日期', '2026-09-12');
	await press(page, '报到登记');
	const dialog = page.getByRole('dialog');
	await dialog.waitFor();
	await holds(page, browser, 'why a closed month changes');
	await dialog.getByRole('button', { name: '取消' }).click();
	await page.locator('main .say.bad').first().waitFor();
	assert.ok(!tree.branch('laptop', 'attachments').attachments.some((one) => one.member === MEMBERS[7]), 'nothing was done');
	await press(page, '报到登记');
	await reason(page, '报到单晚到');
	await until('it is registered', () => tree.branch('laptop', 'attachments').attachments.some((one) => one.member === MEMBERS[7]));
	await go(desk, '#/');
	await go(desk, '#/second');
	await until('the guest is known there', async () => {
		tree.branch('laptop', 'sync');
		tree.branch('desk', 'sync');
		return (await desk.innerText('main')).includes(MEMBERS[7]);
	});
	await desk.getByRole('button', { name: `接纳 ${MEMBERS[7]}`, exact: true }).click();
	await reason(desk, '报到单晚到');
	await until('the guest is in', () => tree.branch('desk', 'guest', 'list').guests.some((one) => one.name === MEMBERS[7] && one.state === 'accepted'));
}

async function papers(tree, page, browser) {
	step('a paper is attached to a record, is open to be read, and is told to be on its way until it is above');
	const kind = tree.branch('laptop', 'form').kinds.map((one) => one.kind).find((name) => tree.branch('laptop', 'form', name).fields.some((field) => field.about.type === 'attachment' && field.about.keyed));
	const { fields } = tree.branch('laptop', 'form', kind);
	const given = { date: '2026-10-01', month: '2026-10', text: '修渠', long_text: '修渠', integer: '1', money: '1' };
	const values = fields.filter((field) => field.required && given[field.about.type]).map((field) => `${field.field}=${given[field.about.type]}`);
	const options = fields.filter((field) => field.required && field.about.type === 'option').map((field) => `${field.field}=${field.about.options[0].name}`);
	const { record } = tree.branch('laptop', 'put', kind, ...values, ...options);
	await go(page, `#/ledger/${kind}/${record}`);
	const bytes = Buffer.alloc(300 * 1024, 7);
	const file = path.join(tree.root, '现场 照片.jpg');
	writeFileSync(file, bytes);
	tree.branch('laptop', 'file', 'link', 'none'); // the page synchronises by itself: it would be above before it has been looked at
	await page.locator('fieldset.files input[type=file]').first().setInputFiles(file);
	const open = page.getByRole('button', { name: '打开 现场 照片.jpg', exact: true });
	await open.waitFor(); // before, there is nothing of it to be held to anything
	await page.locator('fieldset.files').getByText('待上传').first().waitFor();
	await holds(page, browser, 'a paper');
	const [download] = await Promise.all([page.waitForEvent('download'), open.click()]);
	assert.ok(readFileSync(await download.path()).equals(bytes), 'it is the same file');
	tree.branch('laptop', 'file', 'link', 'all');
	await until('it is above', async () => {
		tree.branch('laptop', 'sync');
		return (await page.innerText('fieldset.files')).includes('已上传');
	});
}

// S14: each required kind of evidence by its own row, from missing to here to the archive; the small picture beside the photo; and what is
// named and not here is asked for.
async function evidence(tree, page, browser) {
	step('a record says which of its evidence is missing, here, at the archive; a photo has a small picture');
	const { record } = tree.branch('laptop', 'put', 'affair', 'topic=路灯', 'date=2026-10-02', 'sort=project');
	const file = path.join(tree.root, '村口 照片.jpg');
	copyFileSync(path.join(source, 'tests/e2e/data/photo.jpg'), file);
	const stands = (field, state) => page.locator(`#evidence li[data-field="${field}"][data-state="${state}"]`).waitFor({ timeout: 60000 });
	await go(page, `#/ledger/affair/${record}`);
	for (const field of ['before_files', 'during_files', 'after_files'])
		await stands(field, 'missing');
	tree.branch('laptop', 'file', 'link', 'none'); // as above
	await page.locator('fieldset.files', { hasText: '事前照片和扫描件' }).locator('input[type=file]').setInputFiles(file);
	await stands('before_files', 'here');
	const picture = page.getByRole('img', { name: '村口 照片.jpg 的小图', exact: true });
	await picture.waitFor({ timeout: 60000 });
	await until('the picture is drawn, upright', () => picture.evaluate((one) => one.complete && one.naturalHeight > one.naturalWidth && one.naturalWidth > 0));
	await holds(page, browser, 'evidence with a picture');
	tree.branch('laptop', 'file', 'link', 'all');
	tree.branch('laptop', 'sync');
	await stands('before_files', 'archive');
	await stands('after_files', 'missing');
	step('what is named and not here is asked for, and not any more');
	tree.branch('laptop', 'put', 'affair', '--record', record, `during_files[远处.jpg]=${'ab'.repeat(32)}`);
	await stands('during_files', 'away');
	await page.getByRole('button', { name: '索要 远处.jpg 的原件', exact: true }).click();
	await page.getByRole('button', { name: '不再索要 远处.jpg', exact: true }).waitFor({ timeout: 60000 });
	assert.ok(tree.branch('laptop', 'file', 'list', 'affair').files.some((one) => one.name === '远处.jpg' && one.wanted), 'it is asked for');
	await page.getByRole('button', { name: '不再索要 远处.jpg', exact: true }).click();
	await page.getByRole('button', { name: '索要 远处.jpg 的原件', exact: true }).waitFor({ timeout: 60000 });
}

async function stick(tree, page) {
	step('no network: a bundle goes up on a stick, and one comes down');
	await tree.stop('township');
	tree.branch('laptop', 'put', 'dues', `member=${MEMBERS[0]}`, 'month=2026-10', 'base=4000', 'due=20');
	await go(page, '#/');
	await page.locator('details.stick summary').click();
	const up = await taken(page, '生成数据包');
	await sees(page, '已用 U 盘带出');
	const carried = tree.server('township', 'bundle', 'in', up);
	assert.ok(carried.entries > 0, 'the township has nothing of it');
	const down = path.join(tree.root, 'down.tbundle');
	tree.server('township', 'bundle', 'out', down, '--for', '书记的电脑');
	await choose(page, '读入数据包', down);
	await sees(page, '已读入');
	assert.equal(tree.branch('laptop', 'status').waiting, 0);
	step('what is no bundle is told, and nothing happens');
	await choose(page, '读入数据包', path.join(tree.root, '现场 照片.jpg'));
	await page.locator('details.stick .say.bad').waitFor();
	await tree.serve('township');
}

async function otherTree(tree) {
	await tree.found('elsewhere', AWAY);
	tree.server('elsewhere', 'unit', 'add', '--kind', 'branch', '--code', 'C1', '--name', '第一支部');
	tree.device('elsewhere', 'firm', 'C1', '公司电脑');
	tree.branch('firm', 'sync');
}

async function letters(tree, page, firm, browser) {
	step('a member leaves by letter');
	await go(page, '#/transfers');
	await page.locator('details summary', { hasText: '介绍信' }).click();
	const out = page.locator('details.box form');
	await out.getByLabel('党员').fill(MEMBERS[5]);
	await out.getByLabel('接收组织名称').fill(AWAY);
	await out.getByRole('button', { name: '登记转出' }).click();
	const offered = () => tree.server('township', 'transfer', 'list').transfers.find((one) => one.to === null);
	await until('the township has heard of it', () => {
		tree.branch('laptop', 'sync');
		return offered();
	});
	tree.server('township', 'transfer', 'approve', offered().member);
	await until('the letter may be written', async () => {
		tree.branch('laptop', 'sync');
		return (await page.innerText('main')).includes('介绍信已开出');
	});
	await holds(page, browser, 'a letter is out');
	const letter = await taken(page, '保存介绍信');

	step('it is read at the other end, its root key compared, and the member taken in');
	await go(firm, '#/transfers');
	await firm.locator('details summary', { hasText: '介绍信' }).click();
	await choose(firm, '选择介绍信或回执文件', letter);
	await sees(firm, MEMBERS[5]);
	await sees(firm, '柳沟村党支部');
	assert.ok(await firm.getByRole('button', { name: '接收这名党员' }).isDisabled(), 'nobody is taken in below a strange key');
	await holds(firm, browser, 'a letter has come');
	await firm.getByLabel('已与对方核对一致').check();
	await press(firm, '接收这名党员');
	await until('the member is there', () => {
		tree.branch('firm', 'sync');
		return tree.branch('firm', 'list', 'member').records.some((one) => one.label === MEMBERS[5]);
	});

	step('the return slip comes home, and the member has left');
	await go(firm, '#/');
	await go(firm, '#/transfers');
	await firm.locator('details summary', { hasText: '介绍信' }).click();
	await firm.getByLabel('凭信转入的党员').fill(MEMBERS[5]);
	const slip = await taken(firm, '保存回执');
	await choose(page, '选择介绍信或回执文件', slip);
	await page.getByLabel('已与对方核对一致').check();
	await press(page, '录入回执');
	await until('the transfer is done', async () => {
		tree.branch('laptop', 'sync');
		return tree.branch('laptop', 'transfer', 'list').transfers.some((one) => one.state === 'committed');
	});
}

const tree = await village(build);
const browser = await openBrowser(build);
try {
	tree.device('township', 'desk', 'B2', '布连的电脑');
	tree.branch('laptop', 'sync');
	const page = await open(tree, browser, 'laptop');
	const desk = await open(tree, browser, 'desk');
	await second(tree, page, desk, browser);
	await reachBack(tree, page, desk, browser);
	await papers(tree, page, browser);
	await evidence(tree, page, browser);
	await stick(tree, page);
	await otherTree(tree);
	const firm = await open(tree, browser, 'firm');
	await letters(tree, page, firm, browser);
	for (const one of [page, desk, firm])
		assert.deepEqual(one.complaints, []);
} finally {
	await browser.close();
	await tree.end();
}
