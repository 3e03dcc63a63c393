// Hands a text to the browser as a file.
import { build } from './csv.js';

export function download(name, text, type = 'text/csv;charset=utf-8') {
	const address = URL.createObjectURL(new Blob([text], { type }));
	const link = document.createElement('a');
	link.href = address;
	link.download = name;
	document.body.append(link);
	link.click();
	link.remove();
	setTimeout(() => URL.revokeObjectURL(address), 10000);
}

export function downloadTable(name, rows) {
	download(`${name.replace(/[\\/:*?"<>|\s]+/g, '_')}.csv`, build(rows));
}
