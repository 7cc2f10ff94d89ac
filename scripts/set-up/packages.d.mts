export function checkNode(version?: string): void;
export function installPackages(folder: string): boolean;
export function firstDifference(folder: string): string | undefined;
