/** The states of an InstallPlan as a bar, and as a list of the same in words. */
import { markup, type Html } from "../shared/text/html";
import { history } from "./fields";
import { isFailed, type State } from "./states";
import { clock, duration, secondsFrom } from "./words";

const WIDTH = 1000;
const HEIGHT = 12;
const GAP = 4;

/** A class of the style for each kind of state. */
const kindOf = (state: string) =>
  isFailed(state) ? "failed" : state === "Installed" ? "good" : state === "Uninstalled" ? "gone" : "going";

/**
 * @param of whose states, for those who cannot see the bar
 * @param time when the cluster was asked
 */
export function timeline(of: string, states: readonly State[], time: string): Html {
  const lengths = states.map(({ since, seconds }) => seconds ?? secondsFrom(since, time));
  // A state lasts for anything from no second to months: by the logarithm, all of them show.
  const weights = lengths.map((seconds) => 1 + Math.log10(1 + seconds));
  const unit = (WIDTH - GAP * (states.length - 1)) / weights.reduce((sum, weight) => sum + weight, 0);
  let x = 0;
  const bars = states.map(({ state }, index) => {
    const width = (weights[index] ?? 0) * unit;
    const box = markup`x="${x.toFixed(1)}" y="0" width="${width.toFixed(1)}" height="${HEIGHT}"`;
    x += width + GAP;
    const bar = markup`<rect class="${kindOf(state)}" ${box}><title>${state}, ${duration(lengths[index] ?? 0)}</title></rect>`;
    return isFailed(state) ? [bar, markup`<rect fill="url(#stripes)" ${box}/>`] : bar;
  });
  const name = `Timeline of ${of}: ${history(states, time)}`;
  return markup`<figure>
<svg class="bar" role="img" aria-label="${name}" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none">${bars}</svg>
<ol class="states">${states.map((it, index) => entry(it, lengths[index] ?? 0, time))}</ol>
</figure>`;
}

const entry = ({ state, since, seconds }: State, length: number, time: string) => {
  const at = clock(since);
  const isToday = at.slice(0, 10) === clock(time).slice(0, 10);
  const lasted = `${seconds === undefined ? "for " : ""}${duration(length)}`;
  const told = markup`<b>${state}</b> <span>${lasted}</span> <time datetime="${since}" title="${at}">${isToday ? at.slice(11, 19) : at.slice(0, 16)}</time>`;
  return markup`<li class="${kindOf(state)}">${told}</li>`;
};

/** What the bars refer to, once in a page. Failure is striped, for those who cannot tell the colours apart. */
export const PATTERNS = markup`<svg class="defs" width="0" height="0" aria-hidden="true"><defs>
<pattern id="stripes" width="10" height="12" patternUnits="userSpaceOnUse"><path d="M0 12L10 0" class="stripe"/></pattern>
</defs></svg>`;
