// What views are made of. All text is put in as text, never as markup, whoever wrote it.

const at = (id) => document.getElementById(id);

/** An element with properties and children; children that are null or false are left out, texts become text nodes. */
function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** An element of a drawing. */
function drawn(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const number = (value) => (value ?? 0).toLocaleString("en");
const counted = (value, thing, things = `${thing}s`) => `${number(value)} ${value === 1 ? thing : things}`;

/** A share in per cent, as the text of a report writes it: one decimal below 10. */
function percent(part, of) {
  const share = of ? (100 * part) / of : 0;
  return share >= 9.95 ? share.toFixed(0) : share.toFixed(1).replace(/\.0$/, "");
}

/** A text of others: it keeps its own direction, and cannot turn what stands beside it. */
const theirs = (text, properties = {}) => el("bdi", properties, text ?? "");

/** Texts of others in a row, each with its own direction; those that are empty are left out. */
const theirsInRow = (texts) => texts.filter(Boolean).flatMap((it, place) => (place ? [" · ", theirs(it)] : [theirs(it)]));

/** A table; the first cell of a row names it. A wide one is scrolled, by keyboard, too. */
function table(title, head, rows) {
  if (!rows.length) return null;
  const cell = (it) => (typeof it === "number" ? number(it) : it);
  return el(
    "div",
    { className: "wide", role: "region", ariaLabel: title, tabIndex: 0 },
    el(
      "table",
      {},
      el("caption", {}, title),
      el("thead", {}, el("tr", {}, head.map((it) => (it ? el("th", { scope: "col" }, it) : el("td"))))),
      el(
        "tbody",
        {},
        rows.map(([name, ...cells]) =>
          el("tr", {}, el("th", { scope: "row" }, name), cells.map((it) => el("td", {}, cell(it)))),
        ),
      ),
    ),
  );
}

/** A bar beside its words: ``part`` of ``most``. The words hold all that the bar shows. */
function bar(name, part, most, words, colour = "main") {
  const width = most ? Math.max((100 * part) / most, part ? 0.5 : 0) : 0;
  const drawing = drawn(
    "svg",
    { viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" },
    drawn("rect", { width: 100, height: 10, class: "rest" }),
    drawn("rect", { width, height: 10, class: colour }),
  );
  return el("li", { className: "bar" }, el("span", { className: "name" }, name), drawing, el("span", {}, words));
}

function bars(title, items) {
  return items.length
    ? el("section", {}, el("h2", {}, title), el("ul", { className: "bars", role: "list" }, items))
    : null;
}

/**
 * Columns side by side, one for each place.
 * @param {string} words what they show, for who does not see them.
 * @param {Array<Array<[number, string]>>} columns the parts of each, from the ground: height and colour. Parts with
 *   ``over`` stand before those before them instead of on them.
 */
function columns(words, columns, { over = false } = {}) {
  const heights = columns.map((parts) => (over ? Math.max : (...all) => all.reduce((a, b) => a + b, 0))(0, ...parts.map(([it]) => it)));
  const most = Math.max(1, ...heights);
  const drawing = drawn("svg", {
    viewBox: `0 0 ${columns.length * 10} 100`,
    preserveAspectRatio: "none",
    role: "img",
    "aria-label": words,
    class: "columns",
  });
  columns.forEach((parts, place) => {
    let ground = 100;
    parts.forEach(([value, colour], layer) => {
      const height = (100 * value) / most;
      const inset = over ? 1 + layer * 1.5 : 1;
      drawing.append(
        drawn("rect", { x: place * 10 + inset, y: ground - height, width: 10 - 2 * inset, height, class: colour }),
      );
      if (!over) ground -= height;
    });
  });
  return drawing;
}

const legend = (entries) =>
  el(
    "p",
    { className: "legend" },
    entries.map(([colour, words]) =>
      el("span", {}, drawn("svg", { viewBox: "0 0 10 10", "aria-hidden": "true" }, drawn("rect", { width: 10, height: 10, class: colour })), ` ${words}`),
    ),
  );

function say(words) {
  at("says").textContent = words;
  at("says").hidden = !words;
}

/** Show parts in place of what stood there. What is open stays open, and the button that has the focus keeps it. */
function show(...parts) {
  const view = at("view");
  const open = [...view.querySelectorAll("details[open] > summary")].map((it) => it.textContent);
  const held = view.contains(document.activeElement) ? document.activeElement.textContent : null;
  view.replaceChildren(...parts.flat(Infinity).filter(Boolean));
  for (const it of view.querySelectorAll("summary")) if (open.includes(it.textContent)) it.parentElement.open = true;
  [...view.querySelectorAll("button, summary")].find((it) => it.textContent === held)?.focus();
}

/** The text of an answer, for what a view cannot draw. */
const asText = (result) => el("pre", { className: "text", tabIndex: 0 }, textOf(result));

/**
 * A view of the answers of a tool.
 * @param {string} name of the view.
 * @param {function} draw makes the parts from the facts of an answer, or null where it cannot draw them.
 */
function view(name, draw) {
  const state = { given: {}, host: null, take };

  /** Show an answer, as drawing or as text. An error is said, and what stands there stays. */
  function take(result) {
    if (result.isError) return say(textOf(result));
    const facts = factsOf(result);
    let parts = null;
    try {
      parts = facts && draw(facts, result, state);
    } catch (error) {
      console.error(error);
    }
    show(parts ?? [el("h1", {}, document.title), asText(result)]);
    say(facts?.cut ? `Not all of it: ${facts.cut}` : "");
  }

  state.host = connect(name, {
    "tool-input": (params) => (state.given = params.arguments ?? {}),
    "tool-cancelled": () => say("The assistant has cancelled its call."),
    "tool-result": take,
  });
  return state;
}

/** Call a tool for a press; the result, or null where it was refused. Meanwhile nothing else can be pressed. */
async function press(state, tool, given, words) {
  const buttons = [...document.querySelectorAll("button")].filter((it) => !it.disabled);
  const held = document.activeElement;
  for (const it of buttons) it.disabled = true;
  say(words);
  try {
    const result = await state.host.call(tool, given);
    if (!result.isError) return result;
    say(textOf(result));
  } catch (error) {
    say(`This app did not carry that out (${error.message}). Ask the assistant for it instead.`);
  } finally {
    for (const it of buttons) it.disabled = false;
    held?.focus?.();
  }
  return null;
}

/** The words below columns: the first place, a word on the whole, and the last place. */
const axis = (first, middle, last) => el("p", { className: "axis" }, el("span", {}, first), el("span", {}, middle), el("span", {}, last));
