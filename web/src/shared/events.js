// What changes at the program, as it happens: one EventSource for the whole page, which the browser itself
// opens again with Last-Event-ID. After a gap everything that is shown is asked for again.
const listeners = new Set();
let source = null;
let broken = false;

function tell(kind, data) {
	for (const listener of listeners)
		listener(kind, data);
}

function parse(event) {
	try {
		return JSON.parse(event.data);
	} catch {
		return {};
	}
}

export function connect(kinds) {
	if (source)
		return;
	source = new EventSource('/api/v1/events', { withCredentials: true });
	source.onopen = () => {
		if (broken)
			tell('changed', {});
		broken = false;
		tell('connection', { open: true });
	};
	source.onerror = () => {
		broken = true;
		tell('connection', { open: false });
		// The browser gives up after an answer that is not a stream: begun anew here.
		if (source.readyState === EventSource.CLOSED) {
			source = null;
			setTimeout(() => connect(kinds), 3000);
		}
	};
	for (const kind of kinds)
		source.addEventListener(kind, (event) => tell(kind, parse(event)));
}

// listener(kind, data); gives the function that ends it.
export function listen(listener) {
	listeners.add(listener);
	return () => listeners.delete(listener);
}
