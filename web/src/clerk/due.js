// One thing that is due: what, how much of it, until when, and a way to where it is done.
import { html } from '../shared/view.js';
import { day, number, period as periodText } from '../shared/format.js';
import { link } from '../shared/route.js';
import { State } from '../shared/state.js';
import { has, t } from '../shared/text.js';
import { useTitles } from './titles.js';

const TONES = { met: 'good', open: 'warn', over: 'bad' };

function where(cadence, period) {
	if (!cadence || !cadence.kind)
		return null;
	const preset = cadence.field ? { [cadence.field]: cadence.option } : {};
	return { list: link(['ledger', cadence.kind], { period }), fresh: link(['ledger', cadence.kind, 'new'], preset) };
}

export function DueLine({ due }) {
	const titles = useTitles();
	const cadence = (titles.all.cadences || {})[due.cadence];
	const to = where(cadence, due.period);
	const notice = `PAGE_${due.cadence.toUpperCase().replace(/-/g, '_')}`;
	const title = cadence ? cadence.title : has(notice) ? t(notice) : due.cadence;
	return html`<li class="due">
		<span class="grow">${to ? html`<a href=${to.list}>${title}</a>` : title} <span class="soft small">${periodText(due.period)}</span>
			${due.in_a_row > 1 && html` <span class="bad-text small">${t('PAGE_MISSED_IN_A_ROW', number(due.in_a_row))}</span>`}</span>
		<span class="soft small">${t('PAGE_DUE_DONE', number(due.done), number(due.at_least))} · ${t('PAGE_DUE_UNTIL', day(due.until))}</span>
		<${State} tone=${TONES[due.state]}>${t(`PAGE_DUE_${due.state.toUpperCase()}`)}<//>
		${to && due.state !== 'met' && html`<a class="button" href=${to.fresh} aria-label=${t('PAGE_DUE_ADD', title)}>${t('PAGE_ADD')}</a>`}
	</li>`;
}
