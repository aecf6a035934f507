// An import: its plan, or how it goes on. While it runs, the view asks how it stands.
(() => {
  const PAUSE = 6000; // ms between two looks: an endpoint of the API takes 20 calls a minute
  const LOOKS = 200;
  let looks = 0;
  let waiting = 0;

  const whereTo = (facts) => (facts.sequence ? [theirs(facts.sequence), `, step ${facts.step}`] : ["stored, in no sequence"]);
  const reasons = (title, found) => {
    const most = Math.max(...found.map((it) => it.rows), 0);
    return bars(title, found.map((it) => bar(theirs(it.text), it.rows, most, number(it.rows), "bad")));
  };

  function plan(facts, result) {
    if (facts.reading) return [el("h1", {}, "Being read: ", theirs(facts.source)), el("p", {}, counted(facts.rows, "row"), " so far. Nothing is sent.")];
    return [
      el("h1", {}, "Plan: ", theirs(facts.source), " → ", ...whereTo(facts)),
      el("p", { className: facts.active ? "warning" : "soft" }, mails(facts)),
      bars("Rows", [
        bar("would be imported", facts.to_send, facts.rows, number(facts.to_send), "good"),
        bar("skipped", facts.skipped, facts.rows, number(facts.skipped), "bad"),
      ]),
      reasons("Skipped because", facts.skipped_for),
      el("section", {}, el("h2", {}, "Columns"), el("ul", {}, facts.mapping.map((it) => el("li", {}, theirs(it))))),
      facts.warnings.map((it) => el("p", { className: "warning" }, theirs(it))),
      el("section", {}, el("h2", {}, "As it would be stored"), el("ul", {}, facts.samples.map(sample))),
      el("p", { className: "soft" }, "Nothing was sent. Tell the assistant to start it; you are asked where the import needs your yes."),
      el("details", {}, el("summary", {}, "The plan as text"), asText(result)),
    ];
  }

  const sample = (it) =>
    el("li", {}, theirs(it.stored.Email ?? ""), el("p", { className: "soft" }, theirs([it.subject, it.body].filter(Boolean).join(": "))));

  const mails = ({ active }) =>
    active === undefined
      ? "These people go into no sequence."
      : active
        ? "The sequence is active: these people would be mailed by its schedule."
        : "The sequence is paused: nobody is mailed until it is started.";

  function report(facts, result, state) {
    const done = facts.rows - facts.in_progress - facts.not_sent;
    const counts = [
      ["imported", facts.imported, "good"],
      ["refused by Saleshandy", facts.refused, "bad"],
      ["skipped", facts.skipped, "main"],
      ["unknown: sent, outcome not known", facts.unknown, "bad"],
      ["not sent", facts.not_sent, "bad"],
      ["in progress", facts.in_progress, "main"],
    ].filter(([, rows]) => rows);
    return [
      el("h1", {}, "Import: ", theirs(facts.source), " → ", ...whereTo(facts)),
      el("p", { className: "soft" }, `${facts.state}, ${number(done)} of ${counted(facts.rows, "row")} done`),
      el("progress", { max: facts.rows || 1, value: done, ariaLabel: "Rows done" }),
      facts.stopped && el("p", { className: "warning" }, "It stopped: ", theirs(facts.stopped), ". The assistant can go on with it."),
      facts.waiting_for && el("p", { className: "warning" }, "Waiting, and trying again: ", theirs(facts.waiting_for)),
      bars("Rows", counts.map(([words, rows, colour]) => bar(words, rows, facts.rows, number(rows), colour))),
      reasons("Refused because", facts.refused_for),
      reasons("Skipped because", facts.skipped_for),
      table("Rows that were not imported", ["", "row", "why"], facts.trouble.map((it) => [theirs(it.email), it.row, theirs(`${it.state}: ${it.text}`)])),
      facts.trouble_rows > facts.trouble.length && el("p", { className: "soft" }, `${number(facts.trouble.length)} of ${number(facts.trouble_rows)} are shown.`),
      goesOn(facts) && el("div", { className: "switch" }, el("button", { type: "button", onclick: () => look(facts.job, state) }, "Look again")),
      el("details", {}, el("summary", {}, "The report as text"), asText(result)),
    ];
  }

  const goesOn = (facts) => (facts.finished !== undefined ? !facts.finished && !facts.stopped : facts.reading);

  async function look(job, state) {
    clearTimeout(waiting);
    const result = await press(state, "check_import_status", { job }, "Looking …");
    if (result) state.take(result);
  }

  /** Look again by itself, as long as it goes on and somebody can see it; after a refusal only at a press. */
  function later(job, state) {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      if (document.hidden) return later(job, state);
      const result = await state.host.call("check_import_status", { job }).catch(() => null);
      if (result && !result.isError) state.take(result);
      else say("It may have gone on: look again.");
    }, PAUSE);
  }

  view("saleshandy-import", (facts, result, state) => {
    if (facts.job && goesOn(facts) && (looks += 1) <= LOOKS) later(facts.job, state);
    if (facts.to_send !== undefined) return plan(facts, result);
    return facts.imported === undefined ? null : report(facts, result, state);
  });
})();
