// A report of ``make_report``: its numbers, drawn. Other periods are asked of the same tool.
(() => {
  const AHEAD = "next 14 days";
  const PERIODS = ["this week", "last week", "this month", "last month", "last 30 days", AHEAD];
  const COUNTS = ["sent", "opened", "clicked", "replied", "positive", "bounced", "unsubscribed"];
  const withShare = (count, of) => (of ? `${number(count)} (${percent(count, of)} %)` : number(count));

  function report(facts, result, state) {
    const ends = facts.last === facts.first ? "" : ` to ${facts.last}`;
    const { total, before } = facts;
    return [
      el("h1", {}, "Report: ", theirs(facts.about)),
      el("p", { className: "soft" }, `${facts.period} (${facts.first}${ends}, UTC). Before: ${before.what}, ${before.first} to ${before.last}.`),
      switcher(facts.period, state),
      facts.cut_after && el("p", { className: "warning" }, `Not all: only ${number(facts.cut_after)} mails were looked at.`),
      table(
        "Numbers",
        ["", facts.period, "before"],
        COUNTS.map((it) => [it, withShare(total[it], total.sent), withShare(before.numbers[it], before.numbers.sent)]),
      ),
      facts.change && el("p", {}, facts.change),
      funnel(total),
      days(facts.spans ?? []),
      replies(facts),
      facts.ranking && el("p", {}, theirs(facts.ranking)),
      outcomes(facts.outcomes ?? {}),
      proposals(facts.proposals ?? []),
      table(
        facts.kind === "sequence" ? "Steps" : "Sequences",
        ["", ...COUNTS],
        (facts.rows ?? []).map((row) => [nameOf(row, facts), ...COUNTS.map((it) => row.numbers[it])]),
      ),
      facts.more > 0 && el("p", { className: "soft" }, `and ${number(facts.more)} more`),
      el("details", {}, el("summary", {}, "The report as text"), asText(result)),
    ];
  }

  /** Buttons for other periods. Where the host carries no call out, the sentence says so. */
  function switcher(shown, state) {
    const chosen = async (period) => {
      // Mails ahead are those of the whole account.
      const { only, picture, ...given } = state.given;
      const whose = only && period !== AHEAD ? { only } : {};
      const words = `Making the report for ${period} …`;
      const result = await press(state, "make_report", { ...given, ...whose, period }, words);
      if (result) state.take(result);
    };
    const button = (period) =>
      el("button", { type: "button", ariaPressed: String(period === shown), onclick: () => chosen(period) }, period);
    return el("div", { className: "switch", role: "group", ariaLabel: "Period" }, PERIODS.map(button));
  }

  const nameOf = (row, facts) =>
    theirs(facts.kind === "sequence" ? `Step ${row.step}` : row.step ? `${row.name}, step ${row.step}` : row.name);

  function funnel(total) {
    const stages = { sent: total.sent, delivered: total.sent - total.bounced, opened: total.opened, replied: total.replied, positive: total.positive };
    if (!total.sent) return null;
    return bars(
      "From mail to interest",
      Object.entries(stages).map(([name, count]) => bar(name, count, total.sent, withShare(count, total.sent))),
    );
  }

  function days(spans) {
    if (spans.length < 2 || !spans.some((it) => it.sent)) return null;
    const week = new Date(spans[1].first) - new Date(spans[0].first) > 86_400_000;
    const busiest = spans.reduce((most, it) => (it.sent > most.sent ? it : most));
    const title = `Mails by ${week ? "week" : "day"} of sending`;
    const parts = spans.map((it) => [[it.sent, "main"], [it.replied, "good"], [it.bounced, "bad"]]);
    return el(
      "section",
      {},
      el("h2", {}, title),
      legend([["main", "sent"], ["good", "of them replied to"], ["bad", "of them bounced"]]),
      columns(`${title}: most on ${busiest.first}, ${counted(busiest.sent, "mail")}. The table below has all.`, parts, { over: true }),
      axis(spans[0].first, `highest: ${number(busiest.sent)} on ${busiest.first}`, spans.at(-1).first),
      el(
        "details",
        {},
        el("summary", {}, `${title} as a table`),
        table(title, ["from", "sent", "replied", "bounced"], spans.map((it) => [it.first, it.sent, it.replied, it.bounced])),
      ),
    );
  }

  function replies(facts) {
    const rated = (facts.rows ?? []).filter((row) => row.numbers.sent);
    const share = (it) => (it?.sent ? (100 * it.replied) / it.sent : 0);
    const most = Math.max(...rated.flatMap((row) => [share(row.numbers), share(row.before)]), 0);
    const words = ({ numbers, before }) =>
      `${percent(numbers.replied, numbers.sent)} % of ${number(numbers.sent)}` +
      (before?.sent ? `, before ${percent(before.replied, before.sent)} % of ${number(before.sent)}` : "");
    return bars(
      `Replies by ${facts.kind === "sequence" ? "step" : "sequence"}`,
      rated.map((row) => bar(nameOf(row, facts), share(row.numbers), most, words(row), "good")),
    );
  }

  function outcomes(found) {
    const entries = Object.entries(found);
    const most = Math.max(...entries.map(([, people]) => people), 0);
    return bars(
      "People who replied, by outcome",
      entries.map(([name, people]) => bar(theirs(name), people, most, number(people), "good")),
    );
  }

  function proposals(found) {
    const item = (it) => el("li", {}, el("strong", {}, theirs(it.what)), el("br"), theirs(it.value), "; ", theirs(it.threshold), el("small", {}, ` (${it.source})`));
    return el(
      "section",
      {},
      el("h2", {}, "What to try"),
      found.length ? el("ol", {}, found.map(item)) : el("p", {}, "Nothing stands out in these numbers."),
    );
  }

  const ahead = (facts, state) => [
    el("h1", {}, "Mails ahead: whole account"),
    el("p", { className: "soft" }, `${facts.first} to ${facts.last} (UTC): ${counted(facts.mails, "mail")}`),
    switcher(AHEAD, state),
    ...mailsAhead(facts),
  ];

  view("saleshandy-report", (facts, result, state) => {
    if (facts.total) return report(facts, result, state);
    return facts.days ? ahead(facts, state) : null;
  });
})();
