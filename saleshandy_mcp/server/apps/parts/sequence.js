// A sequence of ``get_sequence``: its steps as a line of time, the texts of a step side by side.
(() => {
  const PERIOD = "last 30 days";
  const SIMPLE = /^(?:[^<]|<\/?(?:p|br|div|b|i|u|strong|em|ul|ol|li|span|a)(?:\s[^<>]*)?\/?>)*$/i;
  const LINK = /<a\s[^<>]*\bhref\s*=\s*"([^"<>]*)"[^<>]*>([^<]*)<\/a>/gi;

  function sequence(facts, result, state) {
    const people = facts.prospects === undefined ? "number of people not known" : counted(facts.prospects, "person", "people");
    const steps = facts.steps_in_all === undefined ? counted(facts.steps.length, "step") : `1 of ${facts.steps_in_all} steps`;
    return [
      el("h1", {}, theirs(facts.title)),
      el("p", { className: "soft" }, theirsInRow([facts.status, steps, people, facts.schedule])),
      facts.opted_out && el("p", { className: "warning" }, theirs(facts.opted_out)),
      el("ol", { className: "steps", role: "list" }, facts.steps.map(step)),
      el(
        "div",
        { className: "switch" },
        el("button", { type: "button", onclick: () => numbers(facts, state) }, `Mails and replies of each step, ${PERIOD}`),
      ),
      el("div", { id: "numbers" }),
      table(
        "Senders",
        ["", "state", "left today", "health"],
        facts.senders.map((it) => [theirs(it.address), theirs(it.active ? "active" : `not active: ${it.why}`), it.quota_left ?? "", it.health ?? ""]),
      ),
      facts.senders.length === 0 && el("p", { className: "warning" }, "It has no sender."),
      facts.settings.length > 0 && el("p", { className: "soft" }, theirs(`Settings: ${facts.settings.join(", ")}`)),
      el("details", {}, el("summary", {}, "The sequence as text"), asText(result)),
    ];
  }

  function step(it) {
    return el(
      "li",
      {},
      el("h2", {}, `Day ${it.day}: step ${it.number}, ${it.type.replaceAll("_", " ")}`),
      el("div", { className: "variants" }, it.variants.map(variant)),
    );
  }

  function variant(it) {
    const subject = it.subject === "" ? "(same thread)" : it.subject;
    return el(
      "div",
      { className: it.in_use ? "variant" : "variant off" },
      el("h3", {}, `${it.letter}${it.in_use ? "" : " (not in use)"} `, subject && theirs(subject)),
      it.text && el("p", { className: "written" }, theirs(asRead(it.text))),
      it.task_note && el("p", { className: "written" }, "Note: ", theirs(it.task_note)),
    );
  }

  /** A mail as its reader sees it, with the target of each link. One with other markup is shown as it is written. */
  function asRead(html) {
    const linked = html.replace(LINK, "$2 ($1)");
    if (!SIMPLE.test(html) || /<a\b/i.test(linked)) return html;
    const lines = linked.replace(/<br\b[^<>]*>|<\/(?:p|div|li)>/gi, "\n").replace(/<[^<>]*>/g, "");
    // Nothing but entities is left to be read.
    return new DOMParser().parseFromString(lines, "text/html").body.textContent.trim();
  }

  /** Each mail of a step went to one person: the numbers of the mails are those of people. */
  async function numbers(facts, state) {
    const result = await press(state, "get_stats", { sequence: facts.id, by: "step", period: PERIOD }, "Reading the numbers …");
    const rows = result && factsOf(result)?.rows;
    if (!rows) return;
    const told = rows.map(({ step: place, by_hand: byHand, numbers: it }) =>
      byHand
        ? [`Step ${place}`, theirs(byHand), "", ""]
        : [`Step ${place}`, it.sent, `${number(it.replied)} (${percent(it.replied, it.sent)} %)`, it.bounced],
    );
    at("numbers").replaceChildren(...[table(`By step, ${PERIOD}`, ["", "mailed", "replied", "bounced"], told)].filter(Boolean));
    say(told.length ? "" : `Nothing was sent in the ${PERIOD}.`);
  }

  view("saleshandy-sequence", (facts, result, state) => (facts.steps ? sequence(facts, result, state) : null));
})();
