// Which column of a spreadsheet is which field: found by names, titles and the pack's headings, and chosen by hand.
const plainText = (text) => text.replace(/[\s*＊:：（(].*$/, '').toLowerCase();

function names(field) {
	return [field.field, field.title, ...field.about.headings].map(plainText);
}

// By column: the field's name, or '' for a column that is left out. Each field is taken once.
export function guess(headings, fields) {
	const taken = new Set();
	return headings.map((heading) => {
		const wanted = plainText(heading);
		const found = wanted && fields.find((field) => !taken.has(field.field) && names(field).includes(wanted));
		if (found)
			taken.add(found.field);
		return found ? found.field : '';
	});
}

export function choose(mapping, column, name) {
	return mapping.map((before, i) => (i === column ? name : before === name && name ? '' : before));
}

export function missing(mapping, fields) {
	return fields.filter((field) => field.required && !mapping.includes(field.field));
}
