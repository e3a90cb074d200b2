import "./watchPage.ts";
