// Builds one page: node build.mjs SOURCE PAGE OUT
// Bundles SOURCE/src/PAGE/main.js and main.css into OUT/, names them by what is in them, and writes OUT/index.html
// from SOURCE/src/PAGE/index.html. OUT.json lists the files with their sizes, as they are and compressed.
// Packages are looked for under the working directory, so that nothing is ever written beside the sources.
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const [source, page, out] = process.argv.slice(2);
const require = createRequire(path.join(process.cwd(), 'package.json'));
const esbuild = require('esbuild');

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

// fflate unpacks large files in workers that it makes of text, which the pages' policy forbids: here it does so by itself.
const unpacking = {
	name: 'unpacking',
	setup(build) {
		build.onResolve({ filter: /^fflate$/ }, (args) => (args.importer.endsWith('unzip.js') ? null : { path: path.join(source, 'src/shared/unzip.js') }));
	},
};

const result = await esbuild.build({
	plugins: [unpacking],
	entryPoints: [path.join(source, 'src', page, 'main.js'), path.join(source, 'src', page, 'main.css')],
	outdir: out,
	bundle: true,
	splitting: true,
	format: 'esm',
	target: ['es2020', 'chrome87', 'firefox78'],
	minify: true,
	charset: 'utf8',
	legalComments: 'none',
	entryNames: '[name]-[hash]',
	chunkNames: 'part-[hash]',
	nodePaths: [path.join(process.cwd(), 'node_modules')],
	define: { 'process.env.NODE_ENV': '"production"' },
	metafile: true,
	logLevel: 'warning',
}).catch(() => process.exit(1)); // esbuild has said why

// The two files that the page begins with, by the ends of their names.
const outputs = Object.entries(result.metafile.outputs);
const entry = (end) => {
	const found = outputs.find(([file, about]) => about.entryPoint && file.endsWith(end));
	if (!found)
		throw new Error(`nothing was built that ends in ${end}`);
	return '/' + path.basename(found[0]);
};

const html = readFileSync(path.join(source, 'src', page, 'index.html'), 'utf8')
	.replace('/main.js', entry('.js'))
	.replace('/main.css', entry('.css'));
writeFileSync(path.join(out, 'index.html'), html);

const files = readdirSync(out).sort().map((name) => {
	const bytes = readFileSync(path.join(out, name));
	return { path: '/' + name, size: bytes.length, compressed: gzipSync(bytes, { level: 9 }).length };
});
writeFileSync(out + '.json', JSON.stringify(files, null, '\t') + '\n');
