/** The page around verify.js: its form, its texts in two languages, and the checkpoint that it keeps for the next time. */
import { Wrong, verify } from './verify.js';

const LANGUAGES = ['fr', 'en'];
const element = (id) => document.getElementById(id);
const form = element('form');
const outcome = element('outcome');
const progress = element('progress');
const catalogues = {};
let language = LANGUAGES.includes(localStorage.getItem('language')) ? localStorage.getItem('language') : LANGUAGES[0];
let shown = null; // what the outcome says, as keys of the catalogue

/** A text of the catalogue; in French with decimal commas, and no line break before its signs. */
function translate(key, values = {}) {
  const text = catalogues[language][key].replace(/\{(\w+)\}/g, (_, name) => {
    const value = String(values[name]);
    return language === 'fr' && /^[+-]?\d+\.\d+$/.test(value) ? value.replace('.', ',') : value;
  });
  return language === 'fr' ? text.replace(/ ([:;%])/g, '\u00a0$1') : text;
}

function render() {
  document.documentElement.lang = language;
  document.title = translate('title');
  for (const each of document.querySelectorAll('[data-text]')) each.textContent = translate(each.dataset.text);
  for (const each of document.querySelectorAll('[data-label]')) each.ariaLabel = translate(each.dataset.label);
  for (const each of document.querySelectorAll('[data-language]')) each.ariaPressed = String(each.dataset.language === language);
  outcome.classList.toggle('wrong', Boolean(shown?.wrong));
  outcome.replaceChildren(...(shown ? [heading(shown.title), ...shown.body.map(paragraph)] : []));
}

function heading(key) {
  const title = document.createElement('h2');
  title.textContent = translate(key);
  return title;
}

function paragraph(texts) {
  if (typeof texts[0] === 'string') {
    const line = document.createElement('p');
    line.textContent = translate(...texts);
    return line;
  }
  const list = document.createElement('ul');
  for (const text of texts) {
    const item = document.createElement('li');
    item.textContent = translate(...text);
    list.append(item);
  }
  return list;
}

function show(next) {
  shown = next;
  render();
}

/** Reads files of a log below an address; those that never change may come from the cache. */
function reader(address) {
  const base = address.replace(/\/+$/, '');
  return async (path) => {
    const cache = path.startsWith('tile/') ? 'default' : 'no-cache';
    const response = await fetch(`${base}/${path}`, { cache, credentials: 'omit' });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  };
}

async function run() {
  const key = element('key').value.trim();
  const witnesses = element('witnesses').value.split(/\s+/).filter(Boolean);
  const kept = `checkpoint ${key}`;
  const older = localStorage.getItem(kept);
  const advance = (done, size) => {
    progress.max = size;
    progress.value = done;
  };
  try {
    const read = reader(element('address').value.trim());
    const found = await verify({ read, key, witnesses, past: older === null ? [] : [older], progress: advance });
    localStorage.setItem(kept, found.note);
    localStorage.setItem('key', key);
    show({ title: 'true_record', body: [found.lines, [older === null ? 'first_time' : 'extended']] });
  } catch (error) {
    if (error instanceof Wrong) {
      const title = ['unreadable', 'key_id'].includes(error.code) ? 'not_verified' : 'wrong_record';
      show({ title, wrong: true, body: [[error.code, error.values]] });
    } else if (error.name === 'NotSupportedError' || crypto.subtle === undefined) {
      show({ title: 'not_verified', wrong: true, body: [['unsupported']] });
    } else {
      throw error;
    }
  }
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  element('start').disabled = true;
  progress.hidden = false;
  progress.removeAttribute('value');
  show({ title: 'reading', body: [] });
  try {
    await run();
  } finally {
    element('start').disabled = false;
    progress.hidden = true;
    outcome.focus();
  }
});

element('languages').addEventListener('click', ({ target }) => {
  if (!target.dataset.language) return;
  language = target.dataset.language;
  localStorage.setItem('language', language);
  render();
});

/** The key that is published beside a record, which is the only one that a first visitor may have. */
async function publishedKey(address) {
  try {
    const [first] = new TextDecoder().decode(await reader(address)('keys')).split('\n');
    return first;
  } catch {
    return '';
  }
}

/** A link may carry what to verify behind `#`: record, key and, once for each, witness. */
const given = new URLSearchParams(location.hash.slice(1));
element('address').value = given.get('record') ?? '/record';
element('key').value = given.get('key') ?? localStorage.getItem('key') ?? (await publishedKey(element('address').value));
element('witnesses').value = given.getAll('witness').join('\n');
await Promise.all(
  LANGUAGES.map(async (each) => {
    catalogues[each] = await (await fetch(`verify.${each}.arb`)).json();
  }),
);
render();
