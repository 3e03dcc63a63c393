// fflate's unzip() without its workers (tools/build.mjs puts it in the place of the package's own).
import { unzipSync } from 'fflate';

export { strFromU8, unzipSync, zipSync } from 'fflate';

// unzip(data, done) or unzip(data, options, done)
export function unzip(data, ...rest) {
	const done = rest.pop();
	try {
		done(null, unzipSync(data, rest[0]));
	} catch (problem) {
		done(problem, null);
	}
	return () => {};
}
