import base from "./playwright.config";

// scripts/update-pictures: the pictures of README.md.
export default { ...base, testMatch: "pictures.ts", workers: 1 };
