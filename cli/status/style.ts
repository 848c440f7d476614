/** How the page looks: readable at 375 px, in light and dark, without anything from elsewhere. */
export const STYLE = `
:root{color-scheme:light dark;
--page:#f4f5f7;--card:#ffffff;--ink:#1b1f24;--soft:#57606a;--line:#dde1e6;--code:#eef0f3;
--good:#0f5c2e;--good-on:#dcf5e4;--good-bar:#2da55b;
--going:#0b4a9e;--going-on:#deecff;--going-bar:#5b9bf0;
--differs:#744600;--differs-on:#ffefc9;
--failed:#9c1427;--failed-on:#ffe1e3;--failed-bar:#dc4a5b;
--gone-bar:#a3abb5;--stripe:#ffffff}
@media (prefers-color-scheme:dark){:root{
--page:#0e1116;--card:#171b22;--ink:#e8ecf1;--soft:#a2abb7;--line:#2b313b;--code:#222833;
--good:#86e0a5;--good-on:#12301f;--good-bar:#35a862;
--going:#9cc7ff;--going-on:#14294a;--going-bar:#4f86d6;
--differs:#f5cf7d;--differs-on:#36280c;
--failed:#ffadb5;--failed-on:#431a20;--failed-bar:#d24c5c;
--gone-bar:#66707d;--stripe:#171b22}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
main{max-width:72rem;margin:0 auto;padding:2rem 1.25rem 3rem}
header{display:flex;flex-wrap:wrap;align-items:center;gap:.25rem 1rem;margin-bottom:1.25rem}
h1{font-size:1.6rem;line-height:1.25;margin:0;letter-spacing:-.01em}
header p{flex-basis:100%;margin:0;color:var(--soft)}
.card{background:var(--card);border:1px solid var(--line);border-radius:.75rem;margin:0 0 1.25rem;padding:1.1rem 1.25rem}
table.card{width:100%;border-spacing:0;padding:.4rem .6rem;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:.55rem .65rem;vertical-align:middle}
thead th{color:var(--soft);font-size:.8rem;font-weight:600}
tbody th,tbody td{border-top:1px solid var(--line)}
tbody th{font-weight:600}
a{color:inherit;text-decoration-color:var(--soft);text-underline-offset:.2em}
a:focus-visible{outline:3px solid var(--going-bar);outline-offset:2px;border-radius:.2rem}
small{display:block;color:var(--soft);font-weight:400}
.badge{display:inline-flex;align-items:center;gap:.35em;padding:.1em .65em .1em .5em;border-radius:1em;font-size:.875rem;font-weight:600;white-space:nowrap}
.badge svg{width:1em;height:1em;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
.asWanted{color:var(--good);background:var(--good-on)}
.rollingOut{color:var(--going);background:var(--going-on)}
.differs{color:var(--differs);background:var(--differs-on)}
.badge.failed,.reasons.failed{color:var(--failed);background:var(--failed-on)}
article>h2{display:flex;flex-wrap:wrap;align-items:center;gap:.25rem .75rem;font-size:1.15rem;line-height:1.3;margin:0}
.reasons{list-style:none;margin:.8rem 0 0;padding:.6rem .9rem;border-radius:.5rem;white-space:pre-line}
.reasons li+li{margin-top:.4rem}
figure{margin:1rem 0 0}
.bar{display:block;width:100%;height:.75rem;border-radius:.375rem}
rect.good{fill:var(--good-bar)}rect.going{fill:var(--going-bar)}rect.failed{fill:var(--failed-bar)}rect.gone{fill:var(--gone-bar)}
.stripe{stroke:var(--stripe);stroke-width:2}
.defs{position:absolute}
.states{list-style:none;display:flex;flex-wrap:wrap;gap:.5rem 1.5rem;margin:.6rem 0 0;padding:0;font-size:.875rem;font-variant-numeric:tabular-nums}
.states li{padding-left:.7rem;border-left:.25rem solid var(--going-bar)}
.states li.good{border-color:var(--good-bar)}.states li.failed{border-left-style:double;border-color:var(--failed-bar)}.states li.gone{border-color:var(--gone-bar)}
.states span,.states time{color:var(--soft)}.states time{display:block;font-size:.8rem}
dl{display:grid;grid-template-columns:7rem 1fr;gap:.45rem 1rem;margin:1rem 0 0;padding-top:.9rem;border-top:1px solid var(--line)}
dt{color:var(--soft)}dd{margin:0;min-width:0}dd p{margin:0}dd p+p{margin-top:.25rem}
code{background:var(--code);color:var(--ink);border-radius:.3rem;padding:.1em .35em;font:.875em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
footer{color:var(--soft);font-size:.875rem}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media (max-width:52rem){
main{padding:1.25rem .9rem 2rem}
.card{padding:.95rem 1rem}
table.card{display:block;padding:0 1rem}
thead{display:none}
tbody{display:block}
tbody tr{display:grid;grid-template-columns:minmax(0,1.5fr) minmax(0,1fr) minmax(0,1fr);gap:.55rem .9rem;align-items:start;padding:.9rem 0}
tbody tr+tr{border-top:1px solid var(--line)}
tbody th,tbody td{border:0;padding:0}
tbody th{grid-column:1/3;font-size:1.05rem}
td.health{justify-self:end}
td[data-label]{order:1;font-size:.9375rem}
td[data-label]::before{content:attr(data-label);display:block;color:var(--soft);font-size:.8rem}
td[data-label=State]{order:0}
td.none,td[data-label=Since],td[data-label=Took]{display:none}
dl{grid-template-columns:1fr;gap:0}dt{font-size:.8rem}dd+dt{margin-top:.6rem}}
@media print{body{background:none}.card{break-inside:avoid}}
`;
