// What the pages' servers take, over loopback: page.mjs board|clerk ADDRESS SIGN_IN PATHS.json [PAGES]
//
// board: so many pages are open, each with its stream of changes; then, several times, something is written and every page
// asks again for all that it shows. Told are, for each address: its bytes; of the first answer after a change, for which
// nothing is kept, the processor's time and the time that passed, both as the server has them (Server-Timing); and how long
// all the answers of all pages took, which mostly are kept.
// What is made in turns (proof files; web/feed) tells behind its body what all of it and the longest turn took: that turn stands for it.
// When PROOFS names such addresses, they are taken one after another at the end, and told is how long small answers wait beside them.
// clerk: the requests of the first screen, together, after a change.
// SIGN_IN is the body of POST /api/v1/session. What is written: a line on stdin lets the next round begin.
// Exit code 1: an answer took BOUND ms (20) of the processor, or more.
import http from "node:http";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const [role, address, signIn, list, pagesText = "100"] = process.argv.slice(2);
const pages = role === "board" ? Number(pagesText) : 1, paths = JSON.parse(readFileSync(list, "utf8"));
const bound = Number(process.env.BOUND || 20);
const agent = new http.Agent({ keepAlive: true, maxSockets: pages });
const base = new URL(address);

function ask(method, path, { cookie, body } = {}) {
	return new Promise((resolve, reject) => {
		const headers = { "Tributary-Page": "1", "Accept-Language": "zh" };
		if (cookie) headers.Cookie = cookie;
		if (body) headers["Content-Type"] = "application/json";
		const begun = performance.now();
		const request = http.request({ host: base.hostname, port: base.port, method, path, headers, agent }, answer => {
			let size = 0;
			answer.on("data", part => { size += part.length; });
			answer.on("end", () => {
				const timing = /app;dur=([0-9.]+), cpu;dur=([0-9.]+)/.exec(answer.headers["server-timing"] ?? "");
				const turns = /cpu;dur=([0-9.]+), turn;dur=([0-9.]+)/.exec(answer.trailers["server-timing"] ?? "");
				const processor = timing ? Number(timing[2]) : NaN;
				resolve({ status: answer.statusCode, headers: answer.headers, size, page: performance.now() - begun, whole: turns ? Number(turns[1]) : processor,
					server: timing ? Number(timing[1]) : NaN, processor: turns ? Math.max(processor, Number(turns[2])) : processor });
			});
		});
		request.on("error", reject);
		request.end(body);
	});
}

function listen(cookie, told) {
	return new Promise((resolve, reject) => {
		const request = http.request({ host: base.hostname, port: base.port, path: "/api/v1/events", headers: { Cookie: cookie } }, answer => {
			let text = "";
			answer.setEncoding("utf8");
			answer.on("data", part => {
				text += part;
				if (text.includes("event: hello")) resolve(request);
				if (text.includes("event: changed")) told();
				text = text.slice(text.lastIndexOf("\n\n") + 2);
			});
		});
		request.on("error", reject);
		request.end();
	});
}

const most = numbers => numbers.reduce((a, b) => Math.max(a, b), 0);
const at = (numbers, part) => numbers.slice().sort((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(part * numbers.length))];
const ms = number => number.toFixed(1);

const signedIn = await ask("POST", "/api/v1/session", { body: signIn });
if (signedIn.status !== 200) throw new Error(`sign-in: ${signedIn.status}`);
const cookie = signedIn.headers["set-cookie"][0].split(";")[0];

let changed = 0, settled = 0, wake = () => {};
const streams = [];
for (let i = 0; i < pages; i++)
	streams.push(await listen(cookie, () => { changed++; wake(); }));

const answers = new Map(paths.map(path => [path, { first: [], all: [] }])), bursts = [], delays = [];
async function get(path, kind) {
	const answer = await ask("GET", path, { cookie });
	if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`);
	answers.get(path)[kind].push(answer);
}

// The change was written when the line was; it is told to all pages, and may have been told already when the line came.
async function hear(written) {
	const before = settled;
	while (changed === before && Date.now() - written < 2000) await new Promise(resolve => { wake = resolve; setTimeout(resolve, 50); });
	delays.push(Date.now() - written);
}

const rounds = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
console.log("ready");
for (let round = await rounds.next(); !round.done; round = await rounds.next()) {
	await hear(Number(round.value));
	for (const path of paths) await get(path, "first");
	const begun = performance.now();
	await Promise.all(Array.from({ length: pages }, async () => {
		if (role === "board")
			for (const path of paths) await get(path, "all");
		else
			await Promise.all(paths.map(path => get(path, "all")));
	}));
	bursts.push(performance.now() - begun);
	settled = changed;
	console.log("done");
}

const of = (list, what) => list.map(one => one[what]);
const rows = paths.map(path => {
	const { first, all } = answers.get(path);
	return { path, bytes: first[0].size, worst: most(of(first, "processor")), cells: [ms(at(of(first, "processor"), 0.5)), ms(at(of(first, "processor"), 0.99)),
		ms(most(of(first, "processor"))), ms(at(of(first, "server"), 0.5)), ms(at(of(first, "server"), 0.99)), ms(most(of(first, "server"))), ms(at(of(first, "page"), 0.5)),
		ms(at(of(all, "server"), 0.5)), ms(at(of(all, "server"), 0.99)), ms(most(of(all, "server")))] };
});
console.error("| address | bytes | processor ms: p50 | p99 | worst | at the server ms: p50 | p99 | worst | as the page has it: p50 | kept, ms: p50 | p99 | worst |");
console.error("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
for (const row of rows) console.error(`| ${row.worst < bound ? row.path : `**${row.path}**`} | ${row.bytes} | ${row.cells.join(" | ")} |`);
const everything = [...answers.values()].flatMap(one => [...one.first, ...one.all]);
const server = of(everything, "server"), processor = of(everything, "processor");
console.error(`\n${everything.length} answers to ${pages} pages. At the server: p50 ${ms(at(server, 0.5))} ms, p99 ${ms(at(server, 0.99))} ms, worst ${ms(most(server))} ms; ` +
	`of the processor: p50 ${ms(at(processor, 0.5))} ms, p99 ${ms(at(processor, 0.99))} ms, worst ${ms(most(processor))} ms. ` +
	`All pages had all of theirs after ${ms(at(bursts, 0.5))} ms; a change was told within ${most(delays)} ms.`);
const slow = rows.filter(row => !(row.worst < bound));
if (slow.length) console.error(`\n${bound} ms of the processor or more: ${slow.map(row => row.path).join(", ")}`);
const proofs = JSON.parse(process.env.PROOFS || "[]");
if (proofs.length) {
	const small = paths.find(path => path.includes("status")) ?? paths[0];
	let over = false;
	const waits = async () => {
		const all = [];
		for (let i = 0; i < 100 || (proofs.length && !over); i++) all.push((await ask("GET", small, { cookie })).page);
		return all;
	};
	over = true;
	const alone = await waits();
	over = false;
	const beside = waits(), files = [];
	for (const path of proofs) files.push(await ask("GET", path, { cookie }));
	over = true;
	const both = await beside;
	console.error(`\n${files.length} proof files of ${files[0].size} bytes: ${ms(at(of(files, "whole"), 0.5))} ms of the processor each, the longest turn ` +
		`${ms(most(of(files, "processor")))} ms; there after ${ms(at(of(files, "page"), 0.5))} ms. ${small} meanwhile: p50 ${ms(at(both, 0.5))} ms, p99 ${ms(at(both, 0.99))} ms, ` +
		`worst ${ms(most(both))} ms of ${both.length} (alone: p50 ${ms(at(alone, 0.5))} ms, p99 ${ms(at(alone, 0.99))} ms, worst ${ms(most(alone))} ms).`);
	if (files.some(file => file.status !== 200 || !(file.processor < bound))) slow.push({ path: "proof files" });
}
for (const stream of streams) stream.destroy();
agent.destroy();
process.exit(slow.length ? 1 : 0);
