import "./statusPage.ts";
