/** Which objects a label selector takes, by Kubernetes' rules. Its form is checked elsewhere (`extension/labelSelector.ts`). Pure. */
type Labels = Readonly<Record<string, string>>;

interface Requirement {
  readonly key?: unknown;
  readonly operator?: unknown;
  readonly values?: unknown;
}

/** The form of a selector that the API server takes; every other text is its to refuse. */
interface Selector {
  readonly matchLabels?: Readonly<Record<string, unknown>>;
  readonly matchExpressions?: readonly Requirement[];
}

/** Whether a selector takes an object with these labels; an empty selector takes every one. */
export function selects(selector: object, labels: Labels): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector as Selector;
  return Object.entries(matchLabels).every(([key, value]) => labels[key] === value) && matchExpressions.every((it) => isMet(it, labels));
}

function isMet({ key, operator, values = [] }: Requirement, labels: Labels): boolean {
  const value = labels[String(key)];
  const isListed = value !== undefined && (values as readonly unknown[]).includes(value);
  switch (operator) {
    case "In":
      return isListed;
    case "NotIn":
      return !isListed;
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    default:
      return false;
  }
}
