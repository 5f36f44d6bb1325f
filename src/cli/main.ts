#!/usr/bin/env node
/** `strata`: loads the command, which is a bundle of all its code, beside this file. */

import { loadCommand } from "./load-command.ts";

loadCommand();
