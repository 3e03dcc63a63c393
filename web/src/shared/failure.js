// What went wrong, in the program's own words: what, where, why, and what to do about it.
import { html } from './view.js';
import { t } from './text.js';

// What the command line would have to be told is of no use to who clicks.
export function ofCommands(text) {
	return /--[a-z]|tributaryd? |-C /.test(text);
}

// Chinese sentences follow each other without a blank.
export function sentence(problem) {
	if (problem.away)
		return t('PAGE_PROGRAM_AWAY');
	if (!problem.what)
		return t('PAGE_UNKNOWN_FAILURE', problem.message || '');
	const parts = [problem.what, problem.where, problem.why].filter(Boolean);
	const said = parts.filter((part, i) => !parts.slice(0, i).some((before) => before.includes(part)));
	return said.join(t('PAGE_COLON')) + (problem.remedy && !ofCommands(problem.remedy) ? t('PAGE_SEMICOLON') + problem.remedy : '');
}

export function Failure({ problem, retry }) {
	if (!problem)
		return null;
	return html`<div class="say bad" role="alert">
		<span aria-hidden="true">✕ </span>${sentence(problem)}
		${retry && html` <button type="button" class="linkish" onClick=${retry}>${t('PAGE_RETRY')}</button>`}
	</div>`;
}

// The three ways in which something read can stand.
export function Reading({ of, children }) {
	if (of.data)
		return html`<${Failure} problem=${of.problem} retry=${of.reload} />${children(of.data)}`;
	if (of.problem)
		return html`<${Failure} problem=${of.problem} retry=${of.reload} />`;
	return html`<p class="soft busy" role="status">${t('PAGE_READING')}</p>`;
}
