// What is made of the figures: medians, percentiles, tables.
export function median(values) {
  return percentile(values, 0.5);
}

export function percentile(values, part) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
}

// With as many digits as say something.
export function short(value) {
  if (value === undefined || Number.isNaN(value)) return '-';
  if (value >= 100) return Math.round(value).toLocaleString('en-US');
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

export function megabytes(octets) {
  return `${short(octets / 1e6)} MB`;
}

// Lines of cells, the first line being the heading.
export function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => String(row[column]).length)));
  for (const row of rows) {
    console.log(row.map((cell, column) => (column === 0 ? String(cell).padEnd(widths[column]) : String(cell).padStart(widths[column]))).join('  '));
  }
}

// A figure beside its aim.
export function against(value, aim, isMet) {
  return `${short(value)} (${aim}${isMet(value) ? '' : ', MISSED'})`;
}
