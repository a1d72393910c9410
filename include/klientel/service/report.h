/*
 * Report: the dashboard as lines: what the Dashboard tab draws, `klientel dashboard` prints and a report
 * exports. Each line knows the rows behind it.
 */
#ifndef KLIENTEL_SERVICE_REPORT_H
#define KLIENTEL_SERVICE_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "klientel/rules/model.h"

/* The dashboard as text for a person, at most `width` columns (80), with sparklines of blocks unless ascii;
 * in UTF-8 either way. */
void report_dashboard_text(const struct dashboard *dashboard, const struct session *session,
                           int width, bool ascii, FILE *out);

#endif
