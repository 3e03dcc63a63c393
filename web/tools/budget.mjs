// Holds a built page to its budget: node budget.mjs OUT.json LIMIT
// Every file counts, compressed as it travels, also those that are loaded only when they are needed.
import { readFileSync } from 'node:fs';

const [list, limit] = process.argv.slice(2);
let total = 0;
for (const file of JSON.parse(readFileSync(list, 'utf8'))) {
	console.log(`${String(file.compressed).padStart(8)}  ${file.path}`);
	total += file.compressed;
}
console.log(`${String(total).padStart(8)}  of ${limit} bytes`);
if (total === 0 || total > Number(limit)) {
	console.error(total ? 'the page is larger than its budget' : 'nothing was built');
	process.exit(1);
}
