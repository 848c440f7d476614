/** What an extension's front end does with its UI, as the module says that the console serves. Pure. */
export interface FrontEnd {
  /** Whether the UI opens within the console. */
  readonly isEmbedded: boolean;
  /** Whether `base.extEmbed` of its config decides that: the module is the base chart's. */
  readonly hasSetting: boolean;
  /** Of the UI, as a browser would open it; "" where it was told none; undefined where it cannot be told. */
  readonly address: string | undefined;
}

/** The line that the base chart fills in (kubesphere/extension/base/bundle). */
const OF_BASE = /^\s*var extension = (\{.*\});$/m;
/** What an author's own module frames or opens; other addresses, such as those of documentation, are none of the UI's. */
const OPENED = /(?:\bsrc["']?\s*[:=]|\bopen\()\s*["'`](https?:\/\/[^"'`\s\\]+)/g;

/** @param host of the UI: of an author's own module, an address that begins with the same label is meant for it */
export function frontEndOf(module: string, host: string): FrontEnd {
  const isEmbedded = /["'`]iframe["'`]/.test(module);
  const stated = statedBy(OF_BASE.exec(module)?.[1]);
  if (stated !== undefined) return { isEmbedded, hasSetting: true, address: stated };
  const [label] = host.split(".");
  const opened = [...module.matchAll(OPENED)].flatMap(([, url = ""]) => (URL.canParse(url) ? [new URL(url)] : []));
  // A picture has a src, too.
  const own = opened.find(({ hostname, pathname }) => hostname.split(".")[0] === label && !/\.\w+$/.test(pathname));
  return { isEmbedded, hasSetting: false, address: own?.href };
}

/** @returns undefined when it is not what the base chart writes */
function statedBy(json: string | undefined): string | undefined {
  try {
    const { url } = JSON.parse(json ?? "{}") as { url?: unknown };
    return typeof url === "string" && (url === "" || URL.canParse(url)) ? url : undefined;
  } catch {
    return undefined;
  }
}
