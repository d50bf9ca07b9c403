"use strict";
// Sort a table by a heading, filter long tables and lists, open all tables at once. Without it the page says the same.
const said = document.documentElement.dataset;
const LONG = 8;

function valueOf(cell) {
  const text = (cell.dataset.v || cell.textContent).trim();
  const number = parseFloat(text.replace(/−/g, "-").replace(/,/g, ""));
  return cell.classList.contains("n") || cell.dataset.v ? (Number.isNaN(number) ? -Infinity : number) : text;
}

function sortBy(table, place, heading) {
  const rises = heading.getAttribute("aria-sort") !== "ascending";
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", rises ? "ascending" : "descending");
  const rows = [...table.tBodies[0].rows].map((row, order) => ({ row, order, value: valueOf(row.cells[Math.min(place, row.cells.length - 1)]) }));
  const compare = (a, b) => (typeof a.value === "number" && typeof b.value === "number" ? a.value - b.value : String(a.value).localeCompare(String(b.value), document.documentElement.lang)) || a.order - b.order;
  rows.sort((a, b) => (rises ? compare(a, b) : compare(b, a)));
  table.tBodies[0].append(...rows.map((each) => each.row));
}

function makeSortable(table) {
  [...table.tHead.rows[0].cells].forEach((heading, place) => {
    const button = document.createElement("button");
    button.type = "button";
    button.title = said.sort;
    button.append(...heading.childNodes);
    button.addEventListener("click", () => sortBy(table, place, heading));
    heading.append(button);
  });
}

function makeFilter(before, items) {
  const label = document.createElement("label");
  const field = document.createElement("input");
  const count = document.createElement("output");
  label.className = "filter";
  field.type = "search";
  label.append(said.filter + " ", field, " ", count);
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const item of items) {
      const text = item.textContent.toLowerCase();
      item.hidden = !words.every((word) => text.includes(word));
      shown += item.hidden ? 0 : 1;
    }
    count.textContent = words.length ? said.shown.replace("{n}", shown).replace("{of}", items.length) : "";
  });
  before.before(label);
}

for (const table of document.querySelectorAll("main table:not(.conditions)")) {
  const rows = table.tBodies[0] ? [...table.tBodies[0].rows] : [];
  if (rows.length > 2 && table.tHead) makeSortable(table);
  if (rows.length > LONG) makeFilter(table.parentElement.classList.contains("wide") ? table.parentElement : table, rows);
}
for (const list of document.querySelectorAll("main .list:not([data-team])")) {
  const items = [...list.querySelectorAll(":scope > article")];
  if (items.length > LONG) makeFilter(list, items);
}
function makeChoices(lists) {
  const people = lists.flatMap((list) => [...list.querySelectorAll(":scope > article")]);
  const row = document.createElement("div");
  row.className = "filters tools";
  const fields = ["team", "site", "lever", "step"].map((name) => {
    const label = document.createElement("label");
    const field = document.createElement("select");
    const values = [...new Set(people.map((each) => each.dataset[name]).filter(Boolean))].sort();
    field.append(new Option("", ""), ...values.map((value) => new Option(value, value)));
    label.append(lists[0].dataset[name] + " ", field);
    row.append(label);
    return { name, field };
  });
  const label = document.createElement("label");
  const typed = document.createElement("input");
  const count = document.createElement("output");
  typed.type = "search";
  label.append(said.filter + " ", typed, " ", count);
  row.append(label);
  row.addEventListener("input", () => {
    const words = typed.value.toLowerCase().split(/\s+/).filter(Boolean);
    const isChosen = (each) => fields.every(({ name, field }) => !field.value || each.dataset[name] === field.value);
    for (const each of people) each.hidden = !(isChosen(each) && words.every((word) => each.textContent.toLowerCase().includes(word)));
    count.textContent = said.shown.replace("{n}", people.filter((each) => !each.hidden).length).replace("{of}", people.length);
  });
  lists[0].previousElementSibling.before(row);
}

const lists = [...document.querySelectorAll("main .list[data-team]")];
if (lists.length) makeChoices(lists);
const folded = [...document.querySelectorAll("main details")];
if (folded.length) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = said.open;
  button.addEventListener("click", () => {
    const opens = button.textContent === said.open;
    for (const each of folded) each.open = opens;
    button.textContent = opens ? said.close : said.open;
  });
  document.querySelector("nav .tools").append(button);
  addEventListener("beforeprint", () => { for (const each of folded) each.open = true; });
}
