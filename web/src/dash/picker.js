// Choosing the period and the boundaries in which its figures are read.
import { html } from '../shared/view.js';
import { t } from '../shared/text.js';
import * as format from '../shared/format.js';
import { goTo, usePlace } from './place.js';
import { read, write } from './period.js';

const LENGTHS = [
	['month', 1, 'PAGE_BOARD_MONTH'],
	['quarter', 3, 'PAGE_BOARD_QUARTER'],
	['half', 6, 'PAGE_BOARD_HALF'],
	['year', 12, 'PAGE_BOARD_YEAR'],
];

function years(chosen) {
	const now = new Date().getFullYear();
	const first = Math.min(chosen, now - 9);
	return Array.from({ length: Math.max(chosen, now + 1) - first + 1 }, (_, i) => first + i).reverse();
}

function parts(year, months) {
	return Array.from({ length: 12 / months }, (_, i) => write(year * 12 + i * months, months));
}

// "2026H1" in words; format.period knows the others.
export function periodText(text) {
	const half = /^(\d{4})H([12])$/.exec(text || '');
	return half ? t(half[2] === '1' ? 'PAGE_BOARD_FIRST_HALF' : 'PAGE_BOARD_SECOND_HALF', half[1]) : format.period(text);
}

export function PeriodPicker() {
	const place = usePlace();
	const period = read(place.period) || read(`${new Date().getFullYear()}`);
	const go = (first, months) => goTo(place, { period: write(first, months) });
	const lengthen = (event) => {
		const months = Number(event.target.value);
		const last = period.first + period.months - 1;
		go(last - (last % months), months);
	};
	const turn = (event) => go(Number(event.target.value) * 12 + (period.first % 12), period.months);
	return html`<div class="picker row" role="group" aria-label=${t('HEAD_PERIOD')}>
		<label><span class="unseen">${t('PAGE_BOARD_LENGTH')}</span>
			<select value=${period.months} onChange=${lengthen}>
				${LENGTHS.map(([name, months, text]) => html`<option key=${name} value=${months}>${t(text)}</option>`)}
			</select></label>
		<label><span class="unseen">${t('PAGE_BOARD_YEAR')}</span>
			<select value=${period.year} onChange=${turn}>
				${years(period.year).map((year) => html`<option key=${year} value=${year}>${format.period(String(year))}</option>`)}
			</select></label>
		${period.months < 12 && html`<label><span class="unseen">${t('HEAD_PERIOD')}</span>
			<select value=${place.period} onChange=${(event) => goTo(place, { period: event.target.value })}>
				${parts(period.year, period.months).map((one) => html`<option key=${one} value=${one}>${periodText(one)}</option>`)}
			</select></label>`}
		<span class="steps">
			<button type="button" aria-label=${t('PAGE_BOARD_PERIOD_BEFORE')} onClick=${() => go(period.first - period.months, period.months)}>‹</button>
			<button type="button" aria-label=${t('PAGE_BOARD_PERIOD_AFTER')} onClick=${() => go(period.first + period.months, period.months)}>›</button>
		</span>
	</div>`;
}

export function TreePicker() {
	const place = usePlace();
	const dated = /^\d{4}-\d{2}-\d{2}$/.test(place.tree);
	const choose = (event) => goTo(place, { tree: event.target.value === 'day' ? new Date().toISOString().slice(0, 10) : event.target.value });
	return html`<div class="picker row" role="group" aria-label=${t('PAGE_BOARD_TREE')}>
		<label><span class="unseen">${t('PAGE_BOARD_TREE')}</span>
			<select value=${dated ? 'day' : place.tree} onChange=${choose}>
				<option value="then">${t('PAGE_BOARD_TREE_THEN')}</option>
				<option value="today">${t('PAGE_BOARD_TREE_TODAY')}</option>
				<option value="day">${t('PAGE_BOARD_TREE_DAY')}</option>
			</select></label>
		${dated && html`<label><span class="unseen">${t('HEAD_DAY')}</span>
			<input type="date" value=${place.tree} onChange=${(event) => event.target.value && goTo(place, { tree: event.target.value })} /></label>`}
	</div>`;
}
