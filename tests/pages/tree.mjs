// A county with a township and its branches, run by the real programs in a directory of their own; whatever was
// started is stopped at the end.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const source = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const READY_MS = 90000;
const DAY_MS = 24 * 60 * 60 * 1000;
const USUAL_MS = 180000;

export class Tree {
	constructor(build) {
		this.programs = { tributary: path.join(build, 'client/tributary'), tributaryd: path.join(build, 'server/tributaryd') };
		this.root = mkdtempSync(path.join(os.tmpdir(), 'tributary-pages.'));
		this.env = { ...process.env, LC_ALL: 'C.UTF-8', TZ: 'UTC' };
		delete this.env.TRIBUTARY_DIR;
		this.running = new Map();
		this.doors = new Map();
	}

	dir(name) {
		return path.join(this.root, name);
	}

	// Runs a verb, gives what it printed as JSON; an exit code that is not 0 throws with what it said.
	verb(program, name, ...words) {
		const said = execFileSync(this.programs[program], ['-C', this.dir(name), '--json', ...words], {
			env: this.env, encoding: 'utf8', timeout: 240000, stdio: ['ignore', 'pipe', 'pipe'],
		});
		return said.trim() ? JSON.parse(said) : null;
	}

	branch(name, ...words) {
		return this.verb('tributary', name, ...words);
	}

	server(name, ...words) {
		return this.verb('tributaryd', name, ...words);
	}

	// Starts a program that goes on; its first line is a JSON document.
	start(key, program, name, ...words) {
		const child = spawn(this.programs[program], ['-C', this.dir(name), '--json', ...words], { env: this.env, stdio: ['ignore', 'pipe', 'pipe'] });
		this.running.set(key, child);
		return new Promise((ready, fail) => {
			let said = '';
			let complaint = '';
			const timer = setTimeout(() => fail(new Error(`${key} is not ready: ${said}${complaint}`)), READY_MS);
			child.stderr.on('data', (bytes) => {
				complaint += bytes;
			});
			child.on('exit', (code) => {
				clearTimeout(timer);
				fail(new Error(`${key} ended with ${code}: ${complaint}`));
			});
			child.stdout.on('data', (bytes) => {
				said += bytes;
				if (!said.includes('\n'))
					return;
				clearTimeout(timer);
				ready(JSON.parse(said.slice(0, said.indexOf('\n'))));
			});
		});
	}

	// On free ports the first time, later on those that others know it by.
	async serve(name, ...words) {
		const known = this.doors.get(name) || { sync: 'tcp://127.0.0.1:*', porch: 'tcp://127.0.0.1:*' };
		const go = () => this.start(name, 'tributaryd', name, 'run', '--sync', known.sync, '--porch', known.porch, ...words);
		for (let attempt = 0; ; attempt++) {
			try {
				const ready = await go();
				this.doors.set(name, { sync: ready.sync, porch: ready.porch });
				return ready;
			} catch (why) { // a port may be lent to somebody for a moment
				if (attempt === 8 || this.running.get(name).exitCode === null)
					throw why;
				await new Promise((done) => setTimeout(done, 500));
			}
		}
	}

	stop(key) {
		const child = this.running.get(key);
		this.running.delete(key);
		if (!child || child.exitCode !== null)
			return Promise.resolve();
		return new Promise((done) => {
			child.removeAllListeners('exit');
			child.on('exit', done);
			child.kill('SIGTERM');
		});
	}

	// What is this month at the beginning of a test is so at its end: one that would see midnight (of UTC) begins behind it.
	async found(name, title) {
		const left = DAY_MS - (Date.now() % DAY_MS);
		if (this.running.size === 0 && left < USUAL_MS)
			await new Promise((done) => setTimeout(done, left + 1000));
		this.server(name, 'init', '--top', '--name', title, '--kind', 'county', '--pack', path.join(source, 'packs/party-branch.yaml'));
		await this.serve(name);
	}

	async township(parent, name, code, title) {
		this.server(parent, 'unit', 'add', '--kind', 'township', '--code', code, '--name', title);
		this.server(name, 'init', '--join', this.invitation(parent, code, '--server'), '--label', '服务器');
		await this.serve(name);
	}

	invitation(server, unit, ...words) {
		return this.server(server, 'invite', '--unit', unit, ...words).code;
	}

	device(server, name, unit, label) {
		return this.branch(name, 'join', this.invitation(server, unit), '--label', label);
	}

	async end() {
		for (const key of [...this.running.keys()].reverse())
			await this.stop(key);
		rmSync(this.root, { recursive: true, force: true });
	}
}

export const MEMBERS = ['王桂兰', '李建国', '张巴特尔', '其木格', '额尔敦', '赵欧阳', '单志强', '曾玉梅', '解放军', '乌云塔娜', '刘文斌', '陈秀英'];

// The tree of the stories: one branch with its roster and a month behind it, another branch beside it.
export async function village(build) {
	const tree = new Tree(build);
	await tree.found('county', '伊金霍洛旗委');
	await tree.township('county', 'township', 'T1', '阿勒腾席热镇');
	tree.server('township', 'unit', 'add', '--kind', 'branch', '--code', 'B1', '--name', '柳沟村党支部');
	tree.server('township', 'unit', 'add', '--kind', 'branch', '--code', 'B2', '--name', '布连村党支部');
	tree.device('township', 'laptop', 'B1', '书记的电脑');
	for (const [i, name] of MEMBERS.entries())
		tree.branch('laptop', 'put', 'member', `name=${name}`, `sex=${i % 3 ? '女' : '男'}`, `ethnic_group=${i % 2 ? '蒙古族' : '汉族'}`,
			`birth=19${60 + 3 * i}-0${1 + (i % 9)}-12`, `joined=${1988 + 2 * i}-07-01`, 'category=正式党员', 'occupation=农牧民', `id_last_four=${1037 + 37 * i}`,
			`phone=1390477${1001 + i}`);
	return tree;
}

// The screens of the clerk, and where they stand.
export const SCREENS = (known) => [
	['home', '#/'],
	['ledgers', '#/ledger'],
	['roster', '#/ledger/member'],
	['grid', '#/ledger/dues?view=grid&period=2026-10'],
	['form', `#/ledger/meeting/${known.meeting}`],
	['new', '#/ledger/meeting/new?type=lecture'],
	['search', '#/ledger/member?search=wgl'],
	['import', '#/import/member'],
	['months', '#/months'],
	['month', '#/month/2026-10'],
	['conflicts', '#/conflicts'],
	['transfers', '#/transfers'],
	['second', '#/second'],
	['warnings', '#/warnings'],
	['refused', '#/refused'],
	['asked', '#/asked'],
	['print-report', '#/print/report/monthly/2026-10'],
	['print-roster', '#/print/roster'],
	['print-receipts', '#/print/receipts/dues/2026-10'],
	['print-letter', `#/print/letter/${known.member}`],
];

// A branch in the middle of its work: a month returned with remarks, a conflict between two devices, an open transfer.
export function work(tree) {
	const laptop = (...words) => tree.branch('laptop', ...words);
	const meeting = laptop('put', 'meeting', 'date=2026-10-15', 'type=支委会', 'topic=十月支委会', 'place=村委会', 'should_attend=12', 'attended+=王桂兰', 'attended+=李建国', 'minutes=讨论秋收和党费').record;
	laptop('put', 'meeting', 'date=2026-11-05', 'type=党小组会', 'topic=冬季取暖', 'attended+=王桂兰');
	for (const name of ['王桂兰', '李建国', '张巴特尔', '其木格'])
		laptop('put', 'dues', `member=${name}`, 'month=2026-10', 'base=4000', 'due=20', 'amount=20', 'paid=2026-10-12');
	tree.server('county', 'theme', 'title=学习宪法', 'begins=2026-11-05', 'ends=2026-11-15', 'content=集中学习');
	laptop('close', '2026-10');
	laptop('submit', '2026-10');
	laptop('sync');
	tree.server('township', 'review', 'return', '2026-10', '--unit', 'B1', '--remark', 'meeting.topic=缺少签到表', '--remark', 'dues_paid=与收据不符', '--text', '请补齐后重报');
	tree.device('township', 'tablet', 'B1', '平板');
	laptop('sync'); // seals the unit's key for the tablet
	tree.branch('tablet', 'sync');
	tree.branch('tablet', 'put', 'meeting', '--record', meeting, 'place=旗委党校', '--reason', '更正地点');
	laptop('put', 'meeting', '--record', meeting, 'place=文化站', '--reason', '更正地点');
	tree.branch('tablet', 'sync');
	laptop('sync');
	laptop('attach', '王桂兰', '--to', 'B2', '--from', '2026-11-05');
	const member = laptop('list', 'member').records[11].record;
	if (laptop('form', 'member').of.custody)
		laptop('transfer', 'offer', member, '--to', 'B2', '--reason', '工作调动');
	return { meeting, member };
}
