/*
 * Menu: every action that has a meaning where one is, with its key; one that is refused now is dim, and taking
 * it says why. Made from the action table, so it never lies.
 *
 * State: none.
 */
#include <string.h>

#include "internal.h"

/* Moving about is what the arrow keys are for: those actions would only fill the list. */
static bool is_move(const struct action_info *info)
{
    return (info->scopes & SCOPE_PICKER) != 0;
}

/* The sentence of the help up to where it goes into details. */
static void title_add(const struct action_info *info, enum language language,
                      struct buffer *ret_text)
{
    const char *help = text_tr(language, info->help);
    buffer_add(ret_text, help, strcspn(help, ":;"));
}

static void items_add(struct app *app, struct picker *picker, const struct scope_info *scope,
                      const struct action_facts *facts, unsigned earlier)
{
    enum language language = app->options.session.language;
    const char *group = text_tr(language, scope->title);
    for (enum action_id action = 0; action < ACTION_COUNT; action++) {
        const struct action_info *info = action_info(action);
        if (!(info->scopes & scope->scope) || (info->scopes & earlier) || is_move(info) ||
            action == ACTION_MENU)
            continue;
        struct buffer title = { 0 }, keys = { 0 }, why = { 0 };
        struct message refused = action_judge(action, facts);
        title_add(info, language, &title);
        keymap_add_keys(app->options.keymap, action, facts->scopes, &keys);
        if (refused.text)
            message_add(&refused, language, &why);
        picker_add(picker, &(struct picker_item){
                               .text = buffer_text(&title),
                               .note = buffer_text(&keys),
                               .group = group,
                               .id = action,
                               .dim = refused.text != NULL,
                               .why = refused.text ? buffer_text(&why) : NULL,
                           });
        buffer_finish(&title);
        buffer_finish(&keys);
        buffer_finish(&why);
        group = NULL;
    }
}

static bool menu_fill(struct app *app, struct modal *modal)
{
    struct action_facts facts;
    unsigned earlier = 0;
    app_facts(app, &facts);
    for (size_t i = 0; i < SCOPE_COUNT; i++) {
        const struct scope_info *scope = scope_info(i);
        if (!(scope->scope & facts.scopes))
            continue;
        items_add(app, &modal->picker, scope, &facts, earlier);
        earlier |= scope->scope;
    }
    return true;
}

static bool menu_accept(struct app *app, struct modal *modal)
{
    const struct picker_item *item = picker_chosen(&modal->picker);
    if (!item)
        return false;
    app_act(app, (enum action_id)item->id);
    return true;
}

static const struct modal_use menu_use = {
    .kind = MODAL_PICKER,
    .label = N_("Menu"),
    .accept_word = N_("do it"),
    .cancel_word = N_("back"),
    .open = menu_fill,
    .accept = menu_accept,
};

void menu_open(struct app *app, enum action_id action)
{
    (void)action;
    modal_open(app, &menu_use, NULL);
}
