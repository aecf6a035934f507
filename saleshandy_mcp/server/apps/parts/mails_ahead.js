// The mails of the days ahead: what goes out, what waits, from which senders.

function mailsAhead(facts) {
  const title = "Mails by day (UTC)";
  const parts = facts.days.map((it) => [[it.mails, "main"], [it.waiting, "bad"]]);
  const busiest = facts.days.reduce((most, it) => (it.mails + it.waiting > most.mails + most.waiting ? it : most));
  const weekday = (day) => `${new Date(`${day}T00:00Z`).toLocaleDateString("en", { weekday: "short", timeZone: "UTC" })} ${day}`;
  return [
    el("p", { className: facts.clips ? "warning" : "soft" }, theirs(facts.waits)),
    el(
      "section",
      {},
      el("h2", {}, title),
      legend([["main", "go out"], ["bad", "wait for a later day"]]),
      columns(`${title}: ${counted(facts.mails, "mail")} go out. ${facts.waits} The table below has all.`, parts),
      axis(facts.first, `highest: ${number(busiest.mails + busiest.waiting)} on ${busiest.day}`, facts.last),
    ),
    table(
      "Days",
      ["", "go out", "wait", "senders at their limit"],
      facts.days.map((it) => [el("span", { className: "nowrap" }, weekday(it.day)), it.mails, it.waiting, theirs(it.full.join(", "))]),
    ),
    table(
      "Senders",
      ["", "a day", "mails", "days at the limit"],
      facts.senders.map((it) => [theirs(it.address), it.daily, it.mails, it.full_days]),
    ),
    table(
      "Sequences",
      ["", "wait for the first mail", "for the next"],
      facts.sequences.map((it) => [theirs(it.title), it.first_mails, it.follow_ups]),
    ),
    facts.notes.map((it) => el("p", { className: "soft" }, theirs(it))),
  ];
}
