// A file that somebody chose → rows of cells. CSV in the encodings that Excel and WPS write; XLSX by a library that
// is loaded only now, so that the page itself stays small.
import { parse } from '../shared/csv.js';
import { t } from '../shared/text.js';

export const MOST_BYTES = 15 * 1024 * 1024;

function decode(bytes) {
	if (bytes[0] === 0xff && bytes[1] === 0xfe)
		return new TextDecoder('utf-16le').decode(bytes);
	if (bytes[0] === 0xfe && bytes[1] === 0xff)
		return new TextDecoder('utf-16be').decode(bytes);
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
	} catch {
		return new TextDecoder('gb18030', { fatal: true }).decode(bytes);
	}
}

function cellText(cell) {
	if (cell === null || cell === undefined)
		return '';
	if (cell instanceof Date)
		return cell.toISOString().slice(0, 10);
	if (typeof cell === 'boolean')
		return t(cell ? 'PAGE_YES' : 'PAGE_NO');
	return String(cell);
}

async function workbook(file) {
	// The one that starts no workers: they would be made of text, which the page's policy forbids.
	const { default: read } = await import('read-excel-file/universal');
	const sheets = await read(await file.arrayBuffer());
	// Either the rows of the first sheet, or a list of sheets with theirs.
	const rows = sheets.length && sheets[0] && sheets[0].data ? sheets[0].data : sheets;
	return rows.map((row) => row.map(cellText));
}

// Lines above the headings in which one cell alone is filled are titles.
function withoutTitles(rows) {
	const filled = (row) => row.filter((cell) => cell.trim()).length;
	const first = rows.findIndex((row) => filled(row) > 1);
	const begin = first < 0 ? rows.findIndex((row) => filled(row) > 0) : first;
	return begin < 0 ? { headings: [], rows: [] } : {
		headings: rows[begin].map((cell) => cell.trim()),
		rows: rows.slice(begin + 1).map((cells, i) => ({ line: begin + 2 + i, cells })).filter((row) => filled(row.cells) > 0),
	};
}

// { headings, rows: [{ line, cells }] }; line: as the spreadsheet counts its rows.
export async function readSheet(file) {
	if (file.size > MOST_BYTES)
		throw new Error(t('PAGE_FILE_TOO_LARGE'));
	if (/\.xlsx$/i.test(file.name))
		return withoutTitles(await workbook(file));
	if (/\.xls$/i.test(file.name))
		throw new Error(t('PAGE_FILE_OLD_EXCEL'));
	return withoutTitles(parse(decode(new Uint8Array(await file.arrayBuffer()))));
}
