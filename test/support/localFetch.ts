/** `fetch` for HTTPS in the sandbox: it finds every host on this machine, whatever public DNS says, and trusts one authority alone. */
import { request as httpsRequest } from "https";
import { buffer } from "stream/consumers";

/** @param ca PEM; "any": as somebody who clicks the warning away, as on hosts for which a controller has no certificate */
export const localFetch =
  (ca: string): typeof fetch =>
  async (...given) => {
    const request = new Request(...given);
    const { hostname, host, port, pathname, search } = new URL(request.url);
    const body = Buffer.from(await request.arrayBuffer());
    return new Promise((done, fail) => {
      const asked = httpsRequest({
        ...{ host: "127.0.0.1", port, servername: hostname, path: pathname + search, method: request.method },
        ...(ca === "any" ? { rejectUnauthorized: false } : { ca }),
        headers: { ...Object.fromEntries(request.headers), host, "content-length": body.length },
        agent: false,
      });
      asked.once("error", fail).once("response", (response) => {
        const headers = new Headers();
        for (const [name, values = []] of Object.entries(response.headersDistinct)) for (const value of values) headers.append(name, value);
        buffer(response).then(
          (content) => done(new Response(new Uint8Array(content), { status: response.statusCode ?? 0, headers })),
          fail,
        );
      });
      asked.end(body);
    });
  };
