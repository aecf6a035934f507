// The card on which a person agrees. Whatever others wrote is shown as text, never as markup.
(() => {
  const ARMED_AFTER = 700; // ms: an Enter or a click on its way to something else must not agree
  const TAKEN_WITHIN = 3000; // ms: by then a call that waits has taken the answer
  const OVER = "This question does not wait any more: it was answered, has changed, or is older than 10 minutes.";
  const ENDS = {
    agreed: "You agreed. It is done when the assistant makes its call again.",
    declined: "You declined. Nothing is done, and the assistant is told so.",
    used: "This question was answered. The assistant has been told.",
  };

  const at = (id) => document.getElementById(id);
  const { keyName, tool } = document.querySelector("main").dataset;
  let key = "";
  let armed = false;

  const host = connect("saleshandy-approval", {
    "tool-cancelled": () => end("The assistant has cancelled its call. Nothing is done."),
    "tool-result": (result) => begin(result),
  });

  // --- the question and its answer

  async function call(answer) {
    const result = await host.call(tool, { key, answer });
    if (result.isError) throw new Error(textOf(result) || OVER);
    return factsOf(result);
  }

  async function begin(result) {
    key = result._meta?.[keyName] ?? "";
    if (result.isError) return end("There is nothing to answer here.");
    if (!key) return end("This app does not let the card answer. The assistant will say how you can answer instead.");
    try {
      show(await call("shown"));
    } catch {
      end(OVER);
    }
  }

  function show(question) {
    if (question.state !== "waiting") return end(ENDS[question.state] ?? OVER);
    at("tool").textContent = `: ${question.tool}`;
    const lines = question.words.split("\n");
    at("question").replaceChildren(...lines.map((line, place) => lineOf(line, place, lines.length - 1)));
    const until = new Date(question.until * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    say(`Nothing is done before you agree. You can answer until ${until}. Your yes counts for this alone, once.`);
    at("buttons").hidden = false;
    enable(false);
    setTimeout(() => enable(true), ARMED_AFTER);
  }

  /** A line of the question. What somebody else wrote stands behind a bar, also where a long line is broken. */
  function lineOf(line, place, last) {
    const element = document.createElement("p");
    const text = line.replace(/^ {4}(\| ?)?/, "");
    element.textContent = text;
    if (text !== line) element.className = "text";
    else if (place === 0) element.className = "own first";
    else if (place === last) element.className = "own last";
    return element;
  }

  async function press(answer, event) {
    if (!event.isTrusted || !armed) return;
    enable(false);
    say("Sending your answer …");
    try {
      end(ENDS[(await call(answer)).state] ?? OVER);
    } catch {
      return look();
    }
    setTimeout(tellAssistant, TAKEN_WITHIN);
  }

  /** After a call that failed: was the answer taken? Only if not, the buttons come back. */
  async function look() {
    try {
      const question = await call("shown");
      show(question);
      if (question.state === "waiting") say("Your answer did not get through. Press again.");
    } catch {
      end("Your answer may not have got through. Ask the assistant how it stands.");
    }
  }

  /** Where no call is waiting for the answer, the assistant has to be told that there is one. */
  async function tellAssistant() {
    const question = await call("shown").catch(() => ({ state: "used" }));
    if (question.state === "used" || !host.takesMessages()) return;
    const text = `I have answered on the card. Call ${question.tool} again with the same arguments.`;
    await host.request("ui/message", { role: "user", content: [{ type: "text", text }] }).catch(() => {});
  }

  // --- what is on the screen

  function say(words) {
    at("says").textContent = words;
    at("says").className = "";
  }

  function end(words) {
    at("buttons").hidden = true;
    armed = false;
    say(words);
    at("says").className = "answer";
  }

  function enable(on) {
    armed = on;
    at("yes").disabled = at("no").disabled = !on;
  }

  at("yes").addEventListener("click", (event) => press("yes", event));
  at("no").addEventListener("click", (event) => press("no", event));
})();
