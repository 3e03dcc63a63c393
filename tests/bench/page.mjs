// What the pages' servers take, over loopback: page.mjs board|clerk ADDRESS SIGN_IN PATHS.json [PAGES]
//
// board: so many pages are open, each with its stream of changes; then, several times, something is written and every page
// asks again for all that it shows. Told are, for each address: the time of the first answer after a change (nothing kept),
// as the server has it (Server-Timing) and as the page has it; and all the answers of all pages, which mostly are kept.
// clerk: the requests of the first screen, together, after a change.
// SIGN_IN is the body of POST /api/v1/session. What is written: a line on stdin lets the next round begin.
import http from "node:http";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const [role, address, signIn, list, pagesText = "100"] = process.argv.slice(2);
const pages = Number(pagesText), paths = JSON.parse(readFileSync(list, "utf8"));
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
				const timing = /dur=([0-9.]+)/.exec(answer.headers["server-timing"] ?? "");
				resolve({ status: answer.statusCode, headers: answer.headers, size, page: performance.now() - begun,
					server: timing ? Number(timing[1]) : NaN });
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

const most = numbers => Math.max(...numbers);
const at = (numbers, part) => numbers.slice().sort((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(part * numbers.length))];
const ms = number => number.toFixed(1).padStart(8);

const signedIn = await ask("POST", "/api/v1/session", { body: signIn });
if (signedIn.status !== 200) throw new Error(`sign-in: ${signedIn.status}`);
const cookie = signedIn.headers["set-cookie"][0].split(";")[0];

let changed = 0, settled = 0, wake = () => {};
const streams = [];
for (let i = 0; i < (role === "board" ? pages : 1); i++)
	streams.push(await listen(cookie, () => { changed++; wake(); }));

const cold = new Map(paths.map(path => [path, []])), bursts = [], servers = [], delays = [];
const rounds = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
console.log("ready");
for (let round = await rounds.next(); !round.done; round = await rounds.next()) {
	// The change was written when the line was; it is told to all pages.
	const written = Number(round.value), before = settled;
	// It may have been told already when the line came.
	while (changed === before && Date.now() - written < 2000) await new Promise(resolve => { wake = resolve; setTimeout(resolve, 50); });
	delays.push(Date.now() - written);
	for (const path of paths) {
		const answer = await ask("GET", path, { cookie });
		if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`);
		cold.get(path).push(answer);
	}
	const begun = performance.now();
	const answers = await Promise.all(Array.from({ length: role === "board" ? pages : 1 }, async () => {
		const all = [];
		if (role === "board")
			for (const path of paths) all.push(await ask("GET", path, { cookie }));
		else
			all.push(...await Promise.all(paths.map(path => ask("GET", path, { cookie }))));
		return all;
	}));
	bursts.push(performance.now() - begun);
	servers.push(...answers.flat().map(answer => answer.server));
	settled = changed;
	console.log("done");
}
const rows = [...cold].map(([path, answers]) => ({ path, bytes: answers[0].size, median: at(answers.map(a => a.server), 0.5),
	worst: most(answers.map(a => a.server)), page: at(answers.map(a => a.page), 0.5) }));
console.error("| address | bytes | server, median ms | worst ms | page, median ms |\n|---|---|---|---|---|");
for (const row of rows) console.error(`| ${row.path} | ${row.bytes} | ${ms(row.median)} | ${ms(row.worst)} | ${ms(row.page)} |`);
console.error(`\nall pages at once: ${servers.length} answers, at the server median ${ms(at(servers, 0.5))} ms, 99 of 100 within ${ms(at(servers, 0.99))} ms, ` +
	`worst ${ms(most(servers))} ms; a page had all of its own after ${ms(at(bursts, 0.5))} ms; a change was told within ${most(delays)} ms`);
for (const stream of streams) stream.destroy();
agent.destroy();
process.exit(process.env.SMOKE || rows.every(row => row.median < (role === "board" ? 20 : 300)) ? 0 : 1);
