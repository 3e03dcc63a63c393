// The steps of a record with a workflow: where it stands, what may be done next, and what is missing for it.
import { html, useState } from '../shared/view.js';
import { sentence } from '../shared/failure.js';
import { say } from '../shared/message.js';
import { day, moment } from '../shared/format.js';
import { useResource } from '../shared/resource.js';
import { State } from '../shared/state.js';
import { t } from '../shared/text.js';
import { write } from './write.js';

export function Moves({ kind, record, fields }) {
	const of = useResource(`/records/${kind}/${record}/moves`);
	const [busy, work] = useState(false);
	if (!of.data)
		return null;
	const { state, until, moves, history } = of.data;
	const title = (name) => fields.flatMap((field) => field.about.options || []).find((option) => option.name === name)?.title || name;
	const move = async (name) => {
		work(true);
		try {
			await write('POST', `/records/${kind}/${record}/moves`, { move: name });
			say(t('PAGE_MOVED'));
		} catch (problem) {
			say(sentence(problem), 'bad');
		} finally {
			work(false);
		}
	};
	return html`<section class="box stack">
		<h2>${t('PAGE_STEPS')} <${State} tone="note">${title(state)}<//></h2>
		${until && html`<p class="soft">${t('PAGE_UNTIL', day(until))}</p>`}
		<ul class="plain">${moves.map((one) => html`<li class="row" key=${one.move}>
			<button type="button" disabled=${busy || !one.possible} onClick=${() => move(one.move)}>${one.title || title(one.to)}</button>
			<span class="soft small">${one.missing || ''}</span>
		</li>`)}</ul>
		${history.length > 0 && html`<details><summary>${t('PAGE_HISTORY')}</summary>
			<ul>${history.map((one, i) => html`<li key=${i}>${moment(one.time)} · ${title(one.state)} · ${one.device}</li>`)}</ul></details>`}
	</section>`;
}
