// Photos and papers of a record: which there are, how much of each is here and above, and one more from this machine.
import { html, useState } from '../shared/view.js';
import { Failure } from '../shared/failure.js';
import { fetchFile } from '../shared/file.js';
import { number } from '../shared/format.js';
import { say } from '../shared/message.js';
import { useResource } from '../shared/resource.js';
import { State } from '../shared/state.js';
import { t } from '../shared/text.js';
import { FileField } from './filefield.js';
import { write } from './write.js';

const UNITS = ['B', 'KB', 'MB'];

export function bytesText(bytes) {
	let size = bytes;
	let unit = 0;
	while (size >= 1024 && unit + 1 < UNITS.length) {
		size /= 1024;
		unit++;
	}
	return `${number(Math.round(size * 10) / 10)} ${UNITS[unit]}`;
}

// How far it is, in words: whole here, still to be sent, or only named.
function standing(file) {
	if (!file)
		return null;
	if (file.state === 'away')
		return ['warn', t('PAGE_FILE_AWAY')];
	if (file.state === 'part')
		return ['note', t('PAGE_FILE_PART', number(file.here), number(file.pieces))];
	if (file.received < file.pieces)
		return ['note', t('PAGE_FILE_TO_SEND', number(file.pieces - file.received), number(file.pieces))];
	return ['good', t('PAGE_FILE_SENT')];
}

const named = (field, name, of = '') => `/records/${field.kind}/${field.record}/files/${field.field}${of}${name ? `?key=${encodeURIComponent(name)}` : ''}`;

function Line({ place, name, hash, files, writable, title, fail }) {
	const file = files.find((one) => one.file === hash);
	const far = standing(file);
	const drop = async () => {
		fail(null);
		await write('PUT', `/records/${place.kind}/${place.record}`, { fields: { [name ? `${place.field}[${name}]` : place.field]: null } }).catch(fail);
	};
	const want = async (back) => {
		fail(null);
		await write('POST', '/files/want', { kind: place.kind, record: place.record, field: place.field, withdraw: back }).catch(fail);
	};
	return html`<li class="row" data-file=${hash} data-state=${file ? file.state : ''}>
		<span class="small-picture">${file && file.picture && html`<img src=${`/api/v1${named(place, name, '/picture')}`} width="96" height="72" loading="lazy"
			alt=${t('PAGE_FILE_PICTURE_OF', name || title)} />`}</span>
		<span class="grow">${name || title} ${file && html`<span class="soft small">${bytesText(file.bytes)}</span>`}</span>
		${far && html`<${State} tone=${far[0]}>${far[1]}<//>`}
		${file && file.wanted && html`<${State} tone="note">${t('PAGE_FILE_WANTED')}<//>`}
		${file && file.state !== 'whole' && html`<button type="button" aria-label=${t(file.wanted ? 'PAGE_FILE_WANT_BACK_OF' : 'PAGE_FILE_WANT_OF', name || title)}
			onClick=${() => want(file.wanted)}>${t(file.wanted ? 'PAGE_FILE_WANT_BACK' : 'PAGE_FILE_WANT')}</button>`}
		<button type="button" disabled=${!file || file.state !== 'whole'} aria-label=${t('PAGE_FILE_OPEN_OF', name || title)}
			onClick=${() => fetchFile(named(place, name), name || title).catch(fail)}>${t('PAGE_FILE_OPEN')}</button>
		${writable && html`<button type="button" aria-label=${t('PAGE_REMOVE_OF', name || title)} onClick=${drop}>${t('PAGE_REMOVE')}</button>`}
	</li>`;
}

// A name that no other file of the record has: the second photo.jpg is "photo 2.jpg".
function free(name, taken) {
	const dot = name.lastIndexOf('.') > 0 ? name.lastIndexOf('.') : name.length;
	let one = name;
	for (let i = 2; taken.includes(one); i++)
		one = `${name.slice(0, dot)} ${i}${name.slice(dot)}`;
	return one;
}

export function Files({ kind, record, field, value, writable }) {
	const [problem, fail] = useState(null);
	const of = useResource('/files', { kind });
	const files = of.data ? of.data.files : [];
	const held = field.about.keyed ? Object.entries(value || {}) : value ? [['', value]] : [];
	const place = { kind, record, field: field.field };
	const address = (file) => named(place, field.about.keyed ? free(file.name.replace(/[[\]=]/g, '_'), held.map(([name]) => name)) : '');
	return html`<fieldset class="field files"><legend>${field.title}</legend>
		<ul class="plain">${held.map(([name, hash]) => html`<${Line} key=${name} place=${place} name=${name} hash=${hash} files=${files} writable=${writable} title=${field.title} fail=${fail} />`)}</ul>
		${held.length === 0 && html`<p class="soft">${t('PAGE_NONE')}</p>`}
		${writable && html`<${FileField} title=${t('PAGE_FILE_ADD')} label=${`${t('PAGE_FILE_ADD')} ${field.title}`} address=${address} done=${() => say(t('PAGE_FILE_ADDED'))} fail=${fail} />`}
		<${Failure} problem=${problem} />
	</fieldset>`;
}
