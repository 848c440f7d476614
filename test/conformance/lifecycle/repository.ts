/** A Helm repository on this machine, as `helm repo index` makes one. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "fs";
import { createServer } from "http";
import type { AddressInfo } from "net";
import { tmpdir } from "os";
import { basename, join } from "path";
import { run, succeeded } from "../../support/sandbox";

export class HelmRepository {
  private readonly folder = mkdtempSync(join(tmpdir(), "repository-"));
  /** Who came without credentials. */
  readonly refused: string[] = [];
  private readonly server = createServer((request, response) => {
    const file = basename(request.url ?? "");
    if (this.password !== undefined && request.headers.authorization !== `Basic ${btoa(`reader:${this.password}`)}`) {
      this.refused.push(file);
      response.writeHead(401).end();
    } else response.end(readFileSync(join(this.folder, file)));
  });

  private constructor(private readonly password: string | undefined) {}

  /** @param password of the user `reader`; without it everybody may read */
  static async start(password?: string): Promise<HelmRepository> {
    const repository = new HelmRepository(password);
    await new Promise<void>((done) => repository.server.listen(0, "127.0.0.1", done));
    return repository;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async offer(env: NodeJS.ProcessEnv, packages: Readonly<Record<string, Buffer>>): Promise<void> {
    for (const [file, data] of Object.entries(packages)) writeFileSync(join(this.folder, file), data);
    succeeded(await run("helm", ["repo", "index", this.folder], { env }));
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
    rmSync(this.folder, { recursive: true });
  }
}
