/** Verifies logs by public/verify.js: a JSON list of {folder, key, witnesses, past} on stdin, a list of outcomes on stdout. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Wrong, verify } from '../../public/verify.js';

const catalogue = JSON.parse(await readFile(new URL('../../public/verify.en.arb', import.meta.url), 'utf-8'));
const filled = ([code, values]) => catalogue[code].replace(/\{(\w+)\}/g, (_, name) => values[name]);

async function outcome({ folder, key, witnesses, past }) {
  try {
    const found = await verify({ read: (path) => readFile(join(folder, path)), key, witnesses, past });
    return { lines: found.lines.map(filled), note: found.note };
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    return { wrong: filled([error.code, error.values]), code: error.code };
  }
}

const outcomes = [];
for (const log of JSON.parse(await text(process.stdin))) outcomes.push(await outcome(log));
process.stdout.write(JSON.stringify(outcomes));
