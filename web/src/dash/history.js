// What the unit was, since when, and by whose word.
import { html } from '../shared/view.js';
import { t, has } from '../shared/text.js';
import * as format from '../shared/format.js';
import { useResource } from '../shared/resource.js';
import { Reading } from '../shared/failure.js';
import { usePack } from './pack.js';
import { usePlace } from './place.js';
import { Sheet } from './sheet.js';

const changeText = (name) => (has(`PAGE_BOARD_CHANGE_${name.toUpperCase()}`) ? t(`PAGE_BOARD_CHANGE_${name.toUpperCase()}`) : name);

export function History({ unit }) {
	const place = usePlace();
	const pack = usePack();
	const found = useResource(`/units/${encodeURIComponent(place.unit)}/history`);
	const columns = [
		{ key: 'from', title: t('HEAD_TREE_EFFECTIVE'), order: (row) => row.from, text: (row) => format.day(row.from) },
		{ key: 'change', title: t('HEAD_TREE_CHANGE'), text: (row) => changeText(row.change) },
		{ key: 'to', title: t('HEAD_TREE_TO'), text: (row) => row.to || '' },
		{ key: 'announced', title: t('HEAD_TREE_ANNOUNCED'), text: (row) => t(row.announced ? 'PAGE_BOARD_YES' : 'PAGE_BOARD_NO') },
		{ key: 'by', title: t('HEAD_TREE_STATED_BY'), text: (row) => row.by || '' },
		{ key: 'entry', title: t('HEAD_TREE_ENTRY'), text: (row) => row.entry || '', cell: (row) => html`<code class="hash">${row.entry}</code>` },
	];
	return html`<div class="stack">
		<section class="box"><h2>${unit.name}</h2><dl class="facts">
			<dt>${t('HEAD_KIND')}</dt><dd>${pack.unitKind(unit.kind)}</dd>
			<dt>${t('HEAD_CODE')}</dt><dd>${unit.code || '–'}</dd>
			<dt>${t('HEAD_PATH')}</dt><dd>${unit.path}</dd>
			<dt>${t('HEAD_SINCE')}</dt><dd>${format.day(unit.since)}</dd>
			${unit.closed && html`<dt>${t('HEAD_CLOSED')}</dt><dd>${format.day(unit.closed)}</dd>`}
			<dt>${t('HEAD_CHILDREN')}</dt><dd>${format.number(unit.children)}</dd>
			<dt>${t('HEAD_DEVICES')}</dt><dd>${format.number(unit.devices)}</dd>
		</dl></section>
		<${Reading} of=${found}>${(data) => html`<${Sheet} caption=${t('PAGE_BOARD_HISTORY')} columns=${columns} rows=${data.history} />`}<//>
	</div>`;
}
