/* Charset: locale names, and what fits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "klientel/tty/charset.h"

static void locales_name_their_charset(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum charset charset;
    } cases[] = {
        { NULL, CHARSET_UTF8 },          { "", CHARSET_UTF8 },
        { "C", CHARSET_ASCII },          { "POSIX", CHARSET_ASCII },
        { "C.UTF-8", CHARSET_UTF8 },     { "sv_SE.UTF-8", CHARSET_UTF8 },
        { "nb_NO.utf8", CHARSET_UTF8 },  { "sv_SE.ISO-8859-1", CHARSET_LATIN1 },
        { "nb_NO.iso88591", CHARSET_LATIN1 }, { "sv_SE.ISO-8859-15@euro", CHARSET_LATIN1 },
        { "fi_FI@euro", CHARSET_LATIN1 },     { "pl_PL.ISO-8859-2", CHARSET_ASCII },
        { "ru_RU.KOI8-R", CHARSET_ASCII },    { "en_US.US-ASCII", CHARSET_ASCII },
        { "xx_XX", CHARSET_UTF8 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(charset_of_locale(cases[i].name), cases[i].charset);
}

static void controls_fit_nowhere(void **state)
{
    (void)state;
    for (int charset = CHARSET_UTF8; charset <= CHARSET_ASCII; charset++) {
        assert_false(charset_fits("\033", (enum charset)charset));
        assert_false(charset_fits("\177", (enum charset)charset));
        assert_false(charset_fits("\302\233", (enum charset)charset));
        assert_true(charset_fits("a~", (enum charset)charset));
    }
    assert_true(charset_fits("å", CHARSET_LATIN1));
    assert_false(charset_fits("å", CHARSET_ASCII));
    assert_false(charset_fits("ł", CHARSET_LATIN1));
    assert_true(charset_fits("ł─", CHARSET_UTF8));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(locales_name_their_charset),
        cmocka_unit_test(controls_fit_nowhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
