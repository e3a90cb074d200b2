/** Dark and light as the system has them, or as somebody chose on this machine. */
export const THEMES = ["system", "dark", "light"] as const;
export type Theme = (typeof THEMES)[number];

const KEY = "mutoscope-theme";

/** The theme that was chosen. Where nothing can be kept, it is the system's. */
export function chosenTheme(): Theme {
  const kept = keptTheme();
  return THEMES.find((theme) => theme === kept) ?? "system";
}

/** Shows a theme, and keeps it for the next page. */
export function chooseTheme(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // A browser that keeps nothing shows it all the same, on this page.
  }
  showTheme(theme);
}

export function showTheme(theme: Theme): void {
  const { dataset } = document.documentElement;
  if (theme === "system") delete dataset["theme"];
  else dataset["theme"] = theme;
}

function keptTheme(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
