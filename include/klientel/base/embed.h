/* Files compiled in by data/embed.py: each ends in a zero byte that is not counted in its size. */
#ifndef KLIENTEL_BASE_EMBED_H
#define KLIENTEL_BASE_EMBED_H

#include <stddef.h>

extern const unsigned char embed_sv_mo[];
extern const size_t embed_sv_mo_size;
extern const unsigned char embed_nb_mo[];
extern const size_t embed_nb_mo_size;
extern const unsigned char embed_schema_1[]; /* data/schema/0001.sql */
extern const size_t embed_schema_1_size;
extern const unsigned char embed_config[]; /* data/klientel.conf */
extern const size_t embed_config_size;
extern const unsigned char embed_holidays[]; /* data/calendar/holidays.csv */
extern const size_t embed_holidays_size;
extern const unsigned char embed_demo_names[]; /* data/demo/names.csv */
extern const size_t embed_demo_names_size;

#endif
