import { isPortFree } from "../../sandbox/src/portFree";

// Below what systems hand out to whoever asks for any port (`listen(0)`, outgoing connections), below NodePorts and the sandbox's own. A
// port of the system's that is given back is often the next one's, which made tests meet each other. Each of Jest's processes has a part.
const FROM = 10_000;
const PART = 500;
const PARTS = 12;
const part = FROM + (Number(process.env["JEST_WORKER_ID"] ?? 1) % PARTS) * PART;
let tried = process.pid;

/** A port of 127.0.0.1 on which nobody listens, and nobody will by chance. Another one each time. */
export async function freePort(): Promise<number> {
  for (let left = PART; left > 0; left--) {
    const port = part + (tried++ % PART);
    if (await isPortFree(port)) return port;
  }
  throw new Error(`no free port from ${part} to ${part + PART - 1}`);
}
