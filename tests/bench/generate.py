#!/usr/bin/env python3
"""Generate a bureau as the CSV files klientel imports, and the sums they must give.

    generate.py --clients N --out DIR [--users M] [--months K] [--last YYYY-MM] [--seed S]

Writes users.csv, clients.csv, access.csv, payroll.csv and sums.json. The same arguments give the same
bytes. Organisation numbers carry valid check digits and are invented. sums.json is counted here,
row by row, by other code than klientel's: counts, and the key figures of every month.
"""
import argparse
import json
import os
import random

NO_FIRST = ('Nordlys Fjell Bjørk Sjø Åsen Østre Kyst Havn Vik Elv Skog Mølle Blåbær Lunden Grønn Fjord '
            'Øvre Nedre Gamle Jær Nordre Søndre Frøy Skjær Våg').split()
NO_TRADE = ('Bygg Regnskap Transport Rør Elektro Eiendom Bakeri Fisk Handel Renhold Frisør Møbler Anlegg '
            'Bil Data Tak Hage Kafé Maling Service Drift Helse').split()
SE_FIRST = ('Norr Björk Sjö Ängs Östra Västra Södra Åker Örn Löv Göta Mälar Ström Ljung Häls Hög Små Kråk '
            'Fågel Rönn Järv Älv Tjörn Furu Eke').split()
SE_TRADE = ('Bygg Redovisning Åkeri Rör El Fastigheter Bageri Fisk Handel Städ Frisör Möbler Måleri Bil '
            'Data Tak Trädgård Kafé Snickeri Plåt Service Vård').split()
NO_CITY = 'Oslo Bergen Trondheim Stavanger Tromsø Ålesund Bodø Hønefoss Gjøvik Førde'.split()
SE_CITY = 'Stockholm Göteborg Malmö Uppsala Västerås Örebro Linköping Umeå Gävle Växjö'.split()
FIRST = 'Anna Bo Cecilie Dag Eli Frida Gustav Håkon Ida Jørgen Karin Lars Märta Nils Åsa Örjan'.split()
LAST = 'Berg Lund Dahl Moe Lind Strand Holm Vik Sæther Öberg Åberg Nordin'.split()
PLAIN = str.maketrans('åäöæøéÅÄÖÆØ', 'aaoaoeAAOAO')


def norwegian(serial):
    """The valid nine digits that belong to a serial of eight, or None."""
    rest = sum(int(d) * w for d, w in zip('%08d' % serial, (3, 2, 7, 6, 5, 4, 3, 2))) % 11
    check = 0 if rest == 0 else 11 - rest
    return None if check == 10 else '%08d%d' % (serial, check)


def swedish(serial):
    digits = '%09d' % serial
    total = 0
    for place, digit in enumerate(digits):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return digits + str(-total % 10)


def months_back(last, count):
    year, month = int(last[:4]), int(last[5:])
    result = []
    for back in range(count - 1, -1, -1):
        index = year * 12 + month - 1 - back
        result.append('%04d-%02d' % (index // 12, index % 12 + 1))
    return result


def amount(minor):
    return '%d.%02d' % (minor // 100, minor % 100)


class Sums:
    FIGURES = ('employees', 'payslips', 'travel', 'absences', 'lines', 'manual_lines')

    def __init__(self):
        self.months = {}

    def add(self, month, figures, currency, net, failed):
        entry = self.months.setdefault(month, {'clients': 0, 'failed': 0, 'pay': {},
                                               **{name: 0 for name in self.FIGURES}})
        entry['clients'] += 1
        entry['failed'] += failed
        entry['pay'][currency] = entry['pay'].get(currency, 0) + net
        for name, value in zip(self.FIGURES, figures):
            entry[name] += value


def write_users(path, count, rnd):
    logins = []
    with open(path, 'w', encoding='utf-8', newline='') as out:
        out.write('login,name,email,role,kind\n')
        for i in range(count):
            first, last = rnd.choice(FIRST), rnd.choice(LAST)
            login = ('%s%s%d' % (first[:3], last[:2], i + 1)).translate(PLAIN).lower()
            role = 'lead' if i < 2 else 'operator' if i % 10 else 'user'
            out.write('%s,%s %s,%s@bureau.example,%s,staff\n' % (login, first, last, login, role))
            logins.append(login)
    return logins


def write_clients(path, count, rnd):
    clients = []
    serial_no, serial_se = 81000000, 556100000
    with open(path, 'w', encoding='utf-8', newline='') as out:
        out.write('number,orgno,name,country,form,address,postcode,city,email,phone,payday,groups,'
                  'status,internal,demo,contact_name,contact_email\n')
        for i in range(count):
            if rnd.random() < 0.55:
                orgno = None
                while orgno is None:
                    serial_no += 7
                    orgno = norwegian(serial_no)
                country, form = 'NO', rnd.choice(('AS', 'AS', 'AS', 'ENK', 'DA'))
                name = '%s %s %d %s' % (rnd.choice(NO_FIRST), rnd.choice(NO_TRADE), i + 1, form)
                city = rnd.choice(NO_CITY)
            else:
                serial_se += 3
                orgno = swedish(serial_se)
                country, form = 'SE', rnd.choice(('AB', 'AB', 'AB', 'HB', 'KB'))
                name = '%s %s %d %s' % (rnd.choice(SE_FIRST), rnd.choice(SE_TRADE), i + 1, form)
                city = rnd.choice(SE_CITY)
            payday = rnd.choice((12, 15, 20, 25, 25, 28))
            group = '' if rnd.random() < 0.6 else 'pay%d' % payday
            out.write('%d,%s,%s,%s,%s,Gata %d,%05d,%s,post@c%d.example,,%d,%s,active,0,0,%s %s,'
                      'kontakt@c%d.example\n'
                      % (10000 + i, orgno, name, country, form, i % 90 + 1, i % 99999, city, i + 1,
                         payday, group, rnd.choice(FIRST), rnd.choice(LAST), i + 1))
            clients.append((10000 + i, country))
    return clients


def write_access(path, clients, logins, rnd):
    count = 0
    with open(path, 'w', encoding='utf-8', newline='') as out:
        out.write('client,login,role,from,until,packages,reason\n')
        for number, _ in clients:
            people = rnd.sample(range(len(logins)), min(len(logins), rnd.choice((1, 2, 3, 3, 4, 5))))
            for place, person in enumerate(people):
                out.write('%d,%s,%s,2025-%02d-%02d,,payroll,generated\n'
                          % (number, logins[person], 'member' if place else 'responsible',
                             rnd.randrange(1, 13), rnd.randrange(1, 29)))
                count += 1
    return count


def write_payroll(path, clients, months, rnd, sums):
    count = 0
    with open(path, 'w', encoding='utf-8', newline='') as out:
        out.write('client,month,employees,payslips,travel,absences,lines,manual_lines,gross,net,'
                  'currency,run_by,closed_by,closed_at,declaration\n')
        for number, country in clients:
            size = 1 + int(rnd.random() ** 4 * 120)
            currency = 'NOK' if country == 'NO' else 'SEK'
            for month in months:
                lines = size * 6 + rnd.randrange(size + 3)
                manual = rnd.randrange(lines // 3 + 1)
                gross = size * (2800000 + rnd.randrange(1500000))
                net = gross * 68 // 100
                failed = rnd.random() < 0.01
                figures = (size, size, rnd.randrange(size + 1), rnd.randrange(size + 2), lines, manual)
                out.write('%d,%s,%d,%d,%d,%d,%d,%d,%s,%s,%s,,,%s-28T10:00:00Z,%s\n'
                          % ((number, month) + figures + (amount(gross), amount(net), currency, month,
                                                          'rejected' if failed else 'received')))
                sums.add(month, figures, currency, net, failed)
                count += 1
    return count


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--clients', type=int, required=True)
    parser.add_argument('--users', type=int)
    parser.add_argument('--months', type=int, default=12)
    parser.add_argument('--last', default='2026-11')
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--out', required=True)
    options = parser.parse_args()
    os.makedirs(options.out, exist_ok=True)
    rnd = random.Random(options.seed)
    place = lambda name: os.path.join(options.out, name)
    sums = Sums()
    logins = write_users(place('users.csv'), options.users or max(5, min(500, options.clients // 20)), rnd)
    clients = write_clients(place('clients.csv'), options.clients, rnd)
    access = write_access(place('access.csv'), clients, logins, rnd)
    payroll = write_payroll(place('payroll.csv'), clients, months_back(options.last, options.months),
                            rnd, sums)
    with open(place('sums.json'), 'w', encoding='utf-8') as out:
        json.dump({'clients': len(clients), 'users': len(logins), 'access': access,
                   'payroll': payroll, 'months': sums.months}, out, indent=1, sort_keys=True)
    print('%d clients, %d users, %d accesses, %d payroll rows'
          % (len(clients), len(logins), access, payroll))


main()
