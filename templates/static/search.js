"use strict";
// Search: finds relays by parts of their names and by filters, in an index of the whole network.
{
  const ROWS = 200;
  const LINKS = 10;
  const LONGEST = 300;
  const DAY = 86400e3;
  const root = new URL("../", document.currentScript.src);
  const results = document.getElementById("results");
  const status = document.getElementById("count");

  class Mistake extends Error {}

  // Return words as they are compared: in lower case, without accents.
  const fold = (words) => words.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  // Return a folded contact with its mail addresses as people type them: "a [at] b dot c" is "a@b.c".
  const mail = (folded) => folded
    .replace(/\s*(?:[[(<{]\s*(?:at|@)?\s*[\])>}]|[\s_-]at[\s_-])\s*/g, "@")
    .replace(/\s*(?:[[(<{]\s*(?:dot|\.)\s*[\])>}]|[\s_-]dot[\s_-])\s*/g, ".");

  // Return base64 without padding as hexadecimal digits in capital letters.
  const hex = (base64) => Array.from(atob(base64), (one) =>
    one.charCodeAt(0).toString(16).padStart(2, "0")).join("").toUpperCase();

  // Return the contacts; `page` is empty where the operator has a page below the domain.
  const contactsOf = ({ texts, domains, ids, relays }) => texts.map((words, place) => {
    const folded = fold(words);
    const [domain, page] = domains[place].split("/");
    return { words, domain, page, relays: relays[place], forms: [folded, mail(folded)],
      id: ids.slice(22 * place, 22 * place + 22) };
  });

  // Return the relays of the index, each with what its columns say of it.
  const relaysOf = (index, contacts) => {
    const owner = index.contacts.relays.flatMap((many, place) => Array(many).fill(contacts[place]));
    const of = (column, place) => column.values[column.rows[place]];
    return index.nicknames.map((nickname, place) => ({
      nickname, place, base64: index.fingerprints.slice(27 * place, 27 * place + 27),
      addresses: index.addresses[place].split(" "), contact: owner[place],
      hosts: index.hosts[place].split(" ").filter(Boolean), family: index.families[place],
      country: of(index.countries, place), network: of(index.networks, place),
      platform: of(index.platforms, place), version: of(index.versions, place),
      flags: of(index.flags, place), keys: of(index.keys, place)[0].split(" ").filter(Boolean),
      seen: of(index.first_seen, place)[0], weight: of(index.weights, place)[0],
      rank: index.weights.rows[place], down: of(index.down, place)[0],
    }));
  };

  const digits = (relay) => relay.digits ??= hex(relay.base64);

  // A test returns null, or how a relay was found: `by` what else than its nickname, by which
  // `address`, whether it is `exact`ly that, and whether only a host name or a contact `tells`.
  const any = (tests) => (relay) => {
    for (const test of tests) {
      const found = test(relay);
      if (found) return found;
    }
    return null;
  };
  const holds = (condition) => (relay) => (condition(relay) ? {} : null);
  // Return the groups of an IPv6 address, or of the beginning of one, without leading zeros.
  const groups = (words) => {
    try {
      words = new URL(`http://[${words}]`).hostname.slice(1, -1);
    } catch { /* a beginning */ }
    const [before, after] = words.split("::").map((half) => half.split(":"));
    const found = after ? [...before, ...Array(8 - before.length - after.length).fill("0"), ...after]
      : before;
    return found.map((group) => group.replace(/^0+(?=.)/, ""));
  };

  // Addresses begin with what is asked; of several the one that equals it is shown.
  const byAddress = (asked) => {
    const plain = asked.replace(/^\[|\](:\d*)?$/g, "").replace(/^(\d+\.\d+\.\d+\.\d+):\d*$/, "$1");
    const wanted = plain.includes(":") ? groups(plain) : null;
    const equals = (address) => address === plain
      || (wanted?.length === 8 && address.includes(":") && groups(address).join() === wanted.join());
    const begins = (address) => {
      if (!wanted || !address.includes(":") || wanted.length === 8) return address.startsWith(plain);
      const found = groups(address);
      return wanted.every((group, place) => (place < wanted.length - 1
        ? found[place] === group : found[place].startsWith(group)));
    };
    return ({ addresses }) => {
      const found = addresses.find(equals);
      if (found) return { address: found, exact: true };
      const begun = addresses.find(begins);
      return begun ? { address: begun } : null;
    };
  };

  const byFingerprint = (asked) => {
    const wanted = asked.replace(/^\$/, "").toUpperCase();
    return (relay) => (digits(relay).startsWith(wanted)
      ? { by: digits(relay), exact: wanted.length === 40 } : null);
  };

  const byBase64 = (asked) => ({ base64 }) =>
    (base64.startsWith(asked) ? { by: base64, exact: base64 === asked } : null);

  const byKey = (asked) => ({ keys }) => {
    const found = keys.find((key) => key.startsWith(asked));
    return found ? { by: found, exact: found === asked } : null;
  };

  const byNickname = (asked) => ({ nickname }) => {
    const low = nickname.toLowerCase();
    return low.includes(asked) ? { exact: low === asked } : null;
  };

  const byHost = (asked) => ({ hosts }) => {
    const fitting = hosts.filter((one) => fold(one).includes(asked));
    const equal = fitting.find((one) => fold(one) === asked);
    return fitting.length > 0 ? { by: equal ?? fitting[0], exact: equal !== undefined, tells: true } : null;
  };

  // Return the part of a contact around what is asked.
  const around = (words, asked) => {
    const low = words.toLowerCase();
    const part = [asked, ...asked.split(/[@.]/)].find((one) => one && low.includes(one)) ?? "";
    const place = low.indexOf(part);
    const start = place > 24 ? place - 12 : 0;
    const end = start + 48;
    return `${start > 0 ? "…" : ""}${words.slice(start, end)}${words.length > end ? "…" : ""}`;
  };

  const byContact = (asked) => ({ contact }) => {
    if (!contact.forms.some((form) => form.includes(asked))) return null;
    const { words, domain } = contact;
    return { by: domain.includes(asked) ? domain : around(words, asked), exact: domain === asked, tells: true };
  };

  const all = (tests) => (relay) => {
    const found = [];
    for (const test of tests) {
      const one = test(relay);
      if (!one) return null;
      found.push(one);
    }
    return {
      by: [...new Set(found.map((one) => one.by).filter(Boolean))].join("; "),
      address: found.find((one) => one.address)?.address,
      exact: found.some((one) => one.exact), tells: found.some((one) => one.tells),
    };
  };

  // Return the host of a web address, else what is asked.
  const host = (asked) => asked.replace(/^https?:\/\/(?:www\.)?([^/]*).*$/, "$1");

  // Return the test of a term without a filter: a name, an address, a key or words of a contact.
  const plain = (term) => {
    const asked = fold(term);
    const bare = host(asked);
    if (/^\$[\da-f]+$/.test(asked)) return byFingerprint(asked);
    const tests = [byNickname(bare)];
    if (/^[\da-f]{1,40}$/.test(asked)) tests.push(byFingerprint(asked));
    if (/^[a-z\d+/]{4,27}=?$/i.test(term)) tests.push(byBase64(term.replace("=", "")));
    if (/^[a-z\d+/]{6,43}=?$/i.test(term)) tests.push(byKey(term.replace("=", "")));
    if (/^\[?[:.]*[\da-f][\da-f:.\]]*$/.test(asked)) tests.push(byAddress(asked));
    if (bare.length > 2) tests.push(byHost(bare), byContact(bare));
    return any(tests);
  };

  const words = (value) => fold(value).split(/\s+/).filter(Boolean);
  const number = (value) => value.replace(/^as/i, "").replace(/^0+(?=\d)/, "");
  const numbers = (version) => version.split(/[^\d.]/)[0].split(".").filter(Boolean).map(Number);

  // Compare a version with a bound of fewer or as many numbers: 0.4.8.21 equals 0.4.8.
  const against = (version, bound) => {
    const own = numbers(version);
    const place = numbers(bound).findIndex((one, at) => one !== own[at]);
    return place < 0 ? 0 : (own[place] ?? -1) - numbers(bound)[place];
  };

  const oneVersion = (value) => {
    const [from, to] = value.split("..");
    if (to !== undefined) {
      return ([own]) => own && (!from || against(own, from) >= 0) && (!to || against(own, to) <= 0);
    }
    const whole = value.replace(/\.$/, "");
    return ([own]) => own === whole || own.startsWith(`${whole}.`) || own.startsWith(`${whole}-`);
  };

  // Return the test of a number of days before the data: "7", "0-30", "365-".
  const days = (value, index, moment) => {
    const [, from, dash, to] = /^(\d*)(-?)(\d*)$/.exec(value) ?? [];
    if (!from && !to) throw new Mistake(`“${value}” is not a number of days. Write 7, 0-30 or 365-.`);
    const last = dash ? Number(to || Infinity) : Number(from);
    return holds((relay) => {
      const day = moment(relay) || index.day;
      const age = (Date.parse(index.day) - Date.parse(day)) / DAY;
      return age >= Number(from) && age <= last;
    });
  };

  const yes = (value) => {
    if (!/^(true|false)$/i.test(value)) throw new Mistake(`“${value}” must be true or false.`);
    return value.toLowerCase() === "true";
  };

  const byFamily = (value, relays) => {
    const asked = value.replace(/^\$|^ed25519:|=$/g, "");
    if (/^[a-z\d+/]{43}$/i.test(asked)) return byKey(asked);
    const one = any([byFingerprint(asked), byBase64(asked)]);
    if (!/^([\da-f]{40}|[a-z\d+/]{27})$/i.test(asked)) {
      throw new Mistake(`“${value}” is neither a fingerprint nor a family key.`);
    }
    const member = relays.find((relay) => one(relay));
    return holds((relay) => member && (relay === member
      || (member.family >= 0 && relay.family === member.family)));
  };

  // Every filter, and the test that it makes of its value.
  const filters = {
    country: (value) => {
      const asked = fold(value);
      return holds(({ country: [code, name] }) => (code || "xz").toLowerCase() === asked
        || (asked.length > 2 && fold(name).startsWith(asked)));
    },
    as: (value) => {
      const wanted = value.split(",").map(number);
      if (wanted.some((one) => !/^\d+$/.test(one))) return filters.as_name(value);
      return holds(({ network: [own] }) => wanted.includes(own ? own.slice(2) : "0"));
    },
    as_name: (value) => holds(({ network: [, name] }) =>
      words(value).every((one) => fold(name).includes(one))),
    flag: (value) => {
      const asked = value.toLowerCase();
      return holds(({ flags: [held] }) => held.toLowerCase().split(" ").includes(asked));
    },
    version: (value) => {
      const wanted = value.split(",").map(oneVersion);
      return holds(({ version }) => wanted.some((one) => one(version)));
    },
    recommended_version: (value) => {
      const asked = String(yes(value));
      return holds(({ version: [,, recommended] }) => recommended === asked);
    },
    os: (value) => holds(({ platform: [, name] }) => fold(name).startsWith(fold(value))),
    contact: (value) => {
      const [first, ...others] = words(value).map(byContact);
      return (relay) => (others.every((test) => test(relay)) ? first(relay) : null);
    },
    host_name: (value) => byHost(fold(value)),
    family: (value, index, relays) => byFamily(value, relays),
    lookup: (value) => byFingerprint(value),
    running: (value) => {
      const asked = yes(value);
      return holds(({ down }) => (down === "") === asked);
    },
    first_seen_days: (value, index) => days(value, index, (relay) => relay.seen),
    last_seen_days: (value, index) => days(value, index, (relay) => relay.down),
    type: (value) => {
      if (value.toLowerCase() === "relay") return holds(() => true);
      throw new Mistake(`“type:${value}” finds nothing: this site has no bridges.`);
    },
  };

  // Return the terms of a query; quotation marks hold one together: contact:"two words".
  const terms = (asked) => {
    const named = asked.replace(/(^|\s)(\$?[\da-f]{40})[~=]\S*/gi, "$1$2");
    const found = named.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? [];
    const blocks = found.length > 1 && found.every((one) => /^\$?[\da-f]{4}$/i.test(one));
    return blocks ? [found.join("")] : found;
  };

  // Return the test of one term; what stands before a colon is a filter unless it is an address.
  const testOf = (term, index, relays) => {
    const [, name, value] = /^([^":]*):(.*)$/.exec(term) ?? [];
    const bare = (quoted) => quoted.replaceAll('"', "").trim();
    if (name === undefined || /^(\[?[\da-f.]*|https?)$/i.test(name)) return plain(bare(term));
    const filter = Object.hasOwn(filters, name.toLowerCase()) ? filters[name.toLowerCase()] : null;
    if (!filter) {
      throw new Mistake(`There is no filter “${name}:”. Filters are ${Object.keys(filters).join(", ")}.`
        + " To search for a colon, put the words in quotation marks.");
    }
    if (!bare(value)) throw new Mistake(`Write what to search for after “${name}:”.`);
    return filter(bare(value), index, relays);
  };

  const count = (many) => many.toLocaleString("en").replaceAll(",", "\u202f");

  const element = (name, ...children) => {
    const made = document.createElement(name);
    made.append(...children);
    return made;
  };
  const styled = (style, name, ...children) => {
    const made = element(name, ...children);
    made.className = style;
    return made;
  };

  const isolated = (text) => element("bdi", text);
  // Return a text with a word of the query marked.
  let wanted = [];
  const marked = (text) => {
    const low = text.toLowerCase();
    const found = low.length === text.length && wanted.find((one) => low.includes(one));
    if (!found) return isolated(text);
    const [from, end] = [low.indexOf(found), low.indexOf(found) + found.length];
    return element("bdi", text.slice(0, from), element("mark", text.slice(from, end)), text.slice(end));
  };
  const link = (path, text, shown = isolated) => {
    const made = element("a", shown(text));
    made.href = new URL(`${path}index.html`, root);
    return made;
  };
  const operator = ({ id, words, domain, page }, shown) => (words
    ? link(page === "" ? `${domain}/` : `contact/${hex(id).toLowerCase()}/`, domain || words, shown)
    : "None");
  const addressOf = ({ address }) =>
    (/^[\d.]+$/.test(address) ? address : address ? marked(address) : "Unknown");
  const group = (kind, id, text = id, shown = String) =>
    link(`${kind}/${id || "unknown"}/`, text || "Unknown", shown);

  // Return operators, with the relays of all their contacts.
  const operatorsOf = (people) => {
    const found = new Map();
    for (const one of people) {
      found.set(one.id, { ...one, relays: one.relays + (found.get(one.id)?.relays ?? 0) });
    }
    return [...found.values()];
  };

  // Return the pages that are called as the query: a title, the list of all, links and remarks.
  const pages = (term, index, contacts) => {
    const asked = fold(term);
    const long = asked.length > 2;
    const named = (kind, title, list, column) => [title, list, column.values.filter(([id, name]) => id
      && (fold(id) === asked || (long && fold(name).includes(asked))))
      .map(([id, name]) => [group(kind, id, name, marked), ""])];
    const flags = new Set(index.flags.values.flatMap(([held]) => held.split(" ")));
    const bare = host(asked);
    const held = [...flags].filter((flag) => flag.toLowerCase() === asked);
    const versions = new Set(index.versions.values.map(([own]) => own));
    const system = /^(as)?\d{3,}$/.test(asked) ? `AS${number(asked)}` : null;
    const systems = index.networks.values.filter(([own, name]) => own
      && (own === system || (long && fold(name).includes(asked))));
    const people = operatorsOf(contacts.filter((one) => long && one.forms.some((form) => form.includes(bare))));
    people.sort((one, other) => (other.domain === bare) - (one.domain === bare)
      || other.relays - one.relays);
    return [
      named("country", "Countries", "misc/countries/", index.countries),
      ["Operators", "misc/operators/", people.map((one) => [operator(one, marked), one.relays === 1 ? "1 relay" : `${count(one.relays)} relays`])],
      ["Networks", "misc/networks/", systems.map(([own, name]) => [group("as", own, own, marked), marked(name)])],
      ["Tor versions", "misc/versions/", [...versions]
        .filter((own) => own && (own === asked || own.startsWith(`${asked}.`)))
        .map((own) => [group("version", own, own, marked), ""])],
      named("platform", "Operating systems", "misc/platforms/", index.platforms),
      ["Relay flags", "misc/", held.map((flag) => [group("flag", flag.toLowerCase(), flag, marked), ""])],
    ].filter(([,, links]) => links.length > 0);
  };

  const pagesOf = ([title, path, links]) => {
    const items = links.slice(0, LINKS).map(([one, beside]) =>
      element("li", one, ...(beside ? [styled("muted", "span", beside)] : [])));
    const parts = [element("h3", `${title} (${count(links.length)})`), styled("hits wide", "ul", ...items)];
    if (links.length > LINKS) {
      parts.push(styled("small", "p", `${count(links.length - LINKS)} more: type more, or see the `,
        link(path, "full list"), "."));
    }
    return parts;
  };

  const nameOf = (hit) => {
    const made = [link(`relay/${digits(hit)}/`, hit.nickname, marked)];
    if (hit.twin) made.push(" ", digits(hit).slice(0, 8));
    if (!hit.down) return made;
    const day = element("time", hit.down);
    day.dateTime = hit.down;
    return [...made, " ", styled("badge crit", "span", "Down ", day)];
  };
  // Return a share in percent; one that begins with "<" is negative.
  const share = ({ weight }) => Number.parseFloat(weight.replace("<", "-")) || 0;
  const weightOf = (hit, top) => (hit.weight
    ? [hit.weight, styled(`meter l${share(hit) && Math.max(1, Math.round(50 * share(hit) / top))}`, "i")]
    : ["Not in the consensus"]);
  const flagsOf = ({ flags: [, harms, others] }) => [
    ...harms.split(" ").filter(Boolean).flatMap((one) => [styled("not", "b", one), " "]),
    others || (harms ? "" : "None")];
  const versionOf = ({ version: [own, note,, colour] }) => [group("version", own),
    ...(note ? [" ", styled(colour === "crit" ? "not" : "open", "b", note)] : [])];

  // Columns: head, class, what it is sorted by, contents of a cell.
  const columns = [
    ["Relay", "", (hit) => hit.nickname.toLowerCase(), nameOf],
    ["Found by", "named", (hit) => hit.found.by,
      (hit) => [hit.found.by ? marked(hit.found.by) : hit.found.address ?? "Nickname"]],
    ["Weight", "n", (hit) => -hit.rank, weightOf],
    ["Flags", "held", (hit) => hit.flags.slice(1).join(" "), flagsOf],
    ["Address", "", (hit) => hit.address, (hit) => [addressOf(hit)]],
    ["Operator", "", (hit) => hit.contact.domain || fold(hit.contact.words),
      (hit) => [operator(hit.contact)]],
    ["Country", "", (hit) => hit.country[0], (hit) => [group("country", hit.country[0])]],
    ["Network", "", (hit) => Number(hit.network[0].slice(2)),
      (hit) => [group("as", hit.network[0]), " ", isolated(hit.network[1])]],
    ["Version", "named", (hit) => hit.version[0], versionOf],
    ["First seen", "n", (hit) => hit.seen, (hit) => [group("first_seen", hit.seen)]],
  ];

  const order = new Intl.Collator("en", { numeric: true });
  const compare = (one, other) => (typeof one === "number" ? one - other : order.compare(one, other));

  class Table {
    constructor(hits, given) {
      this.hits = hits;
      this.top = Math.max(0.01, ...hits.map(share));
      const left = hits.some((hit) => hit.found.by) ? "Address" : "Found by";
      this.columns = columns.filter(([head]) => head !== left);
      this.caption = element("caption");
      this.caption.id = "rows";
      this.body = element("tbody");
      this.heads = this.columns.map((column) => this.head(column));
      const table = element("table", this.caption, element("thead", element("tr", ...this.heads)), this.body);
      this.more = element("button", "Show more");
      this.more.type = "button";
      this.more.addEventListener("click", () => {
        const first = this.body.rows.length;
        this.show(first + ROWS);
        this.body.rows[first].querySelector("a").focus();
      });
      const box = styled("scroll list", "div", table);
      box.tabIndex = 0;
      box.setAttribute("role", "region");
      box.setAttribute("aria-labelledby", "rows");
      this.by = given;
      this.show(ROWS);
      results.append(styled("card", "div", element("h3", `Relays (${count(hits.length)})`), box, this.more));
    }

    head([title, kind, key]) {
      const button = styled("sort", "button", title);
      button.type = "button";
      const head = element("th", button);
      head.scope = "col";
      if (kind) head.classList.add(kind);
      button.addEventListener("click", () => {
        const before = head.getAttribute("aria-sort");
        const falls = before ? before === "ascending" : kind === "n";
        for (const one of this.heads) one.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", falls ? "descending" : "ascending");
        this.hits.sort((one, other) => compare(key(one), key(other)) * (falls ? -1 : 1));
        this.by = `by ${title.toLowerCase()}`;
        this.show(this.body.rows.length);
      });
      return head;
    }

    row(hit) {
      hit.twin = this.hits.some((one) => one !== hit && one.nickname === hit.nickname);
      return element("tr", ...this.columns.map(([, kind,, cell], place) => {
        const made = element(place === 0 ? "th" : "td", ...cell(hit, this.top));
        if (place === 0) made.scope = "row";
        if (kind) made.className = kind;
        return made;
      }));
    }

    show(rows) {
      const part = this.hits.slice(0, rows);
      this.body.replaceChildren(...part.map((hit) => this.row(hit)));
      this.caption.replaceChildren(`Rows 1–${count(part.length)} of ${count(this.hits.length)}, ${this.by} `,
        styled("sideways", "span", "Scroll sideways for more columns."));
      this.more.hidden = part.length === this.hits.length;
    }
  }

  const search = (asked, index) => {
    const contacts = contactsOf(index.contacts);
    const relays = relaysOf(index, contacts);
    const found = terms(asked);
    wanted = found.filter((term) => !/^\w+:/.test(term)).map((term) => term.replaceAll('"', "").toLowerCase());
    const test = all(found.map((term) => testOf(term, index, relays)));
    const hits = [];
    for (const relay of relays) {
      const how = test(relay);
      if (how) hits.push({ ...relay, found: how, address: how.address ?? relay.addresses[0] });
    }
    hits.sort((one, other) => other.found.exact - one.found.exact
      || one.found.tells - other.found.tells || one.rank - other.rank || one.place - other.place);
    const others = found.length === 1 ? pages(found[0].replaceAll('"', ""), index, contacts) : [];
    const mixed = hits.length > 0 && (hits[0].found.exact || hits[0].found.tells !== hits.at(-1).found.tells);
    if (others.length > 0) results.append(styled("card", "div", ...others.flatMap(pagesOf)));
    if (hits.length > 0) new Table(hits, `${mixed ? "the closest first, then " : ""}by consensus weight`);
    const many = others.reduce((sum, [,, links]) => sum + links.length, hits.length);
    const words = many === 0 ? "No results" : many === 1 ? "1 result" : `${count(many)} results`;
    status.replaceChildren(styled("section", "h2", `${words} for “${asked}”`));
  };

  const load = async () => {
    try {
      const answer = await fetch(new URL("search/relays.json", root));
      if (answer.ok) return await answer.json();
    } catch { /* said below */ }
    throw new Mistake("The search index cannot be read right now. Browse below instead.");
  };

  const run = async () => {
    const asked = (new URL(location.href).searchParams.get("q") ?? "").trim().slice(0, LONGEST);
    document.getElementById("q").value = asked;
    if (!asked) return;
    if (location.protocol === "file:") {
      throw new Mistake("A page that is opened as a file cannot read the search index. Open this site"
        + " through a web server, or browse below.");
    }
    status.replaceChildren(styled("muted", "p", "Reading the search index …"));
    search(asked, await load());
  };

  document.getElementById("found").hidden = false;
  results.setAttribute("aria-busy", "true");
  run().catch((error) => {
    if (!(error instanceof Mistake)) throw error;
    status.replaceChildren(styled("verdict warn", "p", element("span", error.message)));
  }).finally(() => results.setAttribute("aria-busy", "false"));
}
