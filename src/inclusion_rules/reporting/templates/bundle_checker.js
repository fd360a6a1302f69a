"use strict";
/* Works out again what this page says of its own record: every digest, the chain of entries, every day of every
   deadline, and the words on the page. It asks nothing of anybody; it needs only this file.

   How it can be followed by hand:
   - digest of a text: SHA-256 of the salt, a line feed and the text, in UTF-8;
   - first hash of a case: SHA-256 of the JSON list [case id, opened at, packs, key, digest of the header];
   - hash of an entry: SHA-256 of the JSON list [hash before, position, number, kind, recorded at, key, digest of body];
   - JSON lists are written without spaces and in ASCII; what is absent is null. */
const bundleChecker = (() => {
  // SHA-256, as FIPS 180-4 describes it ------------------------------------------------------------------------------

  const firstPrimes = [];
  for (let n = 2; firstPrimes.length < 64; n += 1) {
    if (firstPrimes.every((prime) => n % prime !== 0)) firstPrimes.push(n);
  }
  const fraction = (x) => Math.floor((x - Math.floor(x)) * 0x100000000);
  const START = firstPrimes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
  const ROUND = firstPrimes.map((prime) => fraction(Math.cbrt(prime)));
  const turned = (word, by) => (word >>> by) | (word << (32 - by));

  function sha256(text) {
    const said = new TextEncoder().encode(text);
    const bytes = new Uint8Array(((said.length + 8) >> 6) * 64 + 64);
    bytes.set(said);
    bytes[said.length] = 0x80;
    const view = new DataView(bytes.buffer);
    view.setUint32(bytes.length - 8, Math.floor(said.length / 0x20000000));
    view.setUint32(bytes.length - 4, (said.length << 3) >>> 0);
    const hash = START.slice();
    const words = new Array(64);
    for (let block = 0; block < bytes.length; block += 64) {
      for (let i = 0; i < 16; i += 1) words[i] = view.getUint32(block + 4 * i);
      for (let i = 16; i < 64; i += 1) {
        const a = words[i - 15];
        const b = words[i - 2];
        const small0 = turned(a, 7) ^ turned(a, 18) ^ (a >>> 3);
        const small1 = turned(b, 17) ^ turned(b, 19) ^ (b >>> 10);
        words[i] = (words[i - 16] + small0 + words[i - 7] + small1) | 0;
      }
      let [a, b, c, d, e, f, g, h] = hash;
      for (let i = 0; i < 64; i += 1) {
        const big1 = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
        const one = (h + big1 + ((e & f) ^ (~e & g)) + ROUND[i] + words[i]) | 0;
        const big0 = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
        const two = (big0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
      }
      [a, b, c, d, e, f, g, h].forEach((word, i) => { hash[i] = (hash[i] + word) | 0; });
    }
    return hash.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  }

  const textDigest = (text, salt) => sha256(`${salt}\n${text}`);
  const inAscii = (text) =>
    text.replace(/[^\x20-\x7e]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const listDigest = (list) => sha256(inAscii(JSON.stringify(list)));

  // The chain --------------------------------------------------------------------------------------------------------

  function parsed(text) {
    try {
      const found = JSON.parse(text);
      return found !== null && typeof found === "object" ? found : {};
    } catch (trouble) {
      return {};
    }
  }

  const beginning = (chain) =>
    listDigest([chain.case_id, chain.opened_at, chain.packs, chain.key, chain.header_digest]);
  const linked = (entry, before, digest) =>
    listDigest([before, entry.position, entry.number, entry.kind, entry.recorded_at, entry.key, digest]);

  function redactions(chain) {
    const found = { numbers: new Map(), header: false };
    chain.entries.forEach((entry) => {
      if (entry.kind !== "redaction" || entry.body === null) return;
      const said = parsed(entry.body);
      (Array.isArray(said.numbers) ? said.numbers : []).forEach((number) => {
        if (number < entry.number && !found.numbers.has(number)) found.numbers.set(number, entry.number);
      });
      if (said.header === true) found.header = true;
    });
    return found;
  }

  function checkChain(chain, told) {
    const gone = redactions(chain);
    const opening = "the opening of the case";
    if (chain.header === null) {
      if (!gone.header) told(opening, "the header is gone, and no redaction says so");
    } else if (textDigest(chain.header, chain.salt) !== chain.header_digest) {
      told(opening, "the header, its salt or its digest is not what was written");
    }
    if (beginning(chain) !== chain.genesis) {
      told(opening, "its id, day, packs, key, digest or first hash is not what was written");
    }
    let before = [...new Set([beginning(chain), chain.genesis])];
    let position = -Infinity;
    chain.entries.forEach((entry, index) => {
      const place = `entry ${entry.number}`;
      if (entry.number !== index + 1) told(`entry ${index + 1}`, `entry ${entry.number} stands in its place`);
      let links = before.map((hash) => linked(entry, hash, entry.body_digest));
      let holds = links.includes(entry.chain_hash);
      if (entry.body === null) {
        if (!entry.left_out && !gone.numbers.has(entry.number)) {
          told(place, "what it said is gone, and no redaction names it");
        }
      } else {
        const digest = textDigest(entry.body, entry.salt);
        if (digest !== entry.body_digest) {
          const whole = before.map((hash) => linked(entry, hash, digest));
          if (whole.includes(entry.chain_hash)) {
            told(place, "the digest of its body is not what was written");
            links = whole;
            holds = true;
          } else {
            told(place, "its body or its salt is not what was written");
          }
        } else {
          const recorded = parsed(entry.body).recorded_at;
          if (recorded !== undefined && recorded !== entry.recorded_at) {
            told(place, "its body names another time of recording");
          }
          if (gone.numbers.has(entry.number)) told(place, "it is said to be redacted, and its body is there");
        }
      }
      if (!holds) told(place, "its place, kind, time, key or hash, or the entry before it, is not what was written");
      if (!(entry.position > position)) told(place, "its position is not after that of the entry before it");
      position = entry.position;
      before = [...new Set([links[0], entry.chain_hash])];
    });
    Object.entries(chain.shared).forEach(([digest, text]) => {
      if (sha256(text) !== digest) told("the calendars", `the text kept as ${digest.slice(0, 12)}… is another`);
    });
  }

  /* The header by which the case stands: that of the last entry that gave it a new one, or the one it began with. */
  function headerInForce(chain) {
    const changed = chain.entries.filter((entry) => entry.kind === "header" && entry.body !== null);
    return changed.length ? parsed(changed[changed.length - 1].body).header || {} : parsed(chain.header);
  }

  function checkHeader(record, told) {
    const header = headerInForce(record.chain);
    ["calendar", "bank_holidays"].forEach((name) => {
      if (header[name] !== record[name]) told("the calendars", `the header of the case names another ${name}`);
    });
    const pins = new Map((header.packs || []).map((pin) => [pin.pack, `${pin.version} ${pin.digest}`]));
    record.editions.forEach((edition) => {
      if (pins.get(edition.pack) !== `${edition.version} ${edition.digest}`) {
        told(`pack ${edition.pack}`, "the header of the case names another version of it");
      }
    });
  }

  // Days: whole numbers counted from 1 January 1970 ------------------------------------------------------------------

  const A_DAY = 86400000;
  const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
  const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  const dated = (day) => new Date(day * A_DAY);
  const iso = (day) => dated(day).toISOString().slice(0, 10);

  function dayOf(text) {
    const day = Math.round(Date.parse(`${text}T00:00:00Z`) / A_DAY);
    if (!/^\d{4}-\d\d-\d\d$/.test(text) || Number.isNaN(day) || iso(day) !== text) throw new Error(`no day: ${text}`);
    return day;
  }

  function inWords(text) {
    const day = dated(dayOf(text));
    return `${WEEKDAYS[day.getUTCDay()]} ${day.getUTCDate()} ${MONTHS[day.getUTCMonth()]} ${day.getUTCFullYear()}`;
  }

  /* The same day so many months on, or the last day of a shorter month. */
  function monthsOn(day, months) {
    const from = dated(day);
    const month = 12 * from.getUTCFullYear() + from.getUTCMonth() + months;
    const last = new Date(Date.UTC(Math.floor(month / 12), (month % 12) + 1, 0)).getUTCDate();
    return Math.round(Date.UTC(Math.floor(month / 12), month % 12, Math.min(from.getUTCDate(), last)) / A_DAY);
  }

  function daysOf(spans) {
    const found = new Set();
    (spans || []).forEach((span) => {
      const first = dayOf(span.from || span.date);
      for (let day = first, last = dayOf(span.to || span.date); day <= last; day += 1) found.add(day);
    });
    return found;
  }

  /* What the calendar says of any day: whether the school opens, or with no layers whether it is a working day. */
  function openingDays(layers, holidays) {
    const bank = new Set(Object.keys(holidays.days).map(dayOf));
    const years = new Set([...bank].map((day) => dated(day).getUTCFullYear()));
    let nearest = 0;
    layers.forEach((layer, at) => { if ((layer.terms || []).length) nearest = at; });
    const laid = layers.map((layer, at) => {
      const terms = daysOf(layer.terms);
      let covers = null;
      if (at >= nearest && layer.covers) covers = daysOf([layer.covers]);
      else if (at === nearest && terms.size) {
        const ends = [...terms].sort((one, two) => one - two);
        covers = { has: (day) => day >= ends[0] && day <= ends[ends.length - 1] };
      }
      return { terms: at === nearest ? terms : null, closed: daysOf(layer.closed), open: daysOf(layer.open), covers };
    });
    return (day) => {
      if (!years.has(dated(day).getUTCFullYear())) throw new Error(`no bank holidays are known for ${iso(day)}`);
      let open = ![0, 6].includes(dated(day).getUTCDay()) && !bank.has(day);
      laid.forEach((layer) => {
        if (layer.covers && !layer.covers.has(day)) throw new Error(`the calendar does not reach ${iso(day)}`);
        open = (open && (layer.terms === null || layer.terms.has(day)) && !layer.closed.has(day)) || layer.open.has(day);
      });
      return open;
    };
  }

  // Deadlines --------------------------------------------------------------------------------------------------------

  const FIRST = "the first day is day 1";
  const BETWEEN = "at least N days lie between";
  const WAYS = {
    "the day after is day 1": 1, [FIRST]: 1, [BETWEEN]: -1, "the last school day before": -1,
    "counted back by the calendar": -1,
  };
  const STEPS = { hours: [0, 1], weeks: [0, 7], months: [1, 0], years: [12, 0] };

  /* The lines that the working of a deadline must have, as [day, number or null], and whether they lead to its day. */
  function expected(said, schoolOpens, working, calendar) {
    const start = dayOf(said.counted_from);
    const due = dayOf(said.due);
    const way = WAYS[said.rule];
    if (way === undefined) throw new Error(`nobody counts so that ${said.rule}`);
    const lines = [];
    let leads = due < start === way < 0;
    if (["school days", "working days", "calendar days"].includes(said.unit)) {
      const counts = { "school days": schoolOpens, "working days": working, "calendar days": () => true }[said.unit];
      let number = 0;
      for (let day = Math.min(start, due); day <= Math.max(start, due); day += 1) {
        const idle = (day === start && said.rule !== FIRST) || (day === due && said.rule === BETWEEN);
        const counted = !idle && counts(day);
        number += counted ? 1 : 0;
        lines.push([iso(day), counted ? number : null]);
      }
      leads = leads && number === said.count && counts(due) && !(due === start && said.rule !== FIRST);
      if (said.unit === "school days") leads = leads && said.calendar === calendar;
      return { lines, leads };
    }
    const [months, days] = STEPS[said.unit];
    const count = said.unit === "hours" ? Math.ceil(said.count / 24) : said.count;
    const stepped = monthsOn(start, way * months * count);
    const end = stepped + way * days * count;
    const sameDay = dated(end).getUTCDate() === dated(start).getUTCDate();
    const full = said.rule === FIRST && (days > 0 || sameDay) ? end - 1 : end;
    [...new Set([start, due])].sort((one, two) => one - two)
      .forEach((day) => lines.push([iso(day), day === due ? said.count : null]));
    return { lines, leads: leads && due === full };
  }

  function checkDeadline(said, known, told) {
    const place = `duty ${said.duty.replace(/_/g, " ")}${said.about ? `, about ${inWords(said.about)}` : ""}`;
    const right = expected(said, known.schoolOpens, known.working, known.calendar);
    const length = Math.max(right.lines.length, said.lines.length);
    for (let at = 0; at < length; at += 1) {
      const [day, number] = right.lines[at] || [];
      const line = said.lines[at];
      if (line === undefined) return told(`${place}, ${inWords(day)}`, "this day is missing from the working");
      if (day === undefined) return told(`${place}, ${line.day}`, "this day does not belong to the working");
      if (line.day !== day) return told(`${place}, ${inWords(day)}`, `the working has ${line.day} in its place`);
      if (line.number !== number || line.counted !== (number !== null)) {
        const shown = (value) => (value === null ? "not counted" : `counted as ${value}`);
        return told(
          `${place}, ${inWords(day)}`, `the working says ${shown(line.number)}; by the calendar it is ${shown(number)}`,
        );
      }
      if (!line.why) return told(`${place}, ${inWords(day)}`, "the working gives no reason");
    }
    if (!right.leads) told(`${place}, ${inWords(said.due)}`, `${said.count} ${said.unit} do not end on this day`);
    if (said.owed !== null) {
      const owed = known.obligations[said.owed];
      const stated = owed.due || owed.was_due;
      if (stated !== null && stated !== said.due) {
        told(place, `it is said to be due on ${stated}, and the working ends on ${said.due}`);
      }
    }
    return undefined;
  }

  function checkStanding(owed, known, told) {
    const place = `duty ${owed.duty.replace(/_/g, " ")}${owed.about ? `, about ${inWords(owed.about)}` : ""}`;
    if (owed.due === null) return;
    const due = dayOf(owed.due);
    const until = dayOf(owed.met_on || known.asOf);
    const inTime = until <= due;
    const bears = { open: inTime, met: inTime, met_late: !inTime, missed: !inTime && !owed.met_on }[owed.status];
    if (bears === false) told(place, `it is said to be ${owed.status.replace(/_/g, " ")}, which its dates do not bear out`);
    if (typeof owed.late_by_school_days === "number") {
      let days = 0;
      for (let day = due + 1; day <= until; day += 1) days += known.schoolOpens(day) ? 1 : 0;
      if (days !== owed.late_by_school_days) {
        told(place, `it is said to be ${owed.late_by_school_days} school days late; by the calendar it is ${days}`);
      }
    }
  }

  function checkDeadlines(record, told) {
    const layers = parsed(record.chain.shared[record.calendar]);
    const holidays = parsed(record.chain.shared[record.bank_holidays]);
    let known;
    try {
      known = {
        schoolOpens: openingDays(layers, holidays),
        working: openingDays([], holidays),
        calendar: layers.length ? layers[layers.length - 1].calendar : null,
        obligations: record.obligations,
        asOf: record.as_of,
      };
    } catch (trouble) {
      told("the calendars", `they cannot be read: ${trouble.message}`);
      return;
    }
    const guarded = (check, said) => {
      try {
        check(said, known, told);
      } catch (trouble) {
        told(`duty ${String(said.duty).replace(/_/g, " ")}`, `its days cannot be counted: ${trouble.message}`);
      }
    };
    record.deadlines.forEach((said) => guarded(checkDeadline, said));
    record.obligations.forEach((owed) => guarded(checkStanding, owed));
  }

  // The words on the page --------------------------------------------------------------------------------------------

  const plain = (text) => text.replace(/[ \t\n\f\r]+/g, " ").replace(/^ | $/g, "");

  function checkWords(seals, shown, told) {
    Object.entries(seals.parts).forEach(([part, seal]) => {
      if (shown[part] === undefined) told(seal.place, "this part of the page is missing");
      else if (sha256(plain(shown[part])) !== seal.digest) told(seal.place, "the words on the page were altered");
    });
    Object.keys(shown).forEach((part) => {
      if (!(part in seals.parts)) told(`the part ${part}`, "it was added to the page");
    });
  }

  /* Everything that does not agree, as {place, says}. `shown` has the words of each part of the page, by its name. */
  function check(recordText, sealsText, shown) {
    const wrong = [];
    const told = (place, says) => { wrong.push({ place, says }); };
    let record;
    let seals;
    try {
      record = JSON.parse(recordText);
      seals = JSON.parse(sealsText);
      checkChain(record.chain, told);
      checkHeader(record, told);
      checkDeadlines(record, told);
      checkWords(seals, shown, told);
      if (sha256(recordText) !== seals.record) told("the record within this page", "it is not the one that was sealed");
    } catch (trouble) {
      told("the record within this page", `it cannot be read: ${trouble.message}`);
    }
    const counted = {
      entries: record ? record.chain.entries.length : 0,
      days: record ? record.deadlines.reduce((sum, said) => sum + said.lines.length, 0) : 0,
      deadlines: record ? record.deadlines.length : 0,
      parts: seals ? Object.keys(seals.parts).length : 0,
    };
    return { agrees: wrong.length === 0, wrong, counted };
  }

  return { sha256, check, checkDeadlines };
})();

if (typeof document !== "undefined") {
  const shown = {};
  document.querySelectorAll("[data-part]").forEach((part) => { shown[part.dataset.part] = part.textContent; });
  const told = (id) => document.getElementById(id).textContent;
  const result = bundleChecker.check(told("record"), told("seals"), shown);
  const place = document.getElementById("checked");
  const line = document.createElement("p");
  const verdict = document.createElement("strong");
  const { entries, deadlines, days, parts } = result.counted;
  verdict.textContent = result.agrees ? "Agrees." : "Does not agree.";
  line.append(verdict, ` Worked out again on this device: ${entries} entries with their digests and the chain that links `
    + `them, ${deadlines} counts of ${days} days against the calendars, and the words of ${parts} parts of this page.`);
  place.replaceChildren(line);
  place.className = result.agrees ? "agrees" : "disagrees";
  if (!result.agrees) {
    const list = document.createElement("ul");
    result.wrong.forEach((one) => {
      const item = document.createElement("li");
      item.textContent = `Does not agree at ${one.place}: ${one.says}.`;
      list.append(item);
    });
    place.append(list);
  }
} else if (typeof module !== "undefined") {
  module.exports = bundleChecker;
}
