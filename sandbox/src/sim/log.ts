/** One line an event on standard output; the sandbox keeps it in the simulator's log file. */
export const log = (message: string) => console.log(`${new Date().toISOString()} ${message}`);
