import "./libraryPage.ts";
