import board from "./board";
import companies from "./companies";
import contact from "./contact";
import contacts from "./contacts";
import expression from "./expression";
import forms from "./forms";
import imports from "./imports";
import models from "./models";
import reports from "./reports";
import settings from "./settings";
import setup from "./setup";
import shell from "./shell";
import today from "./today";
import words from "./words";

export default {
    board,
    companies,
    contact,
    contacts,
    expression,
    forms,
    imports,
    models,
    reports,
    settings,
    setup,
    shell,
    today,
    words,
};
