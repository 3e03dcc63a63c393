// Names of the records that others refer to, both ways. Where two bear one name, the last four of the number
// (or the end of the id) tells them apart.
import { useEffect, useMemo, useState } from '../shared/view.js';
import { get } from '../shared/api.js';
import { listen } from '../shared/events.js';
import { useTitles } from './titles.js';

function index(records, marked) {
	const count = new Map();
	for (const one of records)
		count.set(one.label, (count.get(one.label) || 0) + 1);
	const byId = new Map();
	const byLabel = new Map();
	for (const one of records) {
		const mark = one.fields[marked] || one.record.slice(-4);
		const label = count.get(one.label) > 1 ? `${one.label}（${mark}）` : one.label;
		byId.set(one.record, label);
		byLabel.set(label, one.record);
	}
	return { records, byId, byLabel };
}

const SHORT = 8;

// kinds: those that are referred to. of() gives the id's beginning until they are read.
export function useLabels(kinds) {
	const key = [...new Set(kinds)].sort().join(' ');
	const { persons } = useTitles();
	const [known, set] = useState({});
	useEffect(() => {
		let asked = 0;
		const read = async () => {
			const turn = ++asked;
			const pairs = await Promise.all(key.split(' ').filter(Boolean).map((kind) =>
				get(`/records/${kind}`).then((body) => [kind, index(body.records, persons.kind === kind ? persons.mark : undefined)], () => [kind, null])));
			if (turn === asked) // what could not be read stays as it was
				set((before) => Object.fromEntries(pairs.map(([kind, names]) => [kind, names || before[kind] || index([])])));
		};
		read();
		const end = listen((kind) => kind === 'changed' && read());
		return () => {
			asked++;
			end();
		};
	}, [key, persons.kind, persons.mark]);
	return useMemo(() => ({
		ready: key.split(' ').filter(Boolean).every((kind) => known[kind]),
		of: (kind, id) => (known[kind] && known[kind].byId.get(id)) || (/^[0-9a-f]{32}$/.test(id) ? id.slice(0, SHORT) : id),
		find: (kind, label) => known[kind] && known[kind].byLabel.get(label),
		all: (kind) => (known[kind] ? known[kind].records : []),
		names: (kind) => (known[kind] ? [...known[kind].byLabel.keys()] : []),
	}), [known, key]);
}

export function referred(fields) {
	return fields.map((field) => field.about.refers).filter(Boolean);
}
