/** The most memory that this process took, in MiB. */
export function peak(): number;
