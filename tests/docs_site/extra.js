// Wide tables scroll by themselves: let the keyboard reach them. Anchors of lines of code are no links to anybody.
document$.subscribe(() => {
  document.querySelectorAll(".md-typeset__scrollwrap").forEach((it) => (it.tabIndex = 0));
  document.querySelectorAll("a[id^=__codelineno]").forEach((it) => it.removeAttribute("href"));
});
