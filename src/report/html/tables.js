// Tables that are sorted by the buttons in their heads and filtered by words; regions that are reached by the Tab key where they
// scroll.
const watched = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const scrolls = target.scrollWidth > target.clientWidth + 1 || target.scrollHeight > target.clientHeight + 1;
    if (scrolls) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});
for (const region of document.querySelectorAll(".scrolls")) watched.observe(region);

const closeAll = (table) => {
  for (const opened of table.querySelectorAll("tr.opened")) opened.remove();
  for (const button of table.querySelectorAll("button[aria-expanded]")) button.setAttribute("aria-expanded", "false");
};

// A cell's number where it has one, else its words.
const worth = (row, column) => {
  const cell = row.cells[column];
  return cell.dataset.v === undefined ? cell.textContent : Number(cell.dataset.v);
};

const sortBy = (table, column, isUp) => {
  closeAll(table);
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => ({ row, at: worth(row, column) }));
  rows.sort((one, other) => {
    // What has no number stands last, whichever way.
    if (typeof one.at !== typeof other.at) return typeof one.at === "number" ? -1 : 1;
    const order = typeof one.at === "number" ? one.at - other.at : one.at.localeCompare(other.at);
    return isUp ? order : -order;
  });
  body.append(...rows.map(({ row }) => row));
};

for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const was = head.getAttribute("aria-sort");
      const isNumber = [...table.tBodies[0].rows].some((row) => row.cells[column]?.dataset.v !== undefined);
      const isUp = was === null ? !isNumber : was === "descending";
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", isUp ? "ascending" : "descending");
      sortBy(table, column, isUp);
    });
  });
}

// The edges further down the ranking, read when they are first looked for.
const beyondText = document.getElementById("edges-beyond");
let beyondIndex;
const MOST_FOUND = 10;
const findBeyond = (sought) => {
  const list = document.getElementById("edges-found");
  if (!beyondText || !list) return 0;
  beyondIndex ??= JSON.parse(beyondText.textContent);
  const { first, bands, names } = beyondIndex;
  const found = [];
  let all = 0;
  if (sought.length > 0) {
    names.forEach((name, index) => {
      const text = name.toLowerCase();
      if (!sought.every((word) => text.includes(word))) return;
      all += 1;
      if (found.length < MOST_FOUND) found.push([name, first + index]);
    });
  }
  const items = found.map(([name, rank]) => {
    const item = document.createElement("li");
    const band = bands.findIndex((last) => rank <= last);
    const from = band === 0 ? first : bands[band - 1] + 1;
    item.textContent = `${name}: rank ${rank}, in the band ${from} to ${bands[band]}`;
    return item;
  });
  if (all > found.length) {
    const rest = document.createElement("li");
    rest.textContent = `and ${all - found.length} more`;
    items.push(rest);
  }
  list.replaceChildren(...items);
  list.hidden = items.length === 0;
  return all;
};

for (const input of document.querySelectorAll("input[data-filters]")) {
  const table = document.getElementById(input.dataset.filters);
  const rows = [...table.tBodies[0].rows].map((row) => ({ row, text: row.textContent.toLowerCase() }));
  const count = input.parentElement.querySelector("output");
  input.addEventListener("input", () => {
    closeAll(table);
    const sought = input.value.toLowerCase().split(/\s+/).filter((word) => word !== "");
    let shown = 0;
    for (const { row, text } of rows) {
      row.hidden = !sought.every((word) => text.includes(word));
      if (!row.hidden) shown += 1;
    }
    const further = table.id === "edges-table" ? findBeyond(sought) : 0;
    count.textContent = sought.length === 0 ? "" : `${shown} of ${rows.length}${further > 0 ? `, and ${further} further down` : ""}`;
  });
}

addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details")) details.open = true;
});
