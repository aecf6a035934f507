// Wide tables scroll by themselves: let the keyboard reach them. Anchors of lines of code are no links to anybody.
// A cell with a long text gets a width by its length: in a table that scrolls, it would become a word a line. A date or
// a number stays on its line.
document$.subscribe(() => {
  document.querySelectorAll(".md-typeset__scrollwrap").forEach((it) => (it.tabIndex = 0));
  document.querySelectorAll("a[id^=__codelineno]").forEach((it) => it.removeAttribute("href"));
  // A part of the list of pages that has a page of its own is named by the link to it: its label is empty.
  document.querySelectorAll(".md-nav__item--section > nav[aria-labelledby]").forEach((it) => {
    const link = it.parentElement.querySelector(".md-nav__link a, a.md-nav__link");
    if (!document.getElementById(it.getAttribute("aria-labelledby")).textContent.trim()) {
      it.removeAttribute("aria-labelledby");
      it.setAttribute("aria-label", link.textContent.trim());
    }
  });
  document.querySelectorAll(".md-typeset td").forEach((it) => {
    const length = it.textContent.length;
    if (length > 30) it.style.minWidth = `${Math.min(36, 14 + length / 8)}ch`;
    else if (length < 12) it.style.whiteSpace = "nowrap";
  });
  // Where a table does not fit a phone, its rows become blocks (extra.css). It keeps the roles of a table for who has it read.
  const stack = () =>
    document.querySelectorAll(".md-typeset__table > table:not([class]), table.stacked").forEach((table) => {
      table.classList.remove("stacked");
      const around = table.closest(".md-typeset__scrollwrap");
      const stacked = innerWidth < 720 && around.scrollWidth > around.clientWidth;
      if (!stacked) return table.removeAttribute("class");
      table.className = "stacked";
      table.role = "table";
      const names = [...table.querySelectorAll("th")].map((it) => it.textContent.trim());
      table.querySelectorAll("thead, tbody").forEach((it) => (it.role = "rowgroup"));
      table.querySelectorAll("tr").forEach((row) => {
        row.role = "row";
        [...row.cells].forEach((cell, at) => {
          cell.role = cell.tagName === "TH" ? "columnheader" : "cell";
          if (at && names.length > 2 && names[at]) cell.dataset.column = names[at];
          cell.classList.toggle("short", at > 0 && cell.textContent.length < 12);
        });
      });
    });
  stack();
  addEventListener("resize", stack);
  // The theme makes a landmark without a name of each button to copy, and blocks that scroll which no key reaches.
  setTimeout(() => {
    document.querySelectorAll(".md-code__nav").forEach((it, at) => it.setAttribute("aria-label", `Code ${at + 1}`));
    document.querySelectorAll(".md-code__content").forEach((it) => {
      if (it.scrollWidth > it.clientWidth) it.tabIndex = 0;
    });
  });
  // Lines of a terminal, of settings or of an answer go on below, but not those of a program or of a drawing, which gets
  // smaller letters where these are enough.
  document.querySelectorAll(".md-typeset pre > code").forEach((it) => {
    const program = it.closest(".language-python, .language-py");
    const drawing = /[\u2500-\u25ff]/.test(it.textContent);
    if (!program && !drawing) it.classList.add("wrapped");
    const fits = it.clientWidth / it.scrollWidth;
    if (drawing && fits < 1 && fits > 0.7) it.style.fontSize = `${fits * 0.84}em`;
  });
  // The name of a test may be broken anywhere; other names in tables are not.
  document.querySelectorAll(".md-typeset td code").forEach((it) => {
    if (it.textContent.length > 40) it.style.wordBreak = "break-all";
  });
});
