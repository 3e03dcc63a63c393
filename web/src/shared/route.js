// Where the reader is, kept behind the # of the address: #/ledger/member?search=wgl
import { useEffect, useMemo, useState } from './view.js';

export function parse(hash) {
	const [path, query = ''] = hash.replace(/^#/, '').split('?');
	return {
		path: path.split('/').filter(Boolean).map(decodeURIComponent),
		query: Object.fromEntries(new URLSearchParams(query)),
	};
}

export function link(path, query = {}) {
	const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '');
	const text = new URLSearchParams(given).toString();
	return '#/' + path.map(encodeURIComponent).join('/') + (text ? '?' + text : '');
}

export function go(path, query) {
	location.hash = link(path, query);
}

// The same page with another query, without a step in the history.
export function refine(path, query) {
	history.replaceState(null, '', link(path, query));
	window.dispatchEvent(new HashChangeEvent('hashchange'));
}

export function useRoute() {
	const [hash, set] = useState(location.hash);
	useEffect(() => {
		const follow = () => set(location.hash);
		window.addEventListener('hashchange', follow);
		follow(); // it may have changed between the first drawing and now
		return () => window.removeEventListener('hashchange', follow);
	}, []);
	return useMemo(() => parse(hash), [hash]);
}
