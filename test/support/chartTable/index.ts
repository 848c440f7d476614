/** The table: one small chart for each construct that charts are known for. */
import { kindRows } from "./kinds";
import { rightsRows } from "./rights";
import { ownHost, refusedRows, sourceRows } from "./sources";
import { uiRows } from "./ui";
import { workloadRows } from "./workloads";

export type { RefusedRow, TableRow } from "./row";
export { refusedRows };

/** By family. */
export const table = { rights: rightsRows, kinds: kindRows, workloads: workloadRows, ui: uiRows, sources: [...sourceRows, ownHost] };
export const allRows = Object.values(table).flat();
