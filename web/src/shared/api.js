// The programs' JSON API. What was read is kept with its ETag, so that asking again costs little; what goes wrong
// is a Problem with the sentences of the program itself.
import { listen } from './events.js';
import { language } from './text.js';

const BASE = '/api/v1';
const kept = new Map(); // language and path → { etag, body }

export class Problem extends Error {
	constructor(status, body) {
		super(body.what || body.title || String(status));
		this.status = status;
		this.name = body.name || '';
		this.what = body.what || body.title || '';
		this.where = body.where || '';
		this.why = body.why ?? (body.detail || ''); // an empty one is meant: `what` says it all
		this.remedy = body.remedy || '';
		this.body = body;
	}

	// The program did not answer at all.
	get away() {
		return this.status === 0;
	}
}

async function fetchBody(path, options) {
	let answer;
	try {
		answer = await fetch(BASE + path, { credentials: 'same-origin', cache: 'no-store', ...options });
	} catch {
		throw new Problem(0, { name: 'UNREACHABLE' });
	}
	return answer;
}

async function read(answer) {
	const type = answer.headers.get('Content-Type') || '';
	const body = /json/.test(type) ? await answer.json().catch(() => ({})) : await answer.text();
	if (!answer.ok)
		throw new Problem(answer.status, typeof body === 'string' ? { title: body } : body);
	return body;
}

export function address(path, query = {}) {
	const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '');
	const text = new URLSearchParams(given).toString();
	return text ? `${path}?${text}` : path;
}

// What several parts of a page ask for within a second is asked once; not across a change, whose news it could miss.
const FRESH_MS = 1000;
const asked = new Map();
let changes = 0;
listen((kind) => {
	changes += kind === 'changed' || kind === 'sync' ? 1 : 0;
});

export function get(path, query) {
	const where = address(path, query);
	const key = `${changes} ${language()} ${where}`;
	if (!asked.has(key)) {
		asked.set(key, ask(where).finally(() => setTimeout(() => asked.delete(key), FRESH_MS)));
	}
	return asked.get(key);
}

// The rows of an answer are its last member; what comes in parts is read to its end, unless a part was asked for.
const parted = (where) => /[?&](limit|cursor)=/.test(where);

function joined(body, rest) {
	const rows = Object.keys(body).at(-1);
	return Array.isArray(body[rows]) ? { ...body, [rows]: body[rows].concat(rest[rows] || []) } : body;
}

async function ask(where) {
	let { body, next } = await part(where);
	for (const seen = new Set([where]); next && !parted(where) && !seen.has(next);) {
		seen.add(next);
		const more = await part(next);
		body = joined(body, more.body);
		next = more.next;
	}
	return body;
}

const nextOf = (answer) => (/<\/api\/v1([^>]+)>; rel="next"/.exec(answer.headers.get('Link') || '') || [])[1];

async function part(where) {
	const key = `${language()} ${where}`;
	const known = kept.get(key);
	const headers = { 'Accept-Language': language(), Accept: 'application/json' };
	if (known)
		headers['If-None-Match'] = known.etag;
	const answer = await fetchBody(where, { headers });
	if (answer.status === 304 && known)
		return known;
	const body = await read(answer);
	const etag = answer.headers.get('ETag');
	const said = { etag, body, next: nextOf(answer) };
	if (etag)
		kept.set(key, said);
	return said;
}

// A key of its own for each thing done: sent again after a lost answer, it is done once.
function idempotencyKey() {
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const AGAIN_MS = [300, 1000];

// What is written to one address goes out in the order in which it was done: one that has to be sent again does not undo the next.
const lanes = new Map();

function inTurn(path, go) {
	const mine = (lanes.get(path) || Promise.resolve()).then(go);
	const over = mine.catch(() => null).then(() => lanes.get(path) === over && lanes.delete(path));
	lanes.set(path, over);
	return mine;
}

export function send(method, path, body = {}) {
	return inTurn(path, () => deliver(method, path, 'application/json', JSON.stringify(body)));
}

// A body that is no JSON: a spreadsheet, say.
export function sendRaw(path, query, type, text) {
	return deliver('POST', address(path, query), type, text);
}

async function deliver(method, path, type, body) {
	changes++;
	const options = {
		method,
		headers: {
			'Accept-Language': language(),
			Accept: 'application/json',
			'Content-Type': type,
			'Tributary-Page': '1',
			'Idempotency-Key': idempotencyKey(),
		},
		body,
	};
	for (let attempt = 0; ; attempt++) {
		try {
			const done = await read(await fetchBody(path, options));
			changes++;
			return done;
		} catch (problem) {
			const worth = problem.status === 0 || problem.status === 503;
			if (!worth || attempt === AGAIN_MS.length)
				throw problem;
			await new Promise((done) => setTimeout(done, AGAIN_MS[attempt]));
		}
	}
}
