"use strict";
// Ages beside times, the age of the data, tables sorted by a column. Pages are whole without it.
{
  const root = new URL("../", document.currentScript.src);
  const units = [["year", 31557600], ["month", 2629800], ["day", 86400], ["hour", 3600]];

  // Return how long ago a moment was: "3 days ago".
  const ago = (moment) => {
    const seconds = (Date.now() - moment) / 1000;
    const [unit, length] = units.find((one) => seconds >= 2 * one[1]) ?? ["minute", 60];
    const count = Math.max(0, Math.floor(seconds / length));
    return `${count} ${unit}${count === 1 ? "" : "s"} ago`;
  };

  const addAges = () => {
    for (const time of document.querySelectorAll("main dd time, main .lead time")) {
      const age = document.createElement("span");
      age.className = "age";
      age.textContent = ` (${ago(Date.parse(time.dateTime))})`;
      (time.closest("a") ?? time).after(age);
    }
  };

  // Say in the footer from when the data is; without status.json the link says enough.
  const addFreshness = async () => {
    const link = document.querySelector('footer a[href$="network-health/index.html#sources"]');
    if (!link || !location.protocol.startsWith("http")) return;
    const answer = await fetch(new URL("status.json", root));
    if (!answer.ok) return;
    const published = (await answer.json()).data.relays_published;
    const words = published.slice(0, 16).replace("T", " ");
    const late = Date.now() - Date.parse(published) > 3 * 3600e3 ? ", out of date" : "";
    link.textContent = `Data as of ${words} UTC (${ago(Date.parse(published))}${late})`;
  };

  // Return a cell as something to compare: numbers with unit as numbers, the rest as text.
  const scales = { k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 };
  const value = (cell) => {
    const words = cell.textContent.trim();
    const found = /^[<#]?(-?[\d\u202f]+(?:\.\d+)?)(?:%|\u00a0?([kMGTPE]?)(?:bit|B)?(?:\/s)?)?$/.exec(words);
    if (!found) return words.toLowerCase();
    const number = Number(found[1].replaceAll("\u202f", "")) * (scales[found[2]] ?? 1);
    return words.startsWith("<") ? number / 2 : number;
  };

  // Numbers before words; words such as "unknown" stay at the end of a column of numbers.
  const compare = (one, other) => {
    if (typeof one !== typeof other) return typeof one === "number" ? -1 : 1;
    return typeof one === "number" ? one - other : one.localeCompare(other, "en");
  };

  const sort = (table, column, direction) => {
    const body = table.tBodies[0];
    const rows = [...body.rows].map((row) => ({ row, value: value(row.cells[column]) }));
    rows.sort((one, other) => {
      const mixed = typeof one.value !== typeof other.value;
      return compare(one.value, other.value) * (mixed ? 1 : direction);
    });
    body.append(...rows.map((one) => one.row));
  };

  // Turn each head of a column into a button: first click descending for numbers, else ascending.
  const makeSortable = (table) => {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const before = head.getAttribute("aria-sort");
        const first = head.classList.contains("n") ? "descending" : "ascending";
        const other = first === "ascending" ? "descending" : "ascending";
        const now = before === first ? other : first;
        for (const one of heads) one.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", now);
        sort(table, column, now === "ascending" ? 1 : -1);
      });
    });
  };

  addAges();
  addFreshness().catch(() => {});
  for (const table of document.querySelectorAll("main table")) {
    if (table.tHead?.rows.length === 1 && table.tBodies[0]?.rows.length > 2) makeSortable(table);
  }
}
