// Keys for whoever goes through the queue: everything here can be done without, by Tab, Space and Enter.
"use strict";

const KEPT = "desk-keys";
const rows = [...document.querySelectorAll("table.queue tbody tr")];
const isTyping = (target) => target.closest("textarea, select, input:not([type=checkbox])") !== null;
const isOn = () => localStorage.getItem(KEPT) !== "off";
const linkOf = (row) => row.querySelector("th a");
const here = () => rows.findIndex((row) => row.contains(document.activeElement));

function go(step) {
  const next = rows[Math.min(Math.max(here() + step, 0), rows.length - 1)];
  if (!next) return false;
  linkOf(next).focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function choose() {
  const box = here() < 0 ? null : rows[here()].querySelector("input[type=checkbox]");
  if (!box) return false;
  box.checked = !box.checked;
  return true;
}

function chooseAll() {
  const boxes = rows.map((row) => row.querySelector("input[type=checkbox]")).filter(Boolean);
  const all = boxes.every((box) => box.checked);
  boxes.forEach((box) => { box.checked = !all; });
  return boxes.length > 0;
}

function reach(id) {
  const field = document.getElementById(id);
  if (!field) return false;
  field.focus();
  field.scrollIntoView({ block: "center" });
  return true;
}

function reachSearch() {
  if (!reach("q")) return false;
  const field = document.getElementById("q");
  field.setSelectionRange(field.value.length, field.value.length);
  return true;
}

function showKeys() {
  document.getElementById("keys-list").open = true;
  return reach("keys");
}

function press(id) {
  const link = document.getElementById(id);
  if (link) link.click();
  return link !== null;
}

const KEYS = {
  j: () => go(1),
  k: () => go(here() < 0 ? 0 : -1),
  x: choose,
  X: chooseAll,
  b: () => reach("do"),
  n: () => press("to-next"),
  "/": reachSearch,
  "?": showKeys,
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.altKey || event.metaKey || event.ctrlKey) return;
  if (event.key === "Escape" && isTyping(event.target)) { event.target.blur(); return; }
  if (!isOn() || isTyping(event.target)) return;
  const act = KEYS[event.key];
  if (act && act()) event.preventDefault();
});

const toggle = document.getElementById("keys");
if (toggle) {
  toggle.checked = isOn();
  document.getElementById("switch").hidden = false;
  toggle.addEventListener("change", () => localStorage.setItem(KEPT, toggle.checked ? "on" : "off"));
}
