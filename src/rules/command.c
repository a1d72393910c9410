/*
 * Command: judging commands, the sentences of refusals, and receipts.
 *
 * Purpose: may this person do this, and if not why not; one answer before and inside the
 * transaction.
 * State: none; facts are handed in. A receipt owns its lines.
 * Invariants: a verdict's message is set exactly when something is refused.
 */
#include "klientel/rules/command.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "klientel/base/arena.h"
#include "klientel/base/text.h"
#include "klientel/rules/identity.h"

static const char *const refusals[] = {
    [REFUSAL_NONE] = "",
    [REFUSAL_NO_RIGHT] = N_("You have no right to do this"),
    [REFUSAL_NOT_ACTIVE] = N_("Your login is not active; ask an administrator"),
    [REFUSAL_READ_ONLY] = N_("Nothing can be changed: klientel was started read-only"),
    [REFUSAL_GONE] = N_("It does not exist any more"),
    [REFUSAL_CHANGED] = N_("Somebody changed it meanwhile; look at it again"),
    [REFUSAL_ARCHIVED] = N_("The client is archived"),
    [REFUSAL_LAST_ADMIN] = N_("The bureau would be left without an administrator"),
    [REFUSAL_NOT_STAFF] = N_("Access is for active users only"),
    [REFUSAL_DATES] = N_("The end is before the beginning"),
    [REFUSAL_REJECTED_DECLARATION] =
        N_("The declaration was rejected: say why it counts as done (a reason is needed)"),
    [REFUSAL_RUN_OPEN] = N_("A run of the month is still open: the month is closed when every run is"),
    [REFUSAL_NAME] = N_("A name is needed, in plain text without control characters"),
};
static_assert(sizeof refusals / sizeof *refusals == REFUSAL_COUNT, "a refusal without its text");

const char *command_name(enum command_kind kind)
{
    return model_word(WORDS_COMMAND, kind);
}

const char *refusal_text(enum refusal refusal)
{
    assert((int)refusal >= 0 && refusal < REFUSAL_COUNT);
    return refusals[refusal];
}

/* ---- verdicts ---- */

static struct verdict allow(void)
{
    return (struct verdict){ .refusal = REFUSAL_NONE, .target = SIZE_MAX };
}

static struct verdict refuse(enum refusal refusal, const char *text)
{
    struct verdict verdict = { .refusal = refusal, .target = SIZE_MAX };
    message_set(&verdict.message, text ? text : refusals[refusal], NULL);
    return verdict;
}

static bool is_plain(const char *text)
{
    return !text || text_is_plain(text, strlen(text));
}

/* Plain, and not only blanks. */
static bool is_name(const char *text)
{
    return text && text[strspn(text, " ")] != '\0' && is_plain(text);
}

static bool is_manager(enum role role)
{
    return role == ROLE_ADMIN || role == ROLE_LEAD;
}

static struct verdict refuse_but_managers(void)
{
    return refuse(REFUSAL_NO_RIGHT, N_("Only administrators and leads may do this"));
}

static struct verdict judge_partner(const struct command *command)
{
    const char *country = command->partner.country;
    if (!is_name(command->partner.name))
        return refuse(REFUSAL_NAME, N_("The bureau needs a name, in plain text"));
    if (!country || (strcmp(country, "NO") != 0 && strcmp(country, "SE") != 0))
        return refuse(REFUSAL_NAME, N_("The country must be NO or SE"));
    if (!command->partner.login || !login_valid(command->partner.login))
        return refuse(REFUSAL_NAME, N_("A login is 1 to 63 of a-z, 0-9 and . _ - @, and begins "
                                       "with a letter or a digit"));
    return allow();
}

static struct verdict judge_access(const struct command *command, const struct facts *facts)
{
    struct instant from = command->access.from, until = command->access.until;
    if (!is_manager(facts->role))
        return refuse_but_managers();
    if (instant_known(from) && instant_known(until) && until.second < from.second)
        return refuse(REFUSAL_DATES, NULL);
    if (!instant_known(from) && instant_known(until) &&
        date_of_instant(until).day < date_of_instant(facts->now).day)
        return refuse(REFUSAL_DATES, N_("The end is in the past"));
    return allow();
}

static struct verdict judge_step(const struct command *command, const struct facts *facts)
{
    if (facts->role == ROLE_USER)
        return refuse(REFUSAL_NO_RIGHT, N_("Only the bureau's own payroll people may do this"));
    if (!month_known(command->step.month))
        return refuse(REFUSAL_DATES, N_("Say which month the step belongs to"));
    if (!is_plain(command->step.waiting_for))
        return refuse(REFUSAL_NAME, N_("Whom you wait for must be plain text"));
    return allow();
}

static struct verdict judge_note(const struct command *command)
{
    const char *person = command->note.person;
    if (!is_name(command->note.text))
        return refuse(REFUSAL_NAME, N_("A note needs a text, without control characters"));
    if (person && *person && !login_valid(person))
        return refuse(REFUSAL_NAME, N_("The person a reminder is for must be a login"));
    return allow();
}

static struct verdict judge_view(const struct command *command, const struct facts *facts)
{
    if (!is_name(command->view.name))
        return refuse(REFUSAL_NAME, NULL);
    if (!is_plain(command->view.filter))
        return refuse(REFUSAL_NAME, N_("The filter must be plain text"));
    if (command->view.shared && !is_manager(facts->role))
        return refuse(REFUSAL_NO_RIGHT,
                      N_("Only administrators and leads may share a view with everybody"));
    return allow();
}

static struct verdict judge_view_drop(const struct command *command, const struct facts *facts)
{
    /* A view that is gone is told as gone, by its target. */
    if (command->target_count > 0 && facts->targets && !facts->targets[0].exists)
        return allow();
    if (!facts->owner && !is_manager(facts->role))
        return refuse(REFUSAL_NO_RIGHT,
                      N_("Only its owner, administrators and leads may drop a view"));
    return allow();
}

struct verdict command_judge(const struct command *command, const struct facts *facts)
{
    if (facts->read_only)
        return refuse(REFUSAL_READ_ONLY, NULL);
    /* Before the first administrator nobody can be active. */
    if (!facts->active && command->kind != COMMAND_PARTNER)
        return refuse(REFUSAL_NOT_ACTIVE, NULL);
    if (!is_plain(command->reason))
        return refuse(REFUSAL_NAME, N_("The reason must be plain text"));

    switch (command->kind) {
    case COMMAND_PARTNER:
        return judge_partner(command);
    case COMMAND_IMPORT:
        return is_manager(facts->role) ? allow() : refuse_but_managers();
    case COMMAND_ACCESS:
        return judge_access(command, facts);
    case COMMAND_STEP:
        return judge_step(command, facts);
    case COMMAND_NOTE:
        return judge_note(command);
    case COMMAND_VIEW:
        return judge_view(command, facts);
    case COMMAND_VIEW_DROP:
        return judge_view_drop(command, facts);
    case COMMAND_RESTORED:
        if (facts->role != ROLE_ADMIN)
            return refuse(REFUSAL_NO_RIGHT, N_("Only administrators may do this"));
        return allow();
    case COMMAND_KIND_COUNT:
        break;
    }
    assert(!"a command of no kind");
    return refuse(REFUSAL_NO_RIGHT, NULL);
}

/* ---- one target ---- */

static struct verdict target_access(const struct command *command,
                                    const struct target_facts *target)
{
    if (!access_allows(&target->access, RIGHT_CHANGE) || !is_manager(target->access.role))
        return refuse_but_managers();
    if (target->archived && command->access.verb != ACCESS_REVOKE)
        return refuse(REFUSAL_ARCHIVED,
                      N_("The client is archived: access can be ended, but not given"));
    return allow();
}

static struct verdict target_step(const struct command *command, const struct target_facts *target)
{
    const char *reason = command->reason, *waiting_for = command->step.waiting_for;
    enum step step = command->step.step;
    if (!access_allows(&target->access, RIGHT_CHANGE))
        return refuse(REFUSAL_NO_RIGHT, N_("You have no access to this client"));
    if (target->archived)
        return refuse(REFUSAL_ARCHIVED, NULL);
    bool is_done = !command->step.undo && !(waiting_for && *waiting_for);
    if (is_done && step == STEP_CLOSED && target->run_open)
        return refuse(REFUSAL_RUN_OPEN, NULL);
    if (is_done && (step == STEP_CLOSED || step == STEP_DECLARED) &&
        declaration_failed(target->declaration) && !is_name(reason))
        return refuse(REFUSAL_REJECTED_DECLARATION, NULL);
    return allow();
}

static struct verdict judge_target(const struct command *command, const struct target_facts *target,
                                   int64_t version_seen)
{
    if (!target->exists)
        return refuse(REFUSAL_GONE, NULL);
    if (version_seen != 0 && version_seen != target->version)
        return refuse(REFUSAL_CHANGED, NULL);
    switch (command->kind) {
    case COMMAND_ACCESS:
        return target_access(command, target);
    case COMMAND_STEP:
        return target_step(command, target);
    case COMMAND_NOTE:
        if (!access_allows(&target->access, RIGHT_PERSONS))
            return refuse(REFUSAL_NO_RIGHT, N_("You have no access to this client"));
        return allow();
    case COMMAND_PARTNER:
    case COMMAND_IMPORT:
    case COMMAND_VIEW:
    case COMMAND_VIEW_DROP: /* its owner is asked for by command_judge */
    case COMMAND_RESTORED:
    case COMMAND_KIND_COUNT:
        break;
    }
    return allow();
}

struct verdict command_judge_target(const struct command *command, const struct facts *facts,
                                    size_t target)
{
    assert(target < command->target_count);
    struct verdict verdict =
        judge_target(command, &facts->targets[target], command->targets[target].version);
    verdict.target = target;
    return verdict;
}

/* ---- receipts ---- */

/* Room for one more line: the capacity is the power of two at or above the count. */
static struct receipt_line *add_line(struct receipt_line **lines, size_t *count)
{
    if ((*count & (*count - 1)) == 0)
        *lines = memory_resize(*lines, (*count ? *count * 2 : 1) * sizeof **lines);
    struct receipt_line *line = &(*lines)[(*count)++];
    memset(line, 0, sizeof *line);
    return line;
}

struct receipt_line *receipt_skip(struct receipt *receipt)
{
    return add_line(&receipt->skipped, &receipt->skipped_count);
}

struct receipt_line *receipt_warn(struct receipt *receipt)
{
    return add_line(&receipt->warnings, &receipt->warning_count);
}

void receipt_finish(struct receipt *receipt)
{
    free(receipt->skipped);
    free(receipt->warnings);
    *receipt = (struct receipt){ 0 };
}
