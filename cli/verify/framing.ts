/**
 * Whether a browser shows a page within one of another origin: `X-Frame-Options` by the HTML Standard, `frame-ancestors` by Content
 * Security Policy Level 3, and Mixed Content. Pure. In one thing browsers part from the standard, and this with them: addresses match.
 */

/**
 * @param page the page's own address
 * @param around the one that shows it
 * @returns what speaks against it, such as `X-Frame-Options: DENY`; undefined where nothing does
 */
export function framingRefusal(headers: Headers, page: URL, around: URL): string | undefined {
  if (around.protocol === "https:" && page.protocol === "http:" && !isOfThisMachine(page.hostname))
    return "plain HTTP within a page over HTTPS";
  const policies = listed(headers.get("content-security-policy")).flatMap((policy) => ancestorsOf(policy) ?? []);
  const refusing = policies.find((sources) => !sources.some((source) => isMatch(source, around, page)));
  if (refusing !== undefined) return `Content-Security-Policy: frame-ancestors ${refusing.join(" ")}`.trim();
  // A policy that says anything of it decides alone.
  if (policies.length > 0) return undefined;
  const options = [...new Set(listed(headers.get("x-frame-options")).map((option) => option.toLowerCase()))];
  return isRefusedBy(options, page, around) ? `X-Frame-Options: ${options.join(", ").toUpperCase()}` : undefined;
}

/** Values that browsers do not know, such as ALLOW-FROM, say nothing; several that they know contradict each other. */
const isRefusedBy = (options: readonly string[], page: URL, around: URL): boolean =>
  options.length > 1
    ? options.some((option) => ["deny", "sameorigin", "allowall"].includes(option))
    : options[0] === "deny" || (options[0] === "sameorigin" && page.origin !== around.origin);

const listed = (header: string | null): string[] => (header ?? "").split(",").flatMap((part) => part.trim() || []);

/** The first directive of a name counts. An array within one, since a policy may have none, and one without sources lets nobody in. */
function ancestorsOf(policy: string): [sources: string[]] | undefined {
  const directives = policy.split(";").map((directive) => directive.trim().split(/\s+/));
  const found = directives.find(([name]) => name?.toLowerCase() === "frame-ancestors");
  return found && [found.slice(1)];
}

const HOST_SOURCE = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(\*|(?:\*\.)?[^/:*[\]]+|\[[0-9a-f:.]+\])(?::(\d+|\*))?(?:\/.*)?$/;
const DEFAULT_PORTS: Readonly<Record<string, string>> = { "http:": "80", "https:": "443" };

function isMatch(source: string, around: URL, page: URL): boolean {
  const expression = source.toLowerCase();
  if (expression === "*") return true;
  if (expression === "'self'") return around.origin === page.origin;
  if (/^[a-z][a-z0-9+.-]*:$/.test(expression)) return isSchemeMatch(expression, around);
  const [, scheme, host = "", port] = HOST_SOURCE.exec(expression) ?? [];
  if (host === "" || !isSchemeMatch(scheme === undefined ? page.protocol : `${scheme}:`, around)) return false;
  return isHostMatch(host, around.hostname) && isPortMatch(port, around);
}

const isSchemeMatch = (scheme: string, { protocol }: URL) => scheme === protocol || (scheme === "http:" && protocol === "https:");

const isHostMatch = (host: string, name: string) => host === "*" || (host.startsWith("*.") ? name.endsWith(host.slice(1)) : host === name);

const isPortMatch = (port: string | undefined, { port: given, protocol }: URL) => {
  if (port === "*") return true;
  const actual = given || DEFAULT_PORTS[protocol];
  if (port === undefined) return actual === DEFAULT_PORTS[protocol];
  return port === actual || (port === "80" && actual === "443");
};

/** Browsers take their own machine's pages for as good as those over HTTPS. */
const isOfThisMachine = (host: string) => /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\])$/.test(host);
