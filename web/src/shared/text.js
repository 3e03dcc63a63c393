// What the pages say: the programs' own catalogue, fetched once for each language.
const KEPT = 'tributary.language';
const LANGUAGES = ['zh-CN', 'en'];

let current = 'zh-CN';
let texts = {};

export function language() {
	return current;
}

export function languages() {
	return LANGUAGES;
}

// Chosen before, else the browser's, else Chinese.
function preferred() {
	const chosen = localStorage.getItem(KEPT);
	if (LANGUAGES.includes(chosen))
		return chosen;
	const first = (navigator.languages || [navigator.language || '']).find((tag) => /^(zh|en)/.test(tag));
	return first && first.startsWith('en') ? 'en' : 'zh-CN';
}

async function load(wanted) {
	const answer = await fetch(`/api/v1/text?lang=${wanted === 'en' ? 'en' : 'zh'}`, { credentials: 'same-origin' });
	if (!answer.ok)
		throw new Error(`text: ${answer.status}`);
	texts = (await answer.json()).text;
	current = wanted;
	document.documentElement.lang = wanted;
}

export async function begin() {
	await load(preferred());
}

export async function choose(wanted) {
	await load(wanted);
	localStorage.setItem(KEPT, wanted);
}

// %1 to %4 are put in place, as the programs do it.
export function t(name, ...args) {
	const text = texts[name];
	if (text === undefined)
		return name; // shows, and a test looks for it
	return text.replace(/%([1-4])/g, (_, place) => args[place - 1] ?? '');
}

export function has(name) {
	return texts[name] !== undefined;
}
