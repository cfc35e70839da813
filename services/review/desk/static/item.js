// Keys for whoever assesses many items: everything here can be done without, by Tab, Space and Enter.
"use strict";

const VERDICTS = ["met", "not-met", "unclear"];
const KEPT = "desk-keys";

const find = (id) => document.getElementById(id);
const findOpen = (selector) => document.querySelector(`.do > details[open] :is(${selector})`);
const isTyping = (target) => target.closest("textarea, select, input:not([type=radio], [type=checkbox])") !== null;
const isOn = () => localStorage.getItem(KEPT) !== "off";

function turn(number) {
  const asked = findOpen(`[data-key="${number}"]`);
  if (!asked) return false;
  const radios = asked.querySelectorAll("input[type=radio]");
  const now = [...radios].findIndex((radio) => radio.checked);
  const next = radios[(now + 1) % VERDICTS.length];
  next.checked = true;
  next.focus();
  return true;
}

function reach(selector) {
  const field = findOpen(selector);
  if (!field) return false;
  field.focus();
  field.scrollIntoView({ block: "center" });
  return true;
}

function press(button) {
  if (button) button.click();
  return button !== null;
}

function showKeys() {
  find("keys-list").open = true;
  find("keys").focus();
  return true;
}

const KEYS = {
  r: () => reach("[name=reason]"),
  a: () => reach("[name=area]"),
  m: () => press(findOpen("#rest-met")),
  s: () => press(findOpen("#save-next, #decide-next")),
  n: () => press(find("to-next")),
  q: () => press(find("to-queue")),
  "?": showKeys,
};

function onKey(event) {
  if (event.defaultPrevented || event.isComposing || event.altKey || event.metaKey) return;
  if (event.ctrlKey) {
    const form = event.target.closest("form.work");
    const next = form && (form.querySelector("#save-next, #decide-next") || form.querySelector(".buttons button"));
    if (event.key === "Enter" && next) next.click();
    return;
  }
  if (event.key === "Escape" && isTyping(event.target)) {
    event.target.blur();
    return;
  }
  if (!isOn() || isTyping(event.target)) return;
  const done = /^[1-9]$/.test(event.key) ? turn(event.key) : KEYS[event.key]?.();
  if (done) event.preventDefault();
}

function showWhatBelongs(form) {
  const chosen = form.querySelector('input[name="outcome"]:checked')?.value;
  for (const part of form.querySelectorAll(".when")) part.hidden = part.dataset.when !== chosen;
}

function begin() {
  document.addEventListener("keydown", onKey);
  for (const form of document.querySelectorAll("#form-decide, #form-correct")) {
    showWhatBelongs(form);
    form.addEventListener("change", () => showWhatBelongs(form));
  }
  const on = find("keys-on");
  on.checked = isOn();
  on.addEventListener("change", () => localStorage.setItem(KEPT, on.checked ? "on" : "off"));
  document.querySelector(".switch").hidden = false;
  const amiss = document.querySelector("#stale, #amiss");
  if (amiss) amiss.focus();
}

begin();
