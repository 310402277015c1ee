"use strict";
// Search as one types an address: reads the few parts of the index that can hold what is asked.
{
  const ROWS = 50;
  const PARTS = 4;
  const root = new URL("../", document.currentScript.src);
  const results = document.getElementById("results");

  // Return a part of the index; null when there is none, because nothing begins that way.
  const load = async (name) => {
    const answer = await fetch(new URL(`search/parts/${name}.json`, root));
    if (answer.status === 404) return null;
    if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
    return answer.json();
  };

  const safe = (letters) => letters.replace(/[^a-z0-9]/gi, "_");

  // Return the rows of a part whose key begins with `key`; a large part names smaller ones.
  const rows = async (name, key, budget = { left: PARTS }) => {
    if (budget.left-- <= 0) return [];
    const part = await load(name);
    if (!part?.split) return part?.rows ?? [];
    const [kind] = name.split("-", 1);
    const wanted = `${kind}-${safe(key)}`;
    const fitting = part.split.filter((one) => wanted.startsWith(one) || one.startsWith(wanted));
    const found = [];
    for (const one of fitting) found.push(...await rows(one, key, budget));
    return found;
  };

  // Return rows that begin with `key`, those that equal it first.
  const beginning = (found, key) => {
    const low = key.toLowerCase();
    const fits = found.filter((row) => row[0].toLowerCase().startsWith(low));
    const equal = (row) => row[0].toLowerCase() === low;
    return [...fits.filter(equal), ...fits.filter((row) => !equal(row))];
  };

  // Return rows as links; `directory` is where those are that do not fit on the page.
  const hits = (found, link, directory) => found.map((row) => ({ ...link(row), directory }));
  const relay = (shown) => (row) => {
    const fingerprint = row.find((field) => /^[0-9A-F]{40}$/.test(field));
    return { path: `relay/${fingerprint}/`, words: shown(row) };
  };
  const named = relay(([nickname, fingerprint]) => `${nickname} ${fingerprint}`);

  const fingerprints = async (asked) => {
    const key = asked.toUpperCase();
    const first = key.slice(0, 2);
    const found = beginning(await rows(`fp-${first}`, key), key);
    return hits(found, relay((row) => `${row[1]} ${row[0]}`), `fingerprint/${first}`);
  };

  const nicknames = async (asked) => {
    if (!/^[a-z0-9]{1,19}$/i.test(asked)) return [];
    const key = asked.toLowerCase();
    const first = key.slice(0, 2).padEnd(2, "_");
    return hits(beginning(await rows(`nick-${first}`, key), key), named, `nickname/${first}`);
  };

  const operators = async (asked) => {
    const key = asked.toLowerCase().replace(/^https?:\/\/(www\.)?|\/.*$/g, "");
    if (!key) return [];
    const found = beginning(await rows(`op-${safe(key[0])}`, key), key);
    const words = key.match(/[a-z\d]{3,24}/g) ?? [];
    // Several words, such as a name or a mail address, are looked for in what an operator is called.
    for (const word of found.length > 0 || words[0] === key ? [] : words.slice(0, PARTS)) {
      const named = await rows(`op-${word[0]}`, word);
      found.push(...named.filter((row) => row[1].toLowerCase().includes(key)));
      if (found.length > 0) break;
    }
    return hits(found, (row) => ({ path: `contact/${row[2]}/`, words: row[1] }),
      `operator/${safe(key[0])}`);
  };

  const addresses = async (asked) => {
    const six = asked.includes(":");
    const key = asked.toLowerCase().replace(/^\[|\](:\d*)?$/g, "");
    const first = six ? key.split(":")[0].padStart(4, "0") : key.split(".")[0];
    const padded = six ? first + key.slice(key.indexOf(":")) : key;
    const found = await rows(`${six ? "v6" : "v4"}-${first}`, padded);
    return hits(beginning(found, key), relay((row) => `${row[0]} ${row[2]}`), `address/${first}`);
  };

  const networks = async (asked) => {
    const all = await rows("as", "");
    const number = /^(?:AS)?(\d+)$/i.exec(asked);
    const low = asked.toLowerCase();
    const found = number ? beginning(all, `AS${number[1]}`)
      : low.length > 2 ? all.filter((row) => row[1].toLowerCase().includes(low)) : [];
    return hits(found, (row) => ({ path: `as/${row[0]}/`, words: `${row[0]} ${row[1]}` }));
  };

  const small = (kind) => async (asked, part) => {
    const low = asked.toLowerCase();
    const fits = ([key, label = key]) => key.toLowerCase() === low
      || (kind === "version" ? key.startsWith(low)
        : low.length > 2 && label.toLowerCase().includes(low));
    return hits(part[kind].filter(fits),
      ([key, label = key]) => ({ path: `${kind}/${key}/`, words: label }));
  };

  // Return which groups can answer what is asked, the likeliest first.
  const groups = (asked) => {
    const relays = ["Relays", [fingerprints, nicknames]];
    const byName = ["Relays", [nicknames]];
    const others = [["Countries", [small("country")]], ["Platforms", [small("platform")]],
      ["Flags", [small("flag")]]];
    if (/:|^\[/.test(asked) && !/[g-z]/i.test(asked)) return [["Addresses", [addresses]]];
    if (/^AS\d+$/i.test(asked)) return [["Networks", [networks]], byName];
    if (/^[\da-f]{3,40}$/i.test(asked) && /[a-f]/i.test(asked)) {
      return [relays, ["Operators", [operators]]];
    }
    if (/^\d{4,40}$/.test(asked)) return [relays, ["Networks", [networks]]];
    if (/^\d+$/.test(asked)) return [["Addresses", [addresses]], ["Networks", [networks]], relays];
    if (/^[\d.]+$/.test(asked)) {
      return [["Addresses", [addresses]], ["Versions", [small("version")]]];
    }
    if (asked.includes(".")) return [["Operators", [operators]], ["Versions", [small("version")]]];
    if (/^[a-z]{2}$/i.test(asked)) return [others[0], byName];
    return [byName, ["Operators", [operators]], ["Networks", [networks]], ...others];
  };

  const element = (name, words) => {
    const made = document.createElement(name);
    made.textContent = words;
    return made;
  };

  // Write one group of results: at most fifty, and how many more there are.
  const show = (title, found) => {
    const list = document.createElement("ul");
    for (const hit of found.slice(0, ROWS)) {
      const link = element("a", hit.words);
      link.href = new URL(`${hit.path}index.html`, root);
      const item = document.createElement("li");
      item.append(link);
      list.append(item);
    }
    results.append(element("h2", title), list);
    if (found.length > ROWS) {
      const more = element("a", "the whole list");
      more.href = found[0].directory
        ? new URL(`search/${found[0].directory}/index.html`, root) : "#fingerprint";
      const rest = element("p", `And ${found.length - ROWS} more: write more of it, or see `);
      rest.append(more);
      results.append(rest);
    }
  };

  const search = async (asked) => {
    results.setAttribute("aria-busy", "true");
    const part = asked ? await load("small") : null;
    let any = false;
    for (const [title, ways] of asked ? groups(asked) : []) {
      const found = (await Promise.all(ways.map((way) => way(asked, part)))).flat();
      const once = [...new Map(found.map((hit) => [hit.path, hit])).values()];
      if (once.length > 0) show(title, once);
      any ||= once.length > 0;
    }
    if (asked && !any) results.append(element("p", `Nothing begins with “${asked}”.`));
  };

  const asked = (new URL(location.href).searchParams.get("q") ?? "").trim()
    .replace(/^(\d+\.[\d.]+):\d*$/, "$1").replace(/^(\$?[\da-f]{40})[~=].*$/i, "$1");
  const field = document.getElementById("q");
  field.value = asked;
  const spaced = /^[$\s\da-f]+$/i.test(asked) && /^\$|\s/.test(asked);
  search(spaced ? asked.replace(/[$\s]/g, "") : asked).catch(() => {
    results.append(element("p", "The search index cannot be read now: choose below."));
  }).finally(() => results.setAttribute("aria-busy", "false"));
}
