"use strict";
// Ages, sorted tables, links to headings, a button that copies. Pages are whole without it.
{
  const root = new URL("../", document.currentScript.src);
  const units = [["year", 31557600], ["month", 2629800], ["day", 86400], ["hour", 3600]];

  const styled = (style, name, ...children) => {
    const made = document.createElement(name);
    made.className = style;
    made.append(...children);
    return made;
  };

  const button = (style, action, ...children) => {
    const made = styled(style, "button", ...children);
    made.type = "button";
    made.addEventListener("click", action);
    return made;
  };

  // Return how long ago a moment was: "3 days ago".
  const ago = (moment) => {
    const seconds = (Date.now() - moment) / 1000;
    const [unit, length] = units.find((one) => seconds >= 2 * one[1]) ?? ["minute", 60];
    const count = Math.max(0, Math.floor(seconds / length));
    return `${count} ${unit}${count === 1 ? "" : "s"} ago`;
  };

  const addAges = () => {
    for (const time of document.querySelectorAll("main dd time")) {
      (time.closest("a") ?? time).after(styled("age", "span", ` (${ago(Date.parse(time.dateTime))})`));
    }
  };

  // Say from when the data is: in the footer, on paper, and above the page when it is old.
  const addFreshness = async () => {
    const answer = await fetch(new URL("status.json", root));
    const published = (await answer.json()).data.relays_published;
    const age = ago(Date.parse(published));
    const words = `Data as of ${published.slice(0, 16).replace("T", " ")} UTC`;
    document.querySelector('footer a[href$="#sources"]').textContent = `${words} (${age})`;
    document.body.append(styled("paper", "p", `${words}. ${location.href}`));
    if (Date.now() - Date.parse(published) > 3 * 3600e3) {
      document.querySelector("header").append(styled("late", "p", `Out of date: ${words} (${age}).`));
    }
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

  // Words such as "unknown" stay below the numbers of a column, whichever way it is sorted.
  const compare = (one, other, direction) => {
    if (typeof one !== typeof other) return typeof one === "number" ? -1 : 1;
    return direction * (typeof one === "number" ? one - other : one.localeCompare(other, "en"));
  };

  const sort = ({ tBodies: [body] }, column, direction) => {
    const rows = [...body.rows].map((row) => [value(row.cells[column]), row]);
    rows.sort(([one], [other]) => compare(one, other, direction));
    body.append(...rows.map(([, row]) => row));
  };

  // Turn each head of a column into a button: first click descending for numbers, else ascending.
  const makeSortable = (table) => {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const turn = () => {
        const before = head.getAttribute("aria-sort");
        const falls = before ? before === "ascending" : head.classList.contains("n");
        for (const one of heads) one.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", falls ? "descending" : "ascending");
        sort(table, column, falls ? -1 : 1);
      };
      head.title = "Sort these rows";
      head.append(button("sort", turn, ...head.childNodes));
    });
  };

  // Turn a heading into a link to itself.
  const linkHeading = (heading) => {
    const link = styled("anchor", "a", ...heading.childNodes);
    link.href = `#${heading.id}`;
    heading.append(link);
  };

  const addCopyButton = (code) => {
    const copy = async (click) => {
      await navigator.clipboard.writeText(code.textContent);
      click.target.textContent = "Copied";
    };
    code.after(button("copy", copy, "Copy"));
  };

  addAges();
  addFreshness().catch(() => {});
  if (navigator.clipboard) document.querySelectorAll("[data-copy]").forEach(addCopyButton);
  for (const heading of document.querySelectorAll("main :is(h2, h3)[id]")) {
    if (!heading.querySelector("a")) linkHeading(heading);
  }
  for (const table of document.querySelectorAll(".scroll table")) {
    if (table.tHead?.rows.length === 1 && table.tBodies[0]?.rows.length > 2) makeSortable(table);
  }
}
