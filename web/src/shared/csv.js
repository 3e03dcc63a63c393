// Tables as text, as Excel and WPS have them: read with either separator, written with a byte order mark.
const BOM = '\uFEFF';

// Rows of cells. The separator is a tab where the text has one, else a comma or a semicolon, whichever comes first.
export function parse(text) {
	const source = text.replace(/^\uFEFF/, '');
	const firstLine = source.slice(0, source.search(/[\r\n]|$/));
	const separator = firstLine.includes('\t') ? '\t' : (/[,;]/.exec(firstLine.replace(/"[^"]*"/g, '')) || [','])[0];
	return cells(source, separator);
}

// What the clipboard holds after copying a range.
export function parseRange(text) {
	return cells(text.replace(/[\r\n]+$/, ''), '\t');
}

function cells(source, separator) {
	const rows = [];
	let row = [];
	let at = 0;
	while (at <= source.length) {
		let cell;
		if (source[at] === '"') {
			const [inside, end] = quoted(source, at);
			const tail = next(source, end, separator);
			cell = inside + source.slice(end, tail);
			at = tail;
		} else {
			const end = next(source, at, separator);
			cell = source.slice(at, end);
			at = end;
		}
		row.push(cell);
		if (source[at] === separator) {
			at++;
			continue;
		}
		rows.push(row);
		row = [];
		if (at >= source.length)
			break;
		at += source[at] === '\r' && source[at + 1] === '\n' ? 2 : 1;
		if (at >= source.length)
			break;
	}
	return rows;
}

function quoted(source, at) {
	let inside = '';
	for (let i = at + 1; i < source.length; i++) {
		if (source[i] !== '"')
			inside += source[i];
		else if (source[i + 1] === '"')
			inside += source[++i];
		else
			return [inside, i + 1];
	}
	return [inside, source.length];
}

function next(source, at, separator) {
	while (at < source.length && source[at] !== separator && source[at] !== '\n' && source[at] !== '\r')
		at++;
	return at;
}

// A text that a spreadsheet would take for a formula gets an apostrophe, as the programs do it.
function guard(text) {
	const formula = /^[=+\-@]/.test(text) && !/^[+-]?[\d.,]+$/.test(text);
	return formula ? `'${text}` : text;
}

export function cell(value) {
	const text = guard(value === null || value === undefined ? '' : String(value));
	return /[",;\r\n\t]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

export function build(rows) {
	return BOM + rows.map((row) => row.map(cell).join(',') + '\r\n').join('');
}
