/**
 * Files, pipes and sockets that are not connections: standard streams, the event loop's own, listeners,
 * frames being read by the workers, a configuration file and modules loaded late.
 */
const RESERVE = 256;

/** What is assumed where the limit of open files cannot be told. */
const UNKNOWN_LIMIT = 1024;

/**
 * More connections than this need more than one lane; said in the settings, and raised there by whoever wants
 * to.
 */
const MOST = 20_000;

/**
 * How many connections this process may have: what was asked for, but never more than its limit of open files
 * less a reserve, so that frames can still be read and the last client can be told.
 * @param wanted 0 for as many as there may be
 */
export function allowedConnections(wanted: number): number {
  const allowed = Math.max(openFileLimit() - RESERVE, 1);
  return Math.min(wanted === 0 ? MOST : wanted, allowed);
}

function openFileLimit(): number {
  // The types do not know the option that keeps the report from looking up every peer, which may take
  // seconds.
  const report = process.report as (NodeJS.ProcessReport & { excludeNetwork?: boolean }) | undefined;
  if (report === undefined) return UNKNOWN_LIMIT;
  const { excludeNetwork = false } = report;
  report.excludeNetwork = true;
  const { userLimits } = report.getReport() as { userLimits?: UserLimits };
  report.excludeNetwork = excludeNetwork;
  const soft = userLimits?.open_files?.soft;
  return soft === "unlimited" ? Number.MAX_SAFE_INTEGER : (soft ?? UNKNOWN_LIMIT);
}

type UserLimits = { readonly open_files?: { readonly soft?: number | "unlimited" } };
