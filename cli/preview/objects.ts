/** The objects that a release has, against those that it is to have. Pure. */
import { compareObjects, keyOf, type K8s, type ObjectChange } from "../shared/objectDiff";

/** What every render makes anew, such as a certificate. */
export const RANDOM = "(made anew at every render)";

/**
 * @param held what the release brought into the cluster
 * @param renders the wanted objects, rendered twice alike: in what these differ, they will differ from what there is, whoever renders
 */
export function objectChanges(held: readonly K8s[], [first, second]: readonly [readonly K8s[], readonly K8s[]]): readonly ObjectChange[] {
  const old = new Map(held.map((object) => [keyOf(object), object]));
  const wanted = first.map((object, index) => {
    const settled = settle(object, second[index]) as K8s;
    return keepRandom(old.get(keyOf(settled)), settled) as K8s;
  });
  return compareObjects(held, wanted);
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);
const mapped = (fields: Fields, each: (value: unknown, key: string) => unknown) =>
  Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, each(value, key)]));

/** The one render with {@link RANDOM} for all that is another in the other, in texts of several lines line by line. */
function settle(one: unknown, other: unknown): unknown {
  if (isFields(one) && isFields(other)) return mapped(one, (value, key) => settle(value, other[key]));
  if (Array.isArray(one) && Array.isArray(other) && one.length === other.length) return one.map((it, index) => settle(it, other[index]));
  if (one === other) return one;
  if (typeof one === "string" && typeof other === "string") {
    const [lines, others] = [one.split("\n"), other.split("\n")];
    if (lines.length === others.length) return lines.map((line, index) => (line === others[index] ? line : RANDOM)).join("\n");
  }
  return RANDOM;
}

/** The wanted object with what there is now wherever only what is random differs. */
function keepRandom(now: unknown, wanted: unknown): unknown {
  if (isFields(wanted) && isFields(now)) return mapped(wanted, (value, key) => keepRandom(now[key], value));
  if (Array.isArray(wanted) && Array.isArray(now)) return wanted.map((it, index) => keepRandom(now[index], it));
  if (wanted === RANDOM && now !== undefined && !isFields(now)) return now;
  if (typeof wanted !== "string" || typeof now !== "string" || !wanted.includes(RANDOM)) return wanted;
  const [lines, old] = [wanted.split("\n"), now.split("\n")];
  const isSame = lines.length === old.length && lines.every((line, index) => line === RANDOM || line === old[index]);
  return isSame ? now : wanted;
}
