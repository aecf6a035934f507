// Conversations of ``list_inbox``, with buttons for their outcomes. A button calls the tool that a model would call: what
// needs a yes is asked for as always.
(() => {
  const OUTCOMES = ["Interested", "Not Interested", "Not Now", "Out of Office"];
  const PLAIN = /^[\w.+-]{1,64}@[\w.-]{1,190}$/; // in a message to the assistant stands nothing else that others wrote

  function inbox(facts, result, state) {
    const total = facts.total ?? facts.threads.length;
    const unread = facts.unread === undefined ? "" : `, ${number(facts.unread)} unread in the whole inbox`;
    return [
      el("h1", {}, facts.outcome ? ["Inbox: ", theirs(facts.outcome)] : "Inbox"),
      el("p", { className: "soft" }, `${counted(total, "conversation")}, page ${facts.page}${unread}. What people wrote stands behind a bar.`),
      el("ul", { className: "threads", role: "list" }, facts.threads.map((it) => thread(it, state))),
      facts.next && el("div", { className: "switch" }, el("button", { type: "button", onclick: () => turn(facts.page + 1, state) }, "Next page")),
      el("details", {}, el("summary", {}, "The inbox as text"), asText(result)),
    ];
  }

  function thread(it, state) {
    const outcome = el("strong", {}, theirs(it.outcome ?? "no outcome"));
    const about = [it.name && it.address, it.role, it.date, it.sequence || it.subject, it.sequence && it.step && `step ${it.step}`];
    const item = el(
      "li",
      {},
      el("h2", {}, it.unread && el("span", { className: "unread" }, "unread "), theirs(it.name || it.address)),
      el("p", { className: "soft" }, theirsInRow(about)),
      it.excerpt !== undefined && el("p", { className: "text" }, theirs(it.excerpt || "(no text)")),
      it.hidden?.length > 0 && el("p", { className: "warning" }, theirs(`Hidden parts removed: ${it.hidden.join("; ")}.`)),
      el("p", {}, "Outcome: ", outcome, it.back && ` until ${it.back}`),
    );
    const button = (name) =>
      el("button", { type: "button", ariaLabel: `${name}: ${it.address}`, onclick: () => mark(name) }, name);
    const mark = async (name) => {
      const given = { prospects: [it.address], outcome: name, ...(it.sequence ? { sequence: it.sequence } : {}) };
      const done = await press(state, "update_prospects", given, `Marking ${it.address} as ${name} …`);
      if (!done) return;
      const told = factsOf(done);
      if (told?.done === false) return notYet(given, told, state);
      outcome.replaceChildren(theirs(name));
      say(`${it.address} is marked as ${name}.`);
    };
    if (it.address) item.append(el("div", { className: "switch", role: "group", ariaLabel: `Outcome of ${it.address}` }, OUTCOMES.map(button)));
    return item;
  }

  /** It needs a yes. The assistant is asked to make the call, so that the question comes up as for any call of its own. */
  async function notYet({ prospects: [address], outcome, sequence }, told, state) {
    say(`Not done yet: it needs your yes. ${told.reason ?? ""}`);
    if (!state.host.takesMessages() || !PLAIN.test(address)) return;
    const where = sequence ? " in its sequence" : "";
    const text = `On the inbox card I chose the outcome "${outcome}" for ${address}${where}. Make that call for me.`;
    await state.host.request("ui/message", { role: "user", content: [{ type: "text", text }] }).catch(() => {});
  }

  async function turn(page, state) {
    const result = await press(state, "list_inbox", { ...state.given, page }, "Reading the next page …");
    if (result) state.take(result);
  }

  view("saleshandy-inbox", (facts, result, state) => (facts.threads ? inbox(facts, result, state) : null));
})();
