/**
 * Renders a chart as an upgrade, which may make other objects than a first installation. Only Helm's executable has a flag for it. So a
 * template of our own works for every renderer: all templates of a chart and of the charts within it share one `.Release`, and Helm runs the
 * deepest ones first (Helm 3.22, pkg/engine/engine.go, sortTemplates).
 */
import type { AnyFile } from "./chartFiles";

/** Deeper than the templates of any chart within a chart. */
const DEPTH = 40;
const PATH = `templates/${"0/".repeat(DEPTH)}upgrade.yaml`;
const SAYS = { IsInstall: false, IsUpgrade: true, Revision: 2 };
const TEMPLATE = Object.entries(SAYS)
  .map(([key, value]) => `{{- $_ := set .Release "${key}" ${value} -}}\n`)
  .join("");

/** @param templates as text */
export const asksForUpgrade = (templates: readonly string[]): boolean =>
  templates.some((text) => /\bRelease\b[\s\S]{0,20}?\b(?:IsInstall|IsUpgrade|Revision)\b/.test(text));

/** The same chart; every render of it is an upgrade. */
export const asUpgrade = (files: readonly AnyFile[]): AnyFile[] => [...files, { path: PATH, data: Buffer.from(TEMPLATE) }];
