export function functionTables(): { german: Record<string, string>; help: Record<string, unknown> };
