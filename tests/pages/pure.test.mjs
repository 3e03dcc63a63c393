// The parts of the pages that need no browser: tables as text, names and their initials, months, headings, hints.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const source = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../web/src');
const load = (file) => import(pathToFileURL(path.join(source, file)).href);

const csv = await load('shared/csv.js');
const { initials } = await load('clerk/pinyin.js');
const { matches } = await load('clerk/search.js');
const months = await load('clerk/months.js');
const mapping = await load('clerk/mapping.js');
const figure = await load('shared/figure.js');
const values = await load('clerk/values.js');

test('what is written as a table is what is read', () => {
	const rows = [['姓名', '备注'], ['王桂兰', '他说："好"，\n第二行'], ['', ' a;b\tc ']];
	assert.deepEqual(csv.parse(csv.build(rows)), rows);
});

test('a text that would be a formula is made harmless, a number stays what it is', () => {
	assert.equal(csv.cell('=1+1'), "'=1+1");
	assert.equal(csv.cell('@x'), "'@x");
	assert.equal(csv.cell('-12.50'), '-12.50');
	assert.equal(csv.cell('-1+cmd'), "'-1+cmd");
});

test('commas, semicolons and tabs all part cells, inside quotes none does', () => {
	assert.deepEqual(csv.parse('a;b\r\n"1;2";3\r\n'), [['a', 'b'], ['1;2', '3']]);
	assert.deepEqual(csv.parse('a\tb\n1,2\t3'), [['a', 'b'], ['1,2', '3']]);
	assert.deepEqual(csv.parse('"x,y",b\n1,2'), [['x,y', 'b'], ['1', '2']]);
});

test('a copied range keeps its empty cells and its quoted line breaks', () => {
	assert.deepEqual(csv.parseRange('王\t\t3\r\n"两\n行"\t5\t\r\n'), [['王', '', '3'], ['两\n行', '5', '']]);
});

test('initials are those of the names, surnames read in their own way', () => {
	assert.equal(initials('王桂兰'), 'wgl');
	assert.equal(initials('额尔敦'), 'eed');
	assert.equal(initials('单志强'), 'szq');
	assert.equal(initials('解放军'), 'xfj');
	assert.equal(initials('中华张3号'), 'zhz3h');
});

test('records are found by a part, by initials, by the end of a number', () => {
	const row = { label: '王桂兰', fields: { id_last_four: '103X', phone: '13904771001' } };
	for (const asked of ['桂', 'wgl', 'gl', '103x', '1001', '', '  '])
		assert.ok(matches(row, asked), asked);
	for (const asked of ['李', 'lgw', '1039', 'zzz'])
		assert.ok(!matches(row, asked), asked);
});

test('months step over years, and lie in their quarter and year', () => {
	assert.equal(months.step('2026-01', -1), '2025-12');
	assert.equal(months.step('2025-12', 1), '2026-01');
	assert.equal(months.periodOf('2026-11', 3), '2026Q4');
	assert.equal(months.periodOf('2026-07', 6), '2026H2');
	assert.ok(months.within('2026-11', '2026Q4'));
	assert.ok(!months.within('2026-09', '2026Q4'));
	assert.ok(!months.within('', '2026'));
});

test('headings find their fields by title, by the pack\'s words and once each', () => {
	const fields = [
		{ field: 'name', title: '姓名', required: true, about: { headings: ['党员姓名'] } },
		{ field: 'birth', title: '出生日期', required: true, about: { headings: ['出生年月'] } },
	];
	assert.deepEqual(mapping.guess(['党员姓名*', '出生日期（必填）', '姓名', '其他'], fields), ['name', 'birth', '', '']);
	assert.deepEqual(mapping.choose(['name', 'birth', ''], 2, 'name'), ['', 'birth', 'name']);
	assert.deepEqual(mapping.missing(['name', ''], fields).map((field) => field.field), ['birth']);
});

test('numbers are written by what they are: yuan of fen, points of hundredths, parts of a whole', () => {
	const whole = (value) => ({ value, denominator: null });
	assert.equal(figure.figureText(whole(123456), 'count'), '123,456');
	assert.equal(figure.figureText(whole(123456), 'money'), '1,234.56');
	assert.equal(figure.figureText(whole(9550), 'points'), '95.5');
	assert.equal(figure.figureText({ value: 2, denominator: 12 }, 'ratio'), '16.7%');
	assert.equal(figure.figureText({ value: 8000, denominator: 3 }, 'money_ratio'), '26.67');
	assert.equal(figure.figureText({ value: 0, denominator: 0 }, 'ratio'), '–');
	assert.equal(figure.figureText(whole(null), 'money'), '–');
	assert.deepEqual(figure.parts({ value: 8000, denominator: 9000 }, 'money_part'), ['80.00', '90.00']);
	assert.deepEqual(figure.parts({ value: 8000, denominator: 3 }, 'money_ratio'), ['80.00', '3']);
	assert.deepEqual(figure.parts({ value: 2, denominator: 12 }, 'ratio'), ['2', '12']);
	assert.equal(figure.figureValue(whole(9550), 'points'), 95.5);
	assert.equal(figure.figureValue({ value: 1, denominator: 3 }, 'ratio'), '1/3');
});

test('a receipt is made of what stands with the number, whatever the pack calls it', () => {
	const field = (name, group, type, more = {}) => ({ field: name, group, required: more.required, about: { type, ...more } });
	const fields = [field('wer', 'a', 'member', { refers: 'person', required: true }), field('monat', 'a', 'month', { required: true }), field('soll', 'a', 'money'),
		field('ist', 'b', 'money'), field('am', 'b', 'date'), field('nummer', 'b', 'text', { series: true })];
	const made = values.receiptOf(fields);
	assert.deepEqual([made.who, made.month, made.amount, made.paid, made.number].map((one) => one.field), ['wer', 'monat', 'ist', 'am', 'nummer']);
	assert.equal(values.receiptOf(fields.slice(0, 5)), null);
});
