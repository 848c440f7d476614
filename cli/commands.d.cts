export declare const commands: Readonly<Record<string, { readonly summary: string; readonly bundle?: "program" }>>;
export declare const bundleOf: (command: string) => "commands" | "program";
