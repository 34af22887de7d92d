/**
 * Verifies a record in the browser: the same checks as verify.py, in the same order.
 *
 * The log follows C2SP tlog-tiles, tlog-checkpoint and tlog-cosignature (https://c2sp.org) with the hashes of RFC 6962.
 * It needs Web Crypto with Ed25519 and nothing else, and shares no code with the product.
 */

const AHEAD = 8; // files that are requested before they are needed
const WIDTH = 256;
const LATEST = 2 ** 37;
const CLOCKS = 300; // seconds by which a witness's clock may differ
const RECENT = 3; // last entries of picks that may still be hidden, and since which results may not be settled yet
const DAY = 86_400_000;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const TIME = /^"[12]\d{3}(-\d\d){2}T(?!24)(\d\d:){2}\d\d\.\d{6}Z"$/;
const INTEGER = /^\d+$/;
const HASH = /^"[0-9a-f]{64}"$/;
const SHARE = /^"[01]\.\d{6}"$/;
const NUMBER = /^"-?\d{1,9}\.\d{2,6}"$/;
const WORD = /^"[a-z0-9_]+"$/;
/** The forms of members of entries, in canonical JSON. */
const FORMS = {
  type: WORD,
  at: TIME,
  kick_off: TIME,
  match: INTEGER,
  of: INTEGER,
  rank: INTEGER,
  commitment: HASH,
  salt: HASH,
  home: SHARE,
  draw: SHARE,
  away: SHARE,
  fair_probability: SHARE,
  at_risk: SHARE,
  closing_line_value: NUMBER,
  profit: NUMBER,
  price: NUMBER,
  line: NUMBER,
  market: WORD,
  outcome: WORD,
  result: WORD,
  goals: /^(null|\[\d+,\d+\])$/,
  score: /^(null|"\d+-\d+")$/,
  matches: /^\[.*\]$/s,
  commitments: /^\[("[0-9a-f]{64}",?)*\]$/,
};
/** What is read of entries that others follow from, in the order in which it is checked. */
const STATES = {
  result: ['goals', 'kick_off'],
  settlement: ['result', 'score', 'profit'],
  closing: ['fair_probability', 'at_risk', 'closing_line_value'],
};
const PICK = ['kick_off', 'match', 'market', 'outcome', 'line', 'price'];
const SIDES = { home: 1n, over: 1n, draw: 0n };
/** Results by the share of the stake that is won, or lost, in millionths. */
const RESULTS = { 1_000_000: 'won', 500_000: 'half_won', 0: 'push', '-500000': 'half_lost' };

/** The first thing that is wrong: a key of the catalogue with its values. */
export class Wrong extends Error {
  constructor(code, values = {}) {
    super(`${code} ${JSON.stringify(values)}`);
    this.code = code;
    this.values = values;
  }
}

class Malformed extends Error {}

const need = (holds, code, values) => {
  if (!holds) throw new Wrong(code, values);
};

/** Runs a step; what it cannot read is named. */
async function step(code, values, run) {
  try {
    return await run();
  } catch (error) {
    if (error instanceof Malformed || error instanceof RangeError) throw new Wrong(code, values);
    throw error;
  }
}

function fail() {
  throw new Malformed();
}

const encoder = new TextEncoder();

function encoded(text) {
  return text.isWellFormed() ? encoder.encode(text) : fail();
}

function decoded(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return fail();
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return fail();
  }
}

function fromBase64(text) {
  return BASE64.test(text) ? Uint8Array.from(atob(text), (each) => each.charCodeAt(0)) : fail();
}

const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes));
const toHex = (bytes) => Array.from(bytes, (each) => each.toString(16).padStart(2, '0')).join('');
const fromHex = (text) => Uint8Array.from(text.match(/../g), (each) => parseInt(each, 16));
const same = (a, b) => a.length === b.length && a.every((each, i) => each === b[i]);

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let place = 0;
  for (const part of parts) {
    whole.set(part, place);
    place += part.length;
  }
  return whole;
}

async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', joined(...parts)));
}

async function isSigned(key, signature, message) {
  if (key.length !== 32) return false;
  const imported = await crypto.subtle.importKey('raw', key, { name: 'Ed25519' }, false, ['verify']);
  return crypto.subtle.verify({ name: 'Ed25519' }, imported, signature, message);
}

/** In order of code points, as Python sorts. */
function byCodePoint(a, b) {
  const [left, right] = [Array.from(a), Array.from(b)];
  const place = left.findIndex((each, i) => each !== right[i]);
  if (place < 0) return left.length - right.length;
  return place < right.length ? left[place].codePointAt(0) - right[place].codePointAt(0) : 1;
}

/** Canonical JSON (RFC 8785), whose numbers are integers of at most 15 characters; another number becomes a text. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const members = Object.keys(value).sort(byCodePoint);
    return `{${members.map((key) => `${canonical(key)}:${canonical(value[key])}`).join(',')}}`;
  }
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) && String(value).length < 16 ? String(value) : `"${value}"`;
  }
  if (typeof value === 'string' && !value.isWellFormed()) fail();
  return JSON.stringify(value);
}

function get(entry, name) {
  const there = entry !== null && typeof entry === 'object' && !Array.isArray(entry) && Object.hasOwn(entry, name);
  const valid = there && FORMS[name].test(canonical(entry[name]));
  return valid && (name !== 'kick_off' || isDay(entry[name])) ? entry[name] : fail();
}

/** Whether a time is one of the calendar. */
function isDay(text) {
  return new Date(milliseconds(text)).toISOString().slice(0, 19) === text.slice(0, 19);
}

const milliseconds = (text) => Date.parse(`${text.slice(0, 19)}Z`);

/** Contents, paths and bounds of the tiles of a level, or of the bundles of entries. */
async function* files(read, kind, size) {
  const pending = [];
  for (let start = 0, ahead = 0; start < size; start += WIDTH) {
    for (; ahead < size && pending.length < AHEAD; ahead += WIDTH) {
      const end = Math.min(ahead + WIDTH, size);
      let index = ahead / WIDTH;
      let number = String(index % 1000).padStart(3, '0');
      while ((index = Math.floor(index / 1000))) number = `x${String(index % 1000).padStart(3, '0')}/${number}`;
      const path = `tile/${kind}/${number}${end - ahead === WIDTH ? '' : `.p/${end - ahead}`}`;
      const data = fetched(read, path);
      data.catch(() => {}); // it is awaited below, unless another file is wrong before
      pending.push({ data, path, start: ahead, end });
    }
    const next = pending.shift();
    yield { ...next, data: await next.data };
  }
}

async function fetched(read, path) {
  try {
    return await read(path);
  } catch (error) {
    throw Object.assign(new Wrong('unreadable', { path }), { cause: error });
  }
}

/** Size, root and the times at which the keys signed, the log's first and then those of witnesses. */
async function checkpoint(note, keys) {
  if (typeof note !== 'string') fail();
  const middle = note.lastIndexOf('\n\n');
  const text = middle < 0 ? '' : note.slice(0, middle);
  const lines = (middle < 0 ? note : note.slice(middle + 2)).split('\n');
  const rest = lines.pop();
  const [origin, size, root] = text.split('\n');
  if (root === undefined) fail();
  const signed = new Map();
  for (const [number, verifierKey] of keys.entries()) {
    const [name, keyId] = verifierKey.split('+', 2);
    if (keyId === undefined || verifierKey.length <= name.length + keyId.length + 1) fail();
    const key = fromBase64(verifierKey.slice(name.length + keyId.length + 2));
    const hash = toHex(await sha256(encoded(`${name}\n`), key));
    need(hash.slice(0, 8) === keyId, 'key_id', { name });
    for (const parts of lines.map((line) => line.split(' '))) {
      if (parts.length !== 3) fail();
      const [dash, owner, encodedSignature] = parts;
      const data = fromBase64(encodedSignature);
      if (dash !== '—' || owner !== name || toHex(data.slice(0, 4)) !== keyId) continue;
      const fits = data.length === (number ? 76 : 68) && encodedSignature === toBase64(data);
      const at = fits && number ? new DataView(data.buffer).getBigUint64(4) : 0n;
      const message = encoded(`${number ? `cosignature/v1\ntime ${at}\n` : ''}${text}\n`);
      need(fits && (await isSigned(key.slice(1), data.slice(-64), message)), 'forged', { name });
      const seconds = Math.min(Math.max(Number(at), CLOCKS), LATEST) - CLOCKS;
      signed.set(name, `${new Date(1000 * seconds).toISOString().slice(0, 19)}+00:00`);
    }
  }
  const ours = !rest && origin === keys[0].split('+')[0] && signed.has(origin) && /^(0|[1-9][0-9]{0,14})$/.test(size);
  need(ours, 'not_signed');
  return { size: Number(size), root: fromBase64(root), signed };
}

/** The root of a range of leaves; that of a complete subtree is computed once. */
function treeOf(leaves) {
  const roots = new Map();
  const compute = async (start, end) => {
    if (end - start < 2) return start < end ? leaves[start] : sha256();
    const middle = start + 2 ** Math.floor(Math.log2(end - start - 1));
    return sha256(Uint8Array.of(1), ...(await Promise.all([root(start, middle), root(middle, end)])));
  };
  const root = (start, end) => {
    const key = `${start} ${end}`;
    if (!roots.has(key)) roots.set(key, compute(start, end));
    return roots.get(key);
  };
  return root;
}

/** All entries and the tree of their hashes, which are those of the tiles and lead to the root. */
async function entriesOf(read, size, root, progress) {
  const entries = [];
  const leaves = [];
  for await (const { data, path, start, end } of files(read, 'entries', size)) {
    let place = 0;
    while (place < data.length) {
      const first = place + 2;
      place = first + (first > data.length ? data[first - 2] : data[first - 2] * 256 + data[first - 1]);
      entries.push(data.subarray(first, place));
    }
    need(entries.length === end && place === data.length, 'damaged', { path });
    leaves.push(...(await Promise.all(entries.slice(start).map((entry) => sha256(Uint8Array.of(0), entry)))));
    progress(end, size);
  }
  const tree = treeOf(leaves);
  let level = 0;
  for (let count = size, span = 1; count > 0; count = Math.floor(count / WIDTH), span *= WIDTH, level += 1) {
    for await (const { data, path, start, end } of files(read, level, count)) {
      for (let i = start; i < end; i += 1) {
        const ours = await tree(i * span, (i + 1) * span);
        const equal = same(data.subarray(32 * (i - start), 32 * (i - start) + 32), ours);
        need(equal, level ? 'hash_damaged' : 'entry_damaged', level ? { index: i, level } : { index: i });
      }
      need(data.length === 32 * (end - start), 'damaged', { path });
    }
  }
  need(same(await tree(0, size), root), 'other_root');
  return { entries, tree };
}

/** Checks an entry, and adds what it states. */
async function follow(entry, index, at, state) {
  const { kickOffs, stated, sealed, picks } = state;
  const kind = get(entry, 'type');
  if (kind === 'universe') {
    for (const each of get(entry, 'matches')) {
      const [match, kickOff] = [get(each, 'match'), get(each, 'kick_off')];
      if (at < (kickOffs.get(match) ?? '~')) kickOffs.set(match, kickOff);
    }
  } else if (kind === 'forecast' || kind === 'abstention') {
    const [match, kickOff] = [get(entry, 'match'), get(entry, 'kick_off')];
    need(at < kickOff, 'late', { index, match, kick_off: kickOff, at });
    if (at < (kickOffs.get(match) ?? '')) kickOffs.set(match, kickOff);
    const shares = kind === 'forecast' ? ['home', 'draw', 'away'].map((name) => scaled(get(entry, name), 6)) : [];
    const sum = shares.reduce((total, each) => total + each, 0n);
    need(!shares.length || (sum >= 999_990n && sum <= 1_000_010n), 'probabilities', { index });
    if (!stated.has(match)) stated.set(match, []);
    stated.get(match).push({ at, shares });
    if (shares.length) sealed.set(`${index} ${get(entry, 'commitment')}`, { of: index, madeAt: at, rank: 1 });
  } else if (kind === 'picks') {
    picks.set(index, get(entry, 'commitments').length);
    entry.commitments.forEach((each, i) => sealed.set(`${index} ${each}`, { of: index, madeAt: at, rank: i + 1 }));
  } else if (kind === 'opening') {
    const of = get(entry, 'of');
    if (!Object.hasOwn(entry, 'content')) fail();
    const { content } = entry;
    const committed = get(entry, 'commitment');
    const hashed = toHex(await sha256(fromHex(get(entry, 'salt')), encoded(canonical(content))));
    const { madeAt, rank } = sealed.get(`${of} ${committed}`) ?? {};
    need(rank && hashed === committed, 'opening', { index });
    sealed.delete(`${of} ${committed}`);
    need(!picks.has(of) || madeAt < get(content, 'kick_off'), 'pick_late', { of });
    if (picks.has(of)) {
      state.opening.set(`${of} ${rank}`, { of, ...Object.fromEntries(PICK.map((name) => [name, get(content, name)])) });
    }
  } else if (kind !== 'universe' && kind !== 'correction') {
    const key = kind === 'result' ? get(entry, 'match') : `${get(entry, 'of')} ${get(entry, 'rank')}`;
    const there = kind === 'result' || (entry.rank >= 1 && entry.rank <= (picks.get(entry.of) ?? 0));
    need(there, 'pick_missing', { index });
    if (!Object.hasOwn(STATES, kind)) fail();
    const stated = Object.fromEntries(STATES[kind].map((name) => [name, get(entry, name)]));
    state[kind].set(key, [...(state[kind].get(key) ?? []), { index, ...stated }]);
  }
}

/** The result of a pick, and its profit for a stake of 1 in units of 1e-12. */
function ended([home, away], { market, outcome, line, price }) {
  const side = SIDES[outcome] ?? -1n;
  const [goals, lead, handicap] = [BigInt(home + away), BigInt(home - away), scaled(line, 6)];
  const sign = BigInt((home > away) - (home < away));
  const beyond =
    { totals: side * (goals * 1_000_000n - handicap), handicap: side * lead * 1_000_000n + handicap }[market] ??
    (side === sign ? 1_000_000n : -1_000_000n);
  const twice = 2n * beyond;
  const won = twice > 1_000_000n ? 1_000_000n : twice < -1_000_000n ? -1_000_000n : twice; // the share that is not refunded
  const gain = won > 0n ? scaled(price, 6) - 1_000_000n : 1_000_000n;
  return { result: RESULTS[won] ?? 'lost', profit: won * gain };
}

/** The profits and closing-line values of the opened picks, in units of 1e-6, computed again from scores and prices. */
function figures({ sealed, picks, opening, closing, result, settlement }) {
  const due = [-1, -1, -1, ...picks.keys()].at(-RECENT);
  for (const { of } of sealed.values()) need(!picks.has(of) || of >= due, 'never_opened', { of });
  const [values, profits] = [[], []];
  for (const [key, pick] of opening) {
    for (const { index, fair_probability, at_risk, closing_line_value } of (closing.get(key) ?? []).slice(0, 1)) {
      const exact = (scaled(pick.price, 6) * scaled(fair_probability, 6) - 10n ** 12n) * scaled(at_risk, 6);
      values.push(scaled(fixed(exact, 10n ** 18n, 6), 6));
      need(values.at(-1) === scaled(closing_line_value, 6), 'other_closing_value', { index });
    }
    const results = result.get(pick.match) ?? [{ index: -1, goals: null, kick_off: pick.kick_off }];
    const recent = results.at(-1).index >= due;
    const ends = new Map();
    for (const { goals, kick_off } of recent ? results : results.slice(-1)) {
      const days = Math.abs(milliseconds(kick_off) - milliseconds(pick.kick_off)) / DAY;
      if (!goals || days > 2) ends.set(null, { result: 'void', profit: 0n });
      if (goals && days <= 3) ends.set(goals.join('-'), ended(goals, pick));
    }
    const settled = (settlement.get(key) ?? []).slice(-1);
    need(settled.length || ends.has(null) || recent, 'never_settled', { of: pick.of });
    for (const { index, score, profit, ...stated } of settled) {
      profits.push(scaled(profit, 6));
      const end = ends.get(score);
      const agrees = end?.result === stated.result && end.profit === profits.at(-1) * 1_000_000n;
      need(agrees, 'other_settlement', { index });
    }
  }
  return [values, profits];
}

/** A decimal in units of its last place, exactly. */
function scaled(text, places) {
  const [whole, fraction] = text.split('.');
  return BigInt(whole + fraction.padEnd(places, '0'));
}

/** A quotient with a fixed count of decimals, as Python rounds: half to even. */
function fixed(numerator, denominator, places, sign = '') {
  const [size, prefix] = numerator < 0n ? [-numerator, '-'] : [numerator, sign];
  const units = size * 10n ** BigInt(places);
  let [quotient, rest] = [units / denominator, 2n * (units % denominator)];
  if (rest > denominator || (rest === denominator && quotient % 2n)) quotient += 1n;
  const digits = String(quotient).padStart(places + 1, '0');
  return `${prefix}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

const total = (values) => values.reduce((sum, each) => sum + each, 0n);

/** How good the record was: keys of the catalogue with their values. */
function scores(state) {
  const { kickOffs, stated, picks } = state;
  const [values, profits] = figures(state);
  const rps = []; // twice, in units of 1e-12
  let logLoss = 0;
  let lost = 0; // what rounding took from the sum (Neumaier)
  for (const [match, results] of state.result) {
    const { goals } = results.at(-1);
    const before = (stated.get(match) ?? []).filter((each) => each.shares.length && each.at < (kickOffs.get(match) ?? '~'));
    if (!goals || !before.length) continue;
    const won = 1 + (goals[0] < goals[1]) - (goals[0] > goals[1]);
    const { shares } = before.at(-1);
    rps.push((shares[0] - (won === 0 ? 1_000_000n : 0n)) ** 2n + (shares[2] - (won === 2 ? 1_000_000n : 0n)) ** 2n);
    const loss = -Math.log(Math.max(Number(shares[won]) / 1e6, 0.0000005));
    const sum = logLoss + loss;
    lost += logLoss >= loss ? logLoss - sum + loss : loss - sum + logLoss;
    logLoss = sum;
  }
  const lines = [];
  if (rps.length) {
    const n = BigInt(rps.length);
    const mean = (logLoss + lost) / rps.length;
    lines.push(['scored', { n: rps.length, of: kickOffs.size, rps: fixed(total(rps), 2n * n * 10n ** 12n, 5), log_loss: mean.toFixed(5) }]);
  }
  const all = [...picks.values()].reduce((sum, each) => sum + each, 0);
  if (values.length) {
    const value = fixed(100n * total(values), BigInt(values.length) * 1_000_000n, 2, '+');
    lines.push(['closed', { n: values.length, of: all, value }]);
  }
  if (profits.length) {
    const sum = total(profits);
    const profit = fixed(sum, 1_000_000n, 2, '+');
    const share = fixed(100n * sum, BigInt(profits.length) * 1_000_000n, 1, '+');
    lines.push(['settled', { n: profits.length, of: all, profit, share }]);
  }
  return lines.length ? lines : [['nothing_scored', {}]];
}

/**
 * Verifies a log.
 *
 * @param {object} options
 * @param {(path: string) => Promise<Uint8Array>} options.read content of a file of the log; throws if there is none
 * @param {string} options.key verifier key of the log
 * @param {string[]} [options.witnesses] verifier keys of witnesses
 * @param {string[]} [options.past] checkpoints seen earlier, which the log must extend
 * @param {(done: number, size: number) => void} [options.progress] is called with the count of entries read
 * @returns {Promise<{note: string, size: number, lines: [string, object][]}>} the checkpoint, its size and what there is
 *   to print: keys of the catalogue with their values
 * @throws {Wrong} names the first thing that is wrong
 */
export async function verify({ read, key, witnesses = [], past = [], progress = () => {} }) {
  const keys = [key, ...witnesses];
  const note = await step('checkpoint_malformed', {}, async () => decoded(await fetched(read, 'checkpoint')));
  const { size, root, signed } = await step('checkpoint_malformed', {}, () => checkpoint(note, keys));
  const { entries, tree } = await entriesOf(read, size, root, progress);
  const heads = new Map();
  await step('older_checkpoint_malformed', {}, async () => {
    const history = witnesses.length ? parsed(decoded(await fetched(read, 'history.json'))) : [];
    if (!Array.isArray(history)) fail();
    for (const each of [...past, ...history]) {
      const before = await checkpoint(each, keys);
      const extended = before.size <= size && same(await tree(0, before.size), before.root);
      need(extended, 'rewritten', { size: before.size });
      heads.set(before.size, [...(heads.get(before.size) ?? []), ...before.signed.values()]);
    }
  });
  const state = Object.fromEntries(
    ['kickOffs', 'stated', 'sealed', 'picks', 'opening', ...Object.keys(STATES)].map((name) => [name, new Map()]),
  );
  let floor = '';
  for (const [index, body] of entries.entries()) {
    await step('entry_malformed', { index }, async () => {
      for (const time of heads.get(index) ?? []) if (time > floor) floor = time;
      const entry = parsed(decoded(body));
      need(same(encoded(canonical(entry)), body), 'not_canonical', { index });
      const at = get(entry, 'at');
      need(at >= floor, 'back_dated', { index, at, floor });
      floor = at;
      await follow(entry, index, at, state);
    });
  }
  for (const [match, kickOff] of [...state.kickOffs].sort(([a], [b]) => a - b)) {
    const complete = kickOff > floor || (state.stated.get(match) ?? []).some(({ at }) => at < kickOff);
    need(complete, 'omitted', { match, kick_off: kickOff });
  }
  const signers = [...signed.keys()].join(', ');
  const before = [...heads.values()].flat().length;
  return { note, size, lines: [['whole', { size, signers, before }], ...scores(state)] };
}
