/** A package as large as it may be, and what reads it. */
import { createCipheriv } from "node:crypto";
import { createReadStream, mkdtempSync, statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { basename, join } from "node:path";
import { dump } from "js-yaml";
import { archivePieces, writeChartArchive } from "../../../kubesphere/chart/archive";
import type { AnyFile } from "../../../kubesphere/chart/chartFiles";
import { nodeProcess } from "../../memory";
import { configured, pulumi } from "../../program";
import type { Workbench } from "../../workbench";

export const PACKAGE_MIB = 80;
const MEBIBYTE = 1024 * 1024;
/** Of one file; Helm takes no larger one than 5 MiB. */
const PIECE_MIB = 4;

export interface PackagePeaks {
  readonly what: string;
  /** MiB */
  readonly small: number;
  readonly files: number;
  readonly charts: number;
}

type Size = "small" | "files" | "charts";

export async function largePackages(bench: Workbench): Promise<PackagePeaks[]> {
  bench.now(`packages of ${PACKAGE_MIB} MiB`);
  await bench.fresh();
  const archives = { small: await write(bench, "small"), files: await write(bench, "files"), charts: await write(bench, "charts") };
  const each = async (what: string, peak: (archive: string) => Promise<number>): Promise<PackagePeaks> => {
    const of = (size: Size) => {
      bench.now(`packages of ${PACKAGE_MIB} MiB: ${what.replaceAll("`", "")}, ${size}`);
      return peak(archives[size]);
    };
    return { what, small: await of("small"), files: await of("files"), charts: await of("charts") };
  };
  // Bundled first.
  await luban(bench, ["extension", "--help"]);
  const command = (...args: string[]) => each(`\`extension ${args[0] ?? ""}\``, (archive) => luban(bench, ["extension", ...args, archive]));
  return served(archives, async (address) => [
    await each("a preview", async (archive) => {
      const renders = mkdtempSync(join(bench.scratch, "renders-"));
      const config = configured(bench, [{ chartURL: address(archive) }]);
      return (await pulumi(bench, ["preview", ...config], { KUBESPHERE_LUBAN_CACHE: renders })).memory;
    }),
    await command("inspect"),
    await command("lint"),
    await command("package", "--force", "--to", join(bench.scratch, "packed")),
  ]);
}

const luban = async (bench: Workbench, args: readonly string[]): Promise<number> =>
  (await nodeProcess(bench, [join(bench.checkout, "cli", "luban.mjs"), ...args])).peak;

/** Serves them on this machine. */
async function served<T>(archives: Readonly<Record<Size, string>>, work: (address: (archive: string) => string) => Promise<T>): Promise<T> {
  const server = createServer(({ url = "" }, response) => {
    const file = Object.values(archives).find((archive) => url === `/${basename(archive)}`);
    if (file === undefined) return void response.writeHead(404).end();
    response.writeHead(200, { "content-type": "application/gzip", "content-length": statSync(file).size });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  try {
    return await work((archive) => `http://127.0.0.1:${port}/${basename(archive)}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function write(bench: Workbench, size: Size): Promise<string> {
  const file = join(bench.scratch, `large-${size}.tgz`);
  await writeFile(file, archivePieces("large", [...(await packageFiles(size))]));
  return file;
}

const yaml = (path: string, content: object): AnyFile => ({ path, data: Buffer.from(dump(content)) });

async function packageFiles(size: Size): Promise<AnyFile[]> {
  const pieces = size === "small" ? [] : Array.from({ length: PACKAGE_MIB / PIECE_MIB }, (_, number) => number);
  const noises =
    size === "charts" ? await Promise.all(pieces.map(noiseChart)) : pieces.map((piece) => noise(`charts/web/files/${piece}`, piece));
  const charts = ["web", ...(size === "charts" ? pieces.map(nameOf) : [])];
  const identity = { name: "large", version: "1.0.0" };
  return [
    yaml("Chart.yaml", { apiVersion: "v2", ...identity, dependencies: charts.map((name) => ({ name, version: "1.0.0" })) }),
    yaml("extension.yaml", {
      ...{ apiVersion: "kubesphere.io/v1alpha1", ...identity, category: "others", icon: "./static/icon.svg" },
      ...{ displayName: { en: "Large" }, description: { en: "A large package" }, provider: { en: { name: "Bench" } } },
      ...{ installationMode: "HostOnly", dependencies: charts.map((name) => ({ name })) },
    }),
    { path: "permissions.yaml", data: Buffer.from("kind: ClusterRole\nrules: []\n---\nkind: Role\nrules: []\n") },
    { path: "static/icon.svg", data: Buffer.from("<svg/>") },
    yaml("charts/web/Chart.yaml", { apiVersion: "v2", name: "web", version: "1.0.0" }),
    yaml("charts/web/templates/config.yaml", { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "web" }, data: { a: "b" } }),
    ...noises,
  ];
}

const nameOf = (piece: number) => `noise-${piece}`;

/** Bytes that no packer makes smaller, the same ones on every machine, made when they are read. */
const noise = (path: string, seed: number): AnyFile => ({
  path,
  size: PIECE_MIB * MEBIBYTE,
  read: async () => createCipheriv("aes-128-ctr", Buffer.alloc(16, seed + 1), Buffer.alloc(16)).update(Buffer.alloc(PIECE_MIB * MEBIBYTE)),
});

async function noiseChart(piece: number): Promise<AnyFile> {
  const name = nameOf(piece);
  const files = [yaml("Chart.yaml", { apiVersion: "v2", name, version: "1.0.0" }), noise("files/noise", piece)];
  return { path: `charts/${name}-1.0.0.tgz`, data: await writeChartArchive(name, files) };
}
